// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A coder of single values that, unlike Foundation's, converts no kind of number to another.
enum ScalarCoder {
    static func encode(_ value: some Encodable) throws -> Any? {
        let encoder = ScalarEncoder()
        try value.encode(to: encoder)
        return encoder.scalar
    }

    static func decode<T: Decodable>(_ type: T.Type, from scalar: Any) throws -> T {
        try T(from: ScalarDecoder(scalar: scalar))
    }
}

private final class ScalarEncoder: Encoder, SingleValueEncodingContainer {
    var scalar: Any?
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }
    func encodeNil() { scalar = nil }
    func encode<T: Encodable>(_ value: T) { scalar = value }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        fatalError("only single values are written")
    }
    func unkeyedContainer() -> any UnkeyedEncodingContainer { fatalError("only single values are written") }
}

private struct ScalarDecoder: Decoder, SingleValueDecodingContainer {
    let scalar: Any
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }
    func decodeNil() -> Bool { false }
    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        guard let value = scalar as? T else { throw mismatch(type) }
        return value
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        throw mismatch([String: Any].self)
    }
    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw mismatch([Any].self) }

    private func mismatch(_ type: Any.Type) -> DecodingError {
        .typeMismatch(type, DecodingError.Context(codingPath: [], debugDescription: "another kind"))
    }
}
