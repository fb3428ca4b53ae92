// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The bytes and rows behind a user: every text once, in one array, however many fields there are.
///
/// Converting a value costs once per user; evaluations then only read. Replaced values leave their bytes behind, which
/// is fine for an object that lives as long as a request.
struct UserStorage: Sendable {
    private(set) var bytes: [UInt8] = []
    private(set) var children: [UserValue] = []

    /// The row of `value`, named `name` if it stands in a map.
    mutating func row(_ value: Value, named name: String? = nil) -> UserValue {
        var row = UserValue(kind: .null)
        if let name { (row.nameStart, row.nameCount) = append(name) }
        fill(&row, from: value)
        return row
    }

    private mutating func fill(_ row: inout UserValue, from value: Value) {
        switch value {
        case .null: row.kind = .null
        case .bool(let flag):
            row.kind = .bool
            row.bool = flag
            (row.textStart, row.textCount) = append(flag ? "true" : "false")
        case .integer(let number):
            row.kind = .integer
            row.bits = UInt64(bitPattern: number)
            // Texts of numbers go through a float, so integers beyond 2^53 lose digits like in the reference (§2.2).
            appendNumberText(Double(number), to: &row)
        case .unsigned(let number):
            row.kind = .unsigned
            row.bits = number
            appendNumberText(Double(number), to: &row)
        case .double(let number):
            row.kind = .double
            row.bits = number.bitPattern
            appendNumberText(number, to: &row)
        case .string(let text):
            row.kind = .string
            (row.textStart, row.textCount) = append(text)
        case .array(let elements):
            row.kind = .array
            fillChildren(&row, elements.lazy.map { ("", $0) }, count: elements.count)
            var writer = JSONWriter()
            writer.value(value)
            (row.textStart, row.textCount) = append(writer.bytes)
        case .object(let object):
            row.kind = .object
            fillChildren(&row, object.lazy.map { ($0.name, $0.value) }, count: object.count)
        }
    }

    private mutating func fillChildren(
        _ row: inout UserValue, _ values: some Sequence<(String, Value)>, count: Int
    ) {
        row.childStart = children.count
        row.childCount = count
        children.append(contentsOf: repeatElement(UserValue(kind: .null), count: count))
        for (index, (name, value)) in values.enumerated() {
            var child = UserValue(kind: .null)
            if row.kind == .object { (child.nameStart, child.nameCount) = append(name) }
            fill(&child, from: value)
            children[row.childStart + index] = child
        }
    }

    private mutating func append(_ text: String) -> (start: Int, count: Int) {
        let start = bytes.count
        bytes.append(contentsOf: text.utf8)
        return (start, bytes.count - start)
    }

    private mutating func append(_ text: [UInt8]) -> (start: Int, count: Int) {
        let start = bytes.count
        bytes.append(contentsOf: text)
        return (start, text.count)
    }

    private mutating func appendNumberText(_ number: Double, to row: inout UserValue) {
        row.textStart = bytes.count
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: NumberText.displayCapacity) { buffer in
            let count = NumberText.display(number, into: buffer)
            bytes.append(contentsOf: buffer[..<count])
        }
        row.textCount = bytes.count - row.textStart
    }

    // MARK: - Reading back

    func value(of row: UserValue) -> Value {
        switch row.kind {
        case .null: .null
        case .bool: .bool(row.bool)
        case .integer: .integer(Int64(bitPattern: row.bits))
        case .unsigned: .unsigned(row.bits)
        case .double: .double(Double(bitPattern: row.bits))
        case .string: .string(text(row.textStart, row.textCount))
        case .array: .array(childRows(of: row).map { value(of: $0) })
        case .object: .object(Object(distinct: childRows(of: row).map { (name(of: $0), value(of: $0)) }))
        }
    }

    func name(of row: UserValue) -> String { text(row.nameStart, row.nameCount) }

    private func childRows(of row: UserValue) -> ArraySlice<UserValue> {
        children[row.childStart..<(row.childStart + row.childCount)]
    }

    private func text(_ start: Int, _ count: Int) -> String {
        String(decoding: bytes[start..<(start + max(count, 0))], as: UTF8.self)
    }

    func hasName(_ row: UserValue, _ name: String.UTF8View) -> Bool {
        row.nameCount == name.count && bytes[row.nameStart..<(row.nameStart + row.nameCount)].elementsEqual(name)
    }
}
