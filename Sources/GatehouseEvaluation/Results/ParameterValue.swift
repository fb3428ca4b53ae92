// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A type that a parameter can be read as (Evaluation §19.4).
///
/// A conversion is exact or fails: `3.0` is the integer 3, and `9.99` is no integer.
public protocol ParameterValue {
    /// Converts a parameter's value.
    ///
    /// - Parameter parameter: The value. The result is `nil` if it doesn't fit exactly.
    init?(parameter: Value)
}

extension Bool: ParameterValue {
    /// `true` or `false`; numbers and text aren't read as one.
    public init?(parameter: Value) {
        guard let bool = parameter.bool else { return nil }
        self = bool
    }
}

extension String: ParameterValue {
    /// A string; numbers aren't read as one.
    public init?(parameter: Value) {
        guard let string = parameter.string else { return nil }
        self = string
    }
}

extension ParameterValue where Self: FixedWidthInteger {
    /// A number without a fraction that is in the type's range.
    public init?(parameter: Value) {
        switch parameter {
        case .integer(let value): self.init(exactly: value)
        case .unsigned(let value): self.init(exactly: value)
        case .double(let value): self.init(exactly: value)
        default: return nil
        }
    }
}

extension ParameterValue where Self: BinaryFloatingPoint {
    /// A number that the type can represent.
    ///
    /// A number with a fraction is rounded to the nearest one, since most decimal fractions have no exact binary form.
    /// An integer is exact or fails.
    public init?(parameter: Value) {
        switch parameter {
        case .integer(let value): self.init(exactly: value)
        case .unsigned(let value): self.init(exactly: value)
        case .double(let value):
            self.init(value)
            guard isFinite || !value.isFinite else { return nil }
        default: return nil
        }
    }
}

extension Int: ParameterValue {}
extension Int8: ParameterValue {}
extension Int16: ParameterValue {}
extension Int32: ParameterValue {}
extension Int64: ParameterValue {}
extension UInt: ParameterValue {}
extension UInt8: ParameterValue {}
extension UInt16: ParameterValue {}
extension UInt32: ParameterValue {}
extension UInt64: ParameterValue {}
extension Double: ParameterValue {}
extension Float: ParameterValue {}

extension Value: ParameterValue {
    /// Any value.
    public init?(parameter: Value) { self = parameter }
}

extension Object: ParameterValue {
    /// An object.
    public init?(parameter: Value) {
        guard let object = parameter.object else { return nil }
        self = object
    }
}

extension Array: ParameterValue where Element: ParameterValue {
    /// An array whose elements all fit.
    public init?(parameter: Value) {
        guard let elements = parameter.array else { return nil }
        self = []
        reserveCapacity(elements.count)
        for element in elements {
            guard let converted = Element(parameter: element) else { return nil }
            append(converted)
        }
    }
}

extension Dictionary: ParameterValue where Key == String, Value: ParameterValue {
    /// An object whose members all fit.
    ///
    /// Names that Swift calls equal although their bytes differ have one entry, the last.
    public init?(parameter: GatehouseEvaluation.Value) {
        guard let object = parameter.object else { return nil }
        self = [:]
        for member in object {
            guard let converted = Value(parameter: member.value) else { return nil }
            self[member.name] = converted
        }
    }
}
