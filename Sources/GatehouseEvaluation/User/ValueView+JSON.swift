// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension ValueView {
    /// Lends the JSON of an object, which isn't kept like that of an array, since next to nothing reads it.
    func withJSON<R>(_ body: (Text) -> R) -> R {
        var writer = JSONWriter()
        store.write(objectOf: children, into: &writer)
        return writer.bytes.withUnsafeBufferPointer { bytes in
            body(bytes.baseAddress.map { Text(base: $0, count: bytes.count) } ?? Text(""))
        }
    }
}

extension ValueStore {
    /// Writes an object of rows that have names.
    func write(objectOf members: UnsafeBufferPointer<UserValue>, into writer: inout JSONWriter) {
        writer.raw("{")
        for (index, row) in members.enumerated() {
            if index > 0 { writer.raw(",") }
            write(member: row, into: &writer)
        }
        writer.raw("}")
    }

    /// Writes a row's name and value.
    func write(member row: UserValue, into writer: inout JSONWriter) {
        writer.string(name(of: row))
        writer.raw(":")
        write(valueOf: row, into: &writer)
    }

    /// Writes a row's value.
    func write(valueOf row: UserValue, into writer: inout JSONWriter) {
        switch row.kind {
        case .absent, .null: writer.raw("null")
        case .bool: writer.bool(row.bits != 0)
        case .integer: writer.integer(Int64(bitPattern: row.bits))
        case .unsigned: writer.integer(row.bits)
        case .double: writer.double(Double(bitPattern: row.bits))
        case .string: writer.string(text(of: row))
        case .array: writer.raw(text(of: row))
        case .object: write(objectOf: rows(row.children), into: &writer)
        }
    }
}
