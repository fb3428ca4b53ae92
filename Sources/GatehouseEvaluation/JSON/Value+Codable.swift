// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Coded as the JSON value itself.
///
/// A number keeps its kind as far as the coder distinguishes kinds. Foundation's coders don't distinguish `1.0` from `1`, so
/// that a whole ``double(_:)`` is decoded as an ``integer(_:)``; where the difference counts, as in a user's fields, parse
/// the JSON itself. Key strategies of a coder don't change names of members.
///
/// Values that nest deeper than 127 levels are refused, and so are numbers outside of the range of a 64-bit float, and NaN and
/// infinity, which some coders read.
extension Value: Codable {
    /// Reads a value.
    ///
    /// - Parameter decoder: The decoder to read from.
    /// - Throws: `DecodingError` when it isn't a value of JSON.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let string = try? container.decode(String.self) {
            self = .string(string)
        } else if let bool = try? container.decode(Bool.self) {
            // Before numbers, since some coders read 1 for true.
            self = .bool(bool)
        } else if let integer = try? container.decode(Int64.self) {
            self = .integer(integer)
        } else if let integer = try? container.decode(UInt64.self) {
            self = .unsigned(integer)
        } else if let double = try? container.decode(Double.self) {
            guard double.isFinite else {
                throw DecodingError.dataCorruptedError(
                    in: container, debugDescription: "a number that JSON doesn't have")
            }
            self = .double(double)
        } else if var elements = try? decoder.unkeyedContainer() {
            try CodingDepth.check(decoder.codingPath)
            var array: [Value] = []
            while !elements.isAtEnd { array.append(try elements.decode(Value.self)) }
            self = .array(array)
        } else {
            do {
                self = .object(try container.decode(Object.self))
            } catch DecodingError.typeMismatch(_, let context)
                where context.codingPath.count == decoder.codingPath.count
            {
                throw DecodingError.dataCorruptedError(
                    in: container, debugDescription: "neither a JSON value nor a number that 64 bits hold")
            }
        }
    }

    /// Writes the value.
    ///
    /// - Parameter encoder: The encoder to write to.
    /// - Throws: `EncodingError` when the coder can't write it, as Foundation's can't write infinite numbers to JSON.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .unsigned(let value): try container.encode(value)
        case .double(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let elements):
            try CodingDepth.check(encoder.codingPath, of: self)
            try container.encode(elements)
        case .object(let object): try container.encode(object)
        }
    }
}

/// Coded as the JSON object itself; ``Value`` describes how its values are coded.
///
/// Coders don't preserve the order of members. Decoded members are in alphabetical order.
extension Object: Codable {
    /// Reads an object.
    ///
    /// - Parameter decoder: The decoder to read from.
    /// - Throws: `DecodingError` when it isn't an object of JSON.
    public init(from decoder: any Decoder) throws {
        try CodingDepth.check(decoder.codingPath)
        let container = try decoder.singleValueContainer()
        // As dictionary, since that is what key strategies leave alone.
        let members = try container.decode([String: Value].self)
        self.init(distinct: members.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) })
    }

    /// Writes the object.
    ///
    /// - Parameter encoder: The encoder to write to.
    /// - Throws: `EncodingError` when the coder can't write it.
    public func encode(to encoder: any Encoder) throws {
        try CodingDepth.check(encoder.codingPath, of: self)
        var container = encoder.singleValueContainer()
        // A coder can't encode two names that Swift calls equal although their bytes differ.
        try container.encode(Dictionary(map { ($0.name, $0.value) }) { $1 })
    }
}

/// The maximum nesting of values that coders read and write, the same as that of JSON text.
enum CodingDepth {
    /// Refuses to decode a value below too many levels.
    ///
    /// - Parameter path: The path of an array or object.
    /// - Throws: `DecodingError` when the path is too long.
    static func check(_ path: [any CodingKey]) throws {
        guard path.count < JSONReader.maximumDepth else {
            throw DecodingError.dataCorrupted(DecodingError.Context(codingPath: path, debugDescription: message))
        }
    }

    /// Refuses to encode a value below too many levels.
    ///
    /// - Parameters:
    ///   - path: The path of the array or object.
    ///   - value: The array or object.
    /// - Throws: `EncodingError` when the path is too long.
    static func check(_ path: [any CodingKey], of value: Any) throws {
        guard path.count < JSONReader.maximumDepth else {
            throw EncodingError.invalidValue(value, EncodingError.Context(codingPath: path, debugDescription: message))
        }
    }

    private static var message: String { "nests deeper than \(JSONReader.maximumDepth) levels" }
}
