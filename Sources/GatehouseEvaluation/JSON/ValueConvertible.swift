// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A Swift type whose values a user's fields can have.
///
///     let user = User(userID: id, custom: ["plan": plan, "age": 7, "tags": tags])
///
/// Strings, integers, floating-point numbers, Booleans, arrays and dictionaries of them conform. Make a type of your own conform
/// by returning the value of one of these.
public protocol ValueConvertible {
    /// The JSON value.
    var gatehouseValue: Value { get }
}

extension Value {
    /// Makes a value of a Swift value: `Value(plan)`.
    ///
    /// - Parameter value: A string, number, Boolean, array or dictionary.
    public init(_ value: some ValueConvertible) { self = value.gatehouseValue }
}

extension Value: ValueConvertible {
    /// The value itself.
    public var gatehouseValue: Value { self }
}

extension Object: ValueConvertible {
    /// The object as a value.
    public var gatehouseValue: Value { .object(self) }

    /// Makes an object of Swift values in order: `Object(["plan": plan, "age": 7])`.
    ///
    /// - Parameter members: The members. Those that are `nil` are left out.
    @_disfavoredOverload
    public init(_ members: KeyValuePairs<String, (any ValueConvertible)?>) {
        self.init(members.compactMap { member in member.value.map { (member.key, $0.gatehouseValue) } })
    }
}

extension String: ValueConvertible {
    /// A JSON string.
    public var gatehouseValue: Value { .string(self) }
}

extension Substring: ValueConvertible {
    /// A JSON string.
    public var gatehouseValue: Value { .string(String(self)) }
}

extension Bool: ValueConvertible {
    /// JSON `true` or `false`.
    public var gatehouseValue: Value { .bool(self) }
}

extension ValueConvertible where Self: FixedWidthInteger {
    /// A JSON integer.
    public var gatehouseValue: Value {
        if let value = Int64(exactly: self) { return .integer(value) }
        return UInt64(exactly: self).map { .unsigned($0) } ?? .double(Double(self))
    }
}

extension Int: ValueConvertible {}
extension Int8: ValueConvertible {}
extension Int16: ValueConvertible {}
extension Int32: ValueConvertible {}
extension Int64: ValueConvertible {}
extension UInt: ValueConvertible {}
extension UInt8: ValueConvertible {}
extension UInt16: ValueConvertible {}
extension UInt32: ValueConvertible {}
extension UInt64: ValueConvertible {}

extension Double: ValueConvertible {
    /// A JSON number.
    public var gatehouseValue: Value { .double(self) }
}

extension Float: ValueConvertible {
    /// A JSON number.
    public var gatehouseValue: Value { .double(Double(self)) }
}

extension Array: ValueConvertible where Element: ValueConvertible {
    /// A JSON array.
    public var gatehouseValue: Value { .array(map(\.gatehouseValue)) }
}

extension Set: ValueConvertible where Element: ValueConvertible & Comparable {
    /// A JSON array in ascending order.
    public var gatehouseValue: Value { .array(sorted().map(\.gatehouseValue)) }
}

extension Dictionary: ValueConvertible where Key == String, Value: ValueConvertible {
    /// A JSON object, whose members are in the order of their names.
    public var gatehouseValue: GatehouseEvaluation.Value {
        .object(Object(distinct: sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value.gatehouseValue) }))
    }
}
