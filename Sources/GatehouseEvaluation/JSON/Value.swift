// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A JSON value: what a config returns and what a user's custom field holds.
///
/// Numbers keep the kind they were written with, because evaluation distinguishes `1` from `1.0`. Comparing values with `==`
/// compares strings as Swift does, by characters; the rules themselves compare bytes.
public enum Value: Sendable, Equatable {
    /// JSON `null`.
    case null
    /// JSON `true` or `false`.
    case bool(Bool)
    /// An integer that fits 64 bits with sign.
    case integer(Int64)
    /// An integer above `Int64.max` that fits 64 bits without sign.
    case unsigned(UInt64)
    /// Any other number.
    case double(Double)
    /// A string.
    case string(String)
    /// An array.
    case array([Value])
    /// An object; members keep their order.
    case object(Object)
}

extension Value: CustomStringConvertible {
    /// The value as compact JSON.
    public var description: String { String(decoding: jsonBytes, as: UTF8.self) }
}

extension Value {
    /// The Boolean, or `nil` for any other kind.
    public var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The number as 64-bit float, or `nil` for any other kind.
    public var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .unsigned(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }

    /// The integer, or `nil` for any other kind: `1.0` isn't one.
    public var integer: Int64? {
        if case .integer(let value) = self { value } else { nil }
    }

    /// The string, or `nil` for any other kind.
    public var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The elements, or `nil` for any other kind.
    public var array: [Value]? {
        if case .array(let value) = self { value } else { nil }
    }

    /// The members, or `nil` for any other kind.
    public var object: Object? {
        if case .object(let value) = self { value } else { nil }
    }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    /// A string.
    public init(stringLiteral value: String) { self = .string(value) }
    /// An integer.
    public init(integerLiteral value: Int64) { self = .integer(value) }
    /// A float.
    public init(floatLiteral value: Double) { self = .double(value) }
    /// A Boolean.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// An array.
    public init(arrayLiteral elements: Value...) { self = .array(elements) }
    /// An object.
    public init(dictionaryLiteral elements: (String, Value)...) { self = .object(Object(elements)) }
    /// JSON `null`.
    public init(nilLiteral: ()) { self = .null }
}
