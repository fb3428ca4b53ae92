// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// JSON text to values and back.
enum JSON {
    /// Reads one value, `nil` when the bytes aren't one.
    static func value(_ bytes: [UInt8]) -> Value? {
        bytes.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.flatMap { Value(json: Text(base: $0, count: buffer.count)) }
        }
    }

    /// Reads one value, `nil` when the text isn't one.
    static func value(_ text: String) -> Value? { value(Array(text.utf8)) }

    /// Whether a value has more levels of arrays and objects than a number.
    static func isNested(_ value: Value, deeperThan levels: Int) -> Bool {
        switch value {
        case .array(let elements): levels == 0 || elements.contains { isNested($0, deeperThan: levels - 1) }
        case .object(let object): levels == 0 || object.contains { isNested($0.value, deeperThan: levels - 1) }
        default: false
        }
    }

    static func bytes(_ value: Value) -> [UInt8] {
        var writer = JSONWriter()
        writer.value(value)
        return writer.bytes
    }

    static func text(_ value: Value) -> String { String(decoding: bytes(value), as: UTF8.self) }
}

extension Object {
    /// A member's text, empty without one.
    func text(_ name: String) -> String { self[name]?.string ?? "" }

    /// Whether a member is `true`.
    func flag(_ name: String) -> Bool { self[name]?.bool ?? false }

    func number(_ name: String) -> Double? { self[name]?.double }

    /// A member's elements, none without one.
    func list(_ name: String) -> [Value] { self[name]?.array ?? [] }

    func texts(_ name: String) -> [String] { list(name).compactMap(\.string) }

    func objects(_ name: String) -> [Object] { list(name).compactMap(\.object) }

    /// A member's members, none without one.
    func object(_ name: String) -> Object { self[name]?.object ?? [:] }

    /// The same members with those of another object over them.
    func merging(_ other: Object) -> Object {
        var merged = self
        for (name, value) in other { merged[name] = value }
        return merged
    }
}

extension Value {
    /// An array of strings.
    static func strings(_ texts: some Sequence<String>) -> Value { .array(texts.map(Value.string)) }

    /// An array of objects.
    static func objects(_ objects: some Sequence<Object>) -> Value { .array(objects.map(Value.object)) }

    /// A number, as integer where it is one.
    static func number(_ number: Double) -> Value {
        Int64(exactly: number).map(Value.integer) ?? .double(number)
    }
}
