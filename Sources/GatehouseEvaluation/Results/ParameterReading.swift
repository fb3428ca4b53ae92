// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Typed reads of named parameters (Evaluation §19.4).
///
///     let price = config["price", default: 9.99]          // Double
///     let limit = config["limit", as: Int.self]           // Int?
///     let tags = config["tags", default: ["new"]]         // [String]
///     let color = config["color", default: Color.grey]    // an enum with String raw values
///
/// The type of the default decides what the parameter is read as. A read of a parameter that is missing, or whose value doesn't
/// fit the type exactly, gives the default, or `nil` without one. A client counts and logs such reads
/// (``UsageProblem``).
public protocol ParameterReading {
    /// A parameter's value, `nil` when there is none.
    subscript(name: String) -> Value? { get }

    /// Reads a parameter and converts its value.
    ///
    /// The typed reads call this.
    ///
    /// - Parameters:
    ///   - name: The parameter's name.
    ///   - type: The type that the caller wants, for the report of a mismatch.
    ///   - convert: Converts the value; `nil` if it doesn't fit.
    /// - Returns: The converted value, `nil` if there is none or it doesn't fit.
    func read<T>(_ name: String, as type: T.Type, _ convert: (Value) -> T?) -> T?
}

extension ParameterReading {
    /// Reads a parameter and converts its value, without reporting a mismatch.
    public func read<T>(_ name: String, as type: T.Type, _ convert: (Value) -> T?) -> T? {
        self[name].flatMap(convert)
    }

    /// A parameter as a type, `nil` when it is missing or doesn't fit.
    public subscript<T: ParameterValue>(name: String, as type: T.Type) -> T? {
        read(name, as: type, T.init(parameter:))
    }

    /// A parameter as an enum with raw values, `nil` when it is missing or is none of its cases.
    public subscript<T: RawRepresentable>(name: String, as type: T.Type) -> T? where T.RawValue: ParameterValue {
        read(name, as: type) { T.RawValue(parameter: $0).flatMap(T.init(rawValue:)) }
    }

    /// A parameter as the type of the default.
    public subscript<T: ParameterValue>(name: String, default fallback: T) -> T {
        read(name, as: T.self, T.init(parameter:)) ?? fallback
    }

    /// A parameter as an enum with raw values.
    public subscript<T: RawRepresentable>(name: String, default fallback: T) -> T where T.RawValue: ParameterValue {
        read(name, as: T.self) { T.RawValue(parameter: $0).flatMap(T.init(rawValue:)) } ?? fallback
    }

    // The common types, which need no metadata of a generic type. The compiler prefers them to generic ones, so an array literal
    // of strings is one of strings, and any other one of values.

    /// A parameter as Boolean.
    public subscript(name: String, default fallback: Bool) -> Bool {
        read(name, as: Bool.self) { $0.bool } ?? fallback
    }

    /// A parameter as string.
    public subscript(name: String, default fallback: String) -> String {
        read(name, as: String.self) { $0.string } ?? fallback
    }

    /// A parameter as floating-point number: a number that a `Double` represents.
    public subscript(name: String, default fallback: Double) -> Double {
        read(name, as: Double.self) { Double(parameter: $0) } ?? fallback
    }

    /// A parameter as integer: a number without a fraction, such as 3 or 3.0, but not 9.99.
    public subscript(name: String, default fallback: Int) -> Int {
        read(name, as: Int.self) { Int(parameter: $0) } ?? fallback
    }

    /// A parameter as array of strings.
    public subscript(name: String, default fallback: [String]) -> [String] {
        read(name, as: [String].self) { [String](parameter: $0) } ?? fallback
    }

    /// A parameter as array.
    @_disfavoredOverload
    public subscript(name: String, default fallback: [Value]) -> [Value] {
        read(name, as: [Value].self) { $0.array } ?? fallback
    }

    /// A parameter as object.
    @_disfavoredOverload
    public subscript(name: String, default fallback: Object) -> Object {
        read(name, as: Object.self) { $0.object } ?? fallback
    }
}
