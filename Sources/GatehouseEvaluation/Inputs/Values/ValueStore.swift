// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A ``ValueArea`` for reading: what the offsets of ``UserValue`` refer to.
struct ValueStore: BitwiseCopyable {
    private let base: UnsafeRawPointer

    @inline(__always)
    init(_ base: UnsafeRawPointer) {
        self.base = base
    }

    /// For values that refer to nothing.
    @inline(__always)
    init() {
        base = UnsafeRawPointer(StaticString("").utf8Start)
    }

    @inline(__always)
    func name(of row: UserValue) -> Text { text(row.nameStart, row.nameCount) }

    @inline(__always)
    func text(of row: UserValue) -> Text { row.hasText ? text(row.textStart, row.textCount) : .missing }

    @inline(__always)
    private func text(_ start: UInt32, _ count: UInt32) -> Text {
        Text(base: (base + Int(start)).assumingMemoryBound(to: UInt8.self), count: Int(count))
    }

    @inline(__always)
    func rows(_ rows: ValueRows) -> UnsafeBufferPointer<UserValue> {
        UnsafeBufferPointer(
            start: (base + Int(rows.start)).assumingMemoryBound(to: UserValue.self), count: Int(rows.count))
    }

    /// The value named exactly so.
    @inline(__always)
    func find(_ name: Text, in rows: UnsafeBufferPointer<UserValue>) -> ValueView? {
        for index in 0..<rows.count where Int(rows[index].nameCount) == name.count {
            if self.name(of: rows[index]) == name { return ValueView(rows[index], in: self) }
        }
        return nil
    }

    /// The value named exactly so, or in lower case.
    @inline(__always)
    func find(_ name: Text, or loweredName: Text, in rows: UnsafeBufferPointer<UserValue>) -> ValueView? {
        if rows.isEmpty { return nil }
        return find(name, in: rows) ?? find(loweredName, in: rows)
    }

    // MARK: - Reading back

    /// The value as it was set, `nil` for an absent one.
    func value(of row: UserValue) -> Value? {
        switch row.kind {
        case .absent: nil
        case .null: .null
        case .bool: .bool(row.bits != 0)
        case .integer: .integer(Int64(bitPattern: row.bits))
        case .unsigned: .unsigned(row.bits)
        case .double: .double(Double(bitPattern: row.bits))
        case .string: .string(text(of: row).string)
        case .array: .array(rows(row.children).compactMap { value(of: $0) })
        case .object: .object(object(of: row.children))
        }
    }

    func object(of members: ValueRows) -> Object {
        Object(
            distinct: rows(members).compactMap { row in
                value(of: row).map { (name: name(of: row).string, value: $0) }
            })
    }

    /// What the row refers to, itself not included, in bytes.
    func byteCount(of row: UserValue) -> Int {
        var count = Int(row.nameCount) + Int(row.textCount)
        if row.kind == .array || row.kind == .object { count += byteCount(of: row.children) }
        return count
    }

    /// The rows and what they refer to, in bytes.
    func byteCount(of rows: ValueRows) -> Int {
        self.rows(rows).reduce(0) { $0 + MemoryLayout<UserValue>.stride + byteCount(of: $1) }
    }
}

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
    /// The text that conditions compare; none if ``hasText`` is `false`.
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
