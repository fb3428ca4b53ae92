// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A result of any kind, with what they have in common at hand.
public protocol EvaluationResult: Sendable {
    /// The name that was asked for.
    var name: String { get }
    /// The details.
    var evaluation: Evaluation { get }
}

extension EvaluationResult {
    /// The rule that decided, `default` or `disabled` where none did, empty for unknown names and failed evaluations.
    public var ruleID: String { evaluation.ruleID }
    /// The ID type of the entity, `nil` for an unknown one.
    public var idType: String? { evaluation.idType }
    /// The version of the entity, `nil` when the document has none.
    public var version: UInt32? { evaluation.version }
    /// How the answer came about.
    public var reason: EvaluationReason { evaluation.reason }
    /// The gates that were passed through, in order, repeated as often as they were.
    public var secondaryExposures: [SecondaryExposure] { evaluation.secondaryExposures }
}

/// A result whose value is an object with parameters.
public protocol ParameterizedResult: EvaluationResult {}

extension ParameterizedResult {
    /// The whole object, `nil` when the value isn't one.
    public var value: Object? { evaluation.object }

    /// The value as JSON text: an object, `true`, `false` or `null`.
    public var json: String { evaluation.returns?.json.string ?? "null" }

    /// A parameter's value, `nil` when there is none.
    public subscript(name: String) -> Value? { evaluation.parameter(name) }

    /// A parameter as Boolean, or the default when it is missing or of another kind.
    public subscript(name: String, default fallback: Bool) -> Bool { self[name]?.bool ?? fallback }

    /// A parameter as string, or the default when it is missing or of another kind.
    public subscript(name: String, default fallback: String) -> String { self[name]?.string ?? fallback }

    /// A parameter as float, or the default when it is missing or no number.
    public subscript(name: String, default fallback: Double) -> Double { self[name]?.double ?? fallback }

    /// A parameter as integer, or the default when it is missing or no integer; `1.0` isn't one.
    public subscript(name: String, default fallback: Int) -> Int {
        self[name]?.integer.flatMap(Int.init(exactly:)) ?? fallback
    }

    /// A parameter as array, or the default when it is missing or of another kind.
    public subscript(name: String, default fallback: [Value]) -> [Value] { self[name]?.array ?? fallback }

    /// A parameter as object, or the default when it is missing or of another kind.
    public subscript(name: String, default fallback: Object) -> Object { self[name]?.object ?? fallback }
}
