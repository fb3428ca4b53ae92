// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Which of a user's IDs to take (Evaluation §3.2), with the text work done ahead.
package struct UnitSelector: BitwiseCopyable {
    /// The ID type in lower case is `userid`.
    package let isUserID: Bool
    package let name: Text
    package let loweredName: Text

    package init(isUserID: Bool, name: Text, loweredName: Text) {
        self.isUserID = isUserID
        self.name = name
        self.loweredName = loweredName
    }
}
