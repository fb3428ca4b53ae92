// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// What is hashed before the unit, hashed as far as that can be done ahead.
///
/// Salts are UUIDs as a rule: two of them fill a block of SHA-256, which leaves half of the work for each user.
package struct HashPrefix: BitwiseCopyable {
    package let text: Text
    /// What the first blocks of the text come to, where it has any.
    let start: SHA256.Start?

    /// - Parameters:
    ///   - text: The prefix.
    ///   - isHashed: Whether to expect hashes of it.
    package init(_ text: Text, isHashed: Bool) {
        self.text = text
        start = isHashed ? SHA256.Start(text.bytes) : nil
    }
}
