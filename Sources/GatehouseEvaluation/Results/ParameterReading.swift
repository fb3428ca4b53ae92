// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Typed reads of named parameters (Evaluation §19.4).
///
/// A parameter that is missing, or of another kind than asked for, gives the default.
public protocol ParameterReading {
    /// A parameter's value, `nil` when there is none.
    subscript(name: String) -> Value? { get }
}

extension ParameterReading {
    /// A parameter as Boolean.
    public subscript(name: String, default fallback: Bool) -> Bool { self[name]?.bool ?? fallback }

    /// A parameter as string.
    public subscript(name: String, default fallback: String) -> String { self[name]?.string ?? fallback }

    /// A parameter as float; any number is one.
    public subscript(name: String, default fallback: Double) -> Double { self[name]?.double ?? fallback }

    /// A parameter as integer; `1.0` isn't one.
    public subscript(name: String, default fallback: Int) -> Int {
        self[name]?.integer.flatMap(Int.init(exactly:)) ?? fallback
    }

    /// A parameter as array.
    public subscript(name: String, default fallback: [Value]) -> [Value] { self[name]?.array ?? fallback }

    /// A parameter as object.
    public subscript(name: String, default fallback: Object) -> Object { self[name]?.object ?? fallback }
}
