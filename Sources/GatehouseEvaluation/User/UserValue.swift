// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A user's value in the shape conditions compare: its kind, its text and its number (Evaluation §2.1).
///
/// Texts and children are offsets into the storage of the ``User`` that holds the value, so that storage can move.
struct UserValue: BitwiseCopyable {
    enum Kind: UInt8, BitwiseCopyable {
        case null, bool, integer, unsigned, double, string, array, object
    }

    var kind: Kind
    var bool = false
    /// The bits of the number, by kind.
    var bits: UInt64 = 0
    /// The member's name, for values in a map.
    var nameStart = 0
    var nameCount = 0
    /// The text conditions see: -1 where the value has none (null and objects).
    var textStart = 0
    var textCount = -1
    /// Elements or members: a range of the user's children.
    var childStart = 0
    var childCount = 0
}
