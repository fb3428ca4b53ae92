// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// One part of a dotted version on the target's side (Evaluation §7.2).
package struct VersionPart: BitwiseCopyable {
    /// Whether the part is a number; comparing beyond one that isn't is false.
    package let isNumber: Bool
    package let number: Int128

    package init(_ number: Int128?) {
        isNumber = number != nil
        self.number = number ?? 0
    }
}
