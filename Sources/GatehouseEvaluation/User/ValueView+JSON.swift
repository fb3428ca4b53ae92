// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension ValueView {
    /// Lends the JSON of an object, which isn't kept like that of an array, since next to nothing reads it.
    func withJSON<R>(_ body: (Text) -> R) -> R {
        var writer = JSONWriter()
        writer.raw("{")
        for (index, row) in children.enumerated() { store.write(row, isFirst: index == 0, into: &writer) }
        writer.raw("}")
        return writer.bytes.withUnsafeBufferPointer { bytes in
            body(bytes.baseAddress.map { Text(base: $0, count: bytes.count) } ?? Text(""))
        }
    }
}

extension ValueStore {
    /// Writes a member of an object.
    fileprivate func write(_ row: UserValue, isFirst: Bool, into writer: inout JSONWriter) {
        if !isFirst { writer.raw(",") }
        writer.string(name(of: row))
        writer.raw(":")
        switch row.kind {
        case .absent, .null: writer.raw("null")
        case .bool: writer.bool(row.bits != 0)
        case .integer: writer.integer(Int64(bitPattern: row.bits))
        case .unsigned: writer.integer(row.bits)
        case .double: writer.double(Double(bitPattern: row.bits))
        case .string: writer.string(text(of: row))
        case .array: writer.raw(text(of: row))
        case .object: ValueView(row, in: self).withJSON { writer.raw($0) }
        }
    }
}
