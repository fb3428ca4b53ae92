// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Memory in which values are laid out: rows from its front, texts from its back.
///
/// It doesn't grow: the owner of the memory computes the size ahead with ``ValueSize``. Values hold offsets instead of
/// addresses, so that they can be copied to other memory. The bytes of replaced values are free again only in such a copy.
struct ValueArea: BitwiseCopyable {
    private let base: UnsafeMutableRawPointer
    private let end: UInt32
    private var rowsEnd: UInt32 = 0
    private var textsStart: UInt32

    /// - Parameters:
    ///   - base: The memory, aligned for ``UserValue``.
    ///   - byteCount: Its size, up to ``Limits/userByteCount``.
    @inline(__always)
    init(_ base: UnsafeMutableRawPointer, byteCount: Int) {
        self.base = base
        end = UInt32(truncatingIfNeeded: byteCount)
        textsStart = end
    }

    @inline(__always)
    var store: ValueStore { ValueStore(base) }

    var byteCount: Int { Int(end) }
    var freeByteCount: Int { Int(textsStart) - Int(rowsEnd) }

    // MARK: - Rows

    /// Allocates `count` rows, all absent.
    mutating func makeRows(_ count: Int) -> ValueRows {
        assert(count * MemoryLayout<UserValue>.stride <= freeByteCount, "rows without room")
        let rows = ValueRows(start: rowsEnd, count: UInt32(truncatingIfNeeded: count))
        (base + Int(rowsEnd)).initializeMemory(as: UserValue.self, repeating: UserValue(), count: count)
        rowsEnd &+= UInt32(truncatingIfNeeded: count * MemoryLayout<UserValue>.stride)
        return rows
    }

    /// One more row behind `rows`, if they are the last ones.
    mutating func extend(_ rows: inout ValueRows) -> Bool {
        guard rows.start &+ rows.count &* UInt32(truncatingIfNeeded: MemoryLayout<UserValue>.stride) == rowsEnd else {
            return false
        }
        rows.count += makeRows(1).count
        return true
    }

    @inline(__always)
    func start(of rows: ValueRows) -> UnsafeMutableRawPointer { base + Int(rows.start) }

    @inline(__always)
    func set(_ row: UserValue, at index: Int, of rows: ValueRows) {
        (base + Int(rows.start)).assumingMemoryBound(to: UserValue.self)[index] = row
    }

    // MARK: - Values

    /// Lays out the members of an object.
    mutating func makeRows(of object: Object) -> ValueRows {
        let rows = makeRows(object.count)
        for (index, member) in object.enumerated() {
            set(row(member.value, named: member.name), at: index, of: rows)
        }
        return rows
    }

    /// Lays out a value with its name.
    mutating func row(_ value: Value, named name: String) -> UserValue {
        var row = row(value)
        (row.nameStart, row.nameCount) = append(name)
        return row
    }

    /// Lays out a value.
    mutating func row(_ value: Value) -> UserValue {
        var row = UserValue()
        switch value {
        case .null: row.kind = .null
        case .bool(let flag):
            row.kind = .bool
            row.bits = flag ? 1 : 0
            (row.textStart, row.textCount) = append(flag ? Text("true") : Text("false"))
        case .integer(let number):
            row.kind = .integer
            row.bits = UInt64(bitPattern: number)
            // Numbers in strings go through a float, as in the reference (Evaluation §2.2): beyond 2^53 digits get lost.
            (row.textStart, row.textCount) = append(Double(number))
        case .unsigned(let number):
            row.kind = .unsigned
            row.bits = number
            (row.textStart, row.textCount) = append(Double(number))
        case .double(let number):
            row.kind = .double
            row.bits = number.bitPattern
            (row.textStart, row.textCount) = append(number)
        case .string(let text): return self.row(text)
        case .array(let elements):
            row.kind = .array
            row.children = makeRows(elements.count)
            for (index, element) in elements.enumerated() { set(self.row(element), at: index, of: row.children) }
            (row.textStart, row.textCount) = append(ValueSize.json(of: value))
        case .object(let object):
            row.kind = .object
            row.children = makeRows(of: object)
        }
        return row
    }

    /// Lays out a text.
    @inline(__always)
    mutating func row(_ text: String) -> UserValue {
        var row = UserValue()
        row.kind = .string
        (row.textStart, row.textCount) = append(text)
        return row
    }

    /// Lays out a copy of a row of another area.
    mutating func row(_ other: UserValue, in store: ValueStore) -> UserValue {
        var row = other
        (row.nameStart, row.nameCount) = append(store.name(of: other))
        if other.hasText { (row.textStart, row.textCount) = append(store.text(of: other)) }
        if other.kind == .array || other.kind == .object { row.children = makeRows(other.children, in: store) }
        return row
    }

    /// Lays out copies of rows of another area.
    mutating func makeRows(_ others: ValueRows, in store: ValueStore) -> ValueRows {
        let rows = makeRows(Int(others.count))
        for (index, other) in store.rows(others).enumerated() { set(row(other, in: store), at: index, of: rows) }
        return rows
    }

    // MARK: - Texts

    @inline(__always)
    private mutating func append(_ text: String) -> (start: UInt32, count: UInt32) {
        text.withTextBytes { append($0) }
    }

    @inline(__always)
    private mutating func append(_ text: Text) -> (start: UInt32, count: UInt32) {
        assert(text.count <= freeByteCount, "a text without room")
        textsStart &-= UInt32(truncatingIfNeeded: text.count)
        if let source = text.base { (base + Int(textsStart)).copyMemory(from: source, byteCount: text.count) }
        return (textsStart, UInt32(truncatingIfNeeded: text.count))
    }

    private mutating func append(_ bytes: [UInt8]) -> (start: UInt32, count: UInt32) {
        bytes.withUnsafeBufferPointer { bytes in
            append(Text(bytes))
        }
    }

    private mutating func append(_ number: Double) -> (start: UInt32, count: UInt32) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: NumberText.displayCapacity) { buffer in
            let count = NumberText.display(number, into: buffer)
            return append(Text(buffer, count: count))
        }
    }
}

/// Upper bounds of the bytes that values need in a ``ValueArea``.
enum ValueSize {
    /// The bytes of a member: its row, its name and what its value refers to.
    static func of(_ value: Value, named name: String) -> Int {
        MemoryLayout<UserValue>.stride + name.utf8.count + of(value)
    }

    /// The bytes of an object's members.
    @inline(__always)
    static func of(_ object: Object) -> Int {
        var count = 0
        for member in object { count += of(member.value, named: member.name) }
        return count
    }

    /// The bytes of a text, which may be absent.
    @inline(__always)
    static func of(_ text: String?) -> Int { text?.utf8.count ?? 0 }

    /// The bytes of a user agent, with the room for what it parses to.
    @inline(__always)
    static func of(userAgent: String?) -> Int { userAgent.map { $0.utf8.count + UserAgentCache.byteCount } ?? 0 }

    /// The bytes that a value refers to; its row isn't counted.
    static func of(_ value: Value) -> Int {
        switch value {
        case .null: 0
        case .bool: 5
        case .integer, .unsigned: longestInteger
        case .double(let number): of(number)
        case .string(let text): text.utf8.count
        case .array(let elements):
            elements.reduce(json(of: value).count) { $0 + MemoryLayout<UserValue>.stride + of($1) }
        case .object(let object): of(object)
        }
    }

    /// The text of an array.
    ///
    /// The JSON is written once to measure it and once to store it; arrays are rare.
    static func json(of array: Value) -> [UInt8] {
        var writer = JSONWriter()
        writer.value(array)
        return writer.bytes
    }

    // 20 digits, or 19 and a sign.
    private static let longestInteger = 20

    private static func of(_ number: Double) -> Int {
        // Positional notation: sign, "0.", zeros and 17 digits; only extreme numbers are longer.
        number == 0 || (1e-6...1e15).contains(number.magnitude) ? 26 : NumberText.displayCapacity
    }
}
