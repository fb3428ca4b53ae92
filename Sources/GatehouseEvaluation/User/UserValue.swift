// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A user's value in the shape conditions compare: its kind, its text and its number (Evaluation §2.1).
///
/// Texts and children are offsets into the ``ValueArea`` that holds them. Half a cache line, so that a user of the common
/// kind stays small; offsets of 32 bits suffice, since ``Limits/userByteCount`` bounds an area.
struct UserValue: BitwiseCopyable {
    enum Kind: UInt8, BitwiseCopyable {
        case absent, null, bool, integer, unsigned, double, string, array, object
    }

    var kind = Kind.absent
    /// The member's name, for values in a map.
    var nameStart: UInt32 = 0
    var nameCount: UInt32 = 0
    /// The text conditions see; nothing where ``hasText`` says so.
    var textStart: UInt32 = 0
    var textCount: UInt32 = 0
    /// By kind: the bits of the number, 1 for true, or where the children are.
    var bits: UInt64 = 0

    /// Null and objects have no text, which isn't the same as an empty one.
    @inline(__always)
    var hasText: Bool {
        switch kind {
        case .absent, .null, .object: false
        case .bool, .integer, .unsigned, .double, .string, .array: true
        }
    }

    /// The rows of the elements or members, for arrays and objects.
    @inline(__always)
    var children: ValueRows {
        get { ValueRows(start: UInt32(truncatingIfNeeded: bits >> 32), count: UInt32(truncatingIfNeeded: bits)) }
        set { bits = UInt64(newValue.start) << 32 | UInt64(newValue.count) }
    }
}

/// Neighbouring rows in a ``ValueArea``.
struct ValueRows: BitwiseCopyable {
    /// Where the first one is, in bytes.
    var start: UInt32 = 0
    var count: UInt32 = 0
}
