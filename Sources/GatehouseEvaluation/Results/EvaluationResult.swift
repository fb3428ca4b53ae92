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
public protocol ParameterizedResult: EvaluationResult, ParameterReading {}

extension ParameterizedResult {
    /// The whole object, `nil` when the value isn't one.
    public var value: Object? { evaluation.object }

    /// The value as compact JSON text: an object, `true`, `false` or `null`.
    public var json: String {
        var writer = JSONWriter()
        writer.compact(evaluation.returns?.json ?? Text("null"))
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// A parameter's value, `nil` when there is none.
    public subscript(name: String) -> Value? { evaluation.parameter(name) }
}
