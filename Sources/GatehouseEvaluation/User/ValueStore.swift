// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The bytes and children that rows of values refer to, as plain pointers.
struct ValueStore: BitwiseCopyable {
    let bytes: UnsafePointer<UInt8>
    let children: UnsafeBufferPointer<UserValue>

    @inline(__always)
    init() {
        bytes = StaticString("").utf8Start
        children = UnsafeBufferPointer()
    }

    @inline(__always)
    init(bytes: UnsafePointer<UInt8>?, children: UnsafeBufferPointer<UserValue>) {
        // An empty array may have no address, but its empty texts aren't missing.
        self.bytes = bytes ?? StaticString("").utf8Start
        self.children = children
    }

    @inline(__always)
    func name(of row: UserValue) -> Text { Text(base: bytes + row.nameStart, count: row.nameCount) }

    /// The value named exactly so.
    @inline(__always)
    func find(_ name: Text, in rows: UnsafeBufferPointer<UserValue>) -> ValueView? {
        for index in 0..<rows.count where rows[index].nameCount == name.count {
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
}
