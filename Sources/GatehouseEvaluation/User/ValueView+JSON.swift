// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension ValueView {
    /// Lends the JSON of an object, which isn't kept like that of an array, since next to nothing reads it.
    func withJSON<R>(_ body: (Text) -> R) -> R {
        var writer = JSONWriter()
        writer.raw("{")
        for index in 0..<childCount {
            store.write(store.children[childStart + index], isFirst: index == 0, into: &writer)
        }
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
        case .null: writer.raw("null")
        case .bool: writer.bool(row.bool)
        case .integer: writer.integer(Int64(bitPattern: row.bits))
        case .unsigned: writer.integer(row.bits)
        case .double: writer.double(Double(bitPattern: row.bits))
        case .string: writer.string(Text(base: bytes + row.textStart, count: row.textCount))
        case .array: writer.raw(Text(base: bytes + row.textStart, count: row.textCount))
        case .object: ValueView(row, in: self).withJSON { writer.raw($0) }
        }
    }
}
