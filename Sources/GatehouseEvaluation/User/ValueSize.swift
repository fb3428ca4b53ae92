// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// How many bytes values take in a ``ValueArea``, at most.
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
    /// Written once to be measured and once to be kept: arrays are rare enough.
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
