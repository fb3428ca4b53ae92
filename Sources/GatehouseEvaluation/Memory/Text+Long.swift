// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import CGatehouse

extension Text {
    /// Whether the text goes on like `known`, compared with the processor's widest instructions: for texts of kilobytes.
    ///
    /// Nothing goes on like a missing or an empty text.
    package func continues(like known: Text) -> Bool {
        guard let base, let other = known.base, known.hasBytes, count >= known.count else { return false }
        return gatehouse_same_bytes(base, other, known.count) != 0
    }
}
