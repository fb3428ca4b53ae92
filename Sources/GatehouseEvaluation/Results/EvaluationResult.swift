// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A result of any kind, with the properties that all kinds have in common.
public protocol EvaluationResult: Sendable, CustomStringConvertible {
    /// The name of the entity.
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
    /// The reason for the result.
    public var reason: EvaluationReason { evaluation.reason }
    /// The gates that the evaluation asked on the way, in order, one entry per time.
    public var secondaryExposures: [SecondaryExposure] { evaluation.secondaryExposures }

    /// The result in a line: `pricing: {"price":7}, rule pro, group Pro users`.
    public var description: String {
        let value = (self as? any ParameterizedResult)?.json ?? "\((self as? GateEvaluation)?.value ?? false)"
        return "\(name): \(value)\(evaluation.suffix)"
    }
}

extension Evaluation: CustomStringConvertible {
    /// The rule, the group and an unusual reason: `rule pro, group Pro users`.
    public var description: String { String(suffix.drop { $0 == "," || $0 == " " }) }

    fileprivate var suffix: String {
        var text = ruleID.isEmpty ? "" : ", rule \(ruleID)"
        if let groupName { text += ", group \(groupName)" }
        if reason != .recognized { text += " (\(reason.words))" }
        return text
    }
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
    public subscript(name: String) -> Value? {
        let value = evaluation.parameter(name)
        if value == nil { evaluation.reportMissing(name, of: self.name, usageKind) }
        return value
    }

    /// Reads a parameter and converts its value, as ``ParameterReading/read(_:as:_:)``.
    public func read<T>(_ name: String, as type: T.Type, _ convert: (Value) -> T?) -> T? {
        guard let value = self[name] else { return nil }
        if let converted = convert(value) { return converted }
        evaluation.ruleset.usage?.report(mismatchOf: name, value, as: type, in: self.name, usageKind)
        return nil
    }

    private var usageKind: UsageProblem.Kind {
        switch self {
        case is ExperimentEvaluation: .experiment
        case is LayerEvaluation: .layer
        default: .dynamicConfig
        }
    }
}

/// What a gate answers for a user.
public struct GateEvaluation: EvaluationResult {
    /// The name of the entity.
    public let name: String
    /// The details.
    public let evaluation: Evaluation

    /// Whether the user passes.
    public var value: Bool { evaluation.reason == .tooDeep ? false : evaluation.passed }
}

/// What a dynamic config returns for a user.
public struct DynamicConfigEvaluation: ParameterizedResult {
    /// The name of the entity.
    public let name: String
    /// The details.
    public let evaluation: Evaluation
}

/// What an experiment or autotune returns for a user.
public struct ExperimentEvaluation: ParameterizedResult {
    /// The name of the entity.
    public let name: String
    /// The details.
    public let evaluation: Evaluation

    /// The user's group, `nil` when the rule that decided has none.
    public var groupName: String? { evaluation.groupName }
    /// Whether the experiment is running.
    public var isActive: Bool { evaluation.record.isExperimentActive }
    /// Whether the user is in a group of the experiment.
    public var isUserInExperiment: Bool { evaluation.record.isExperimentGroup }
    /// Whether the experiment shares its parameters with others in a layer.
    public var isInLayer: Bool { evaluation.record.isInLayer }
    /// The parameters that the experiment owns, `nil` when the document doesn't list them.
    public var explicitParameters: [String]? { evaluation.record.explicitParameters?.map(\.string) }
}

/// What a layer returns for a user.
public struct LayerEvaluation: ParameterizedResult {
    /// The name of the entity.
    public let name: String
    /// The details.
    public let evaluation: Evaluation

    /// The user's group in the experiment that decided, `nil` when there is none.
    public var groupName: String? { evaluation.groupName }
    /// The experiment that decided for the layer, `nil` when none did.
    public var allocatedExperiment: String? {
        evaluation.record.delegate.hasBytes ? evaluation.record.delegate.string : nil
    }
    /// Whether the experiment that decided is running; without one, whether the layer itself is active.
    public var isExperimentActive: Bool { evaluation.record.isExperimentActive }
    /// Whether the user is in a group of that experiment.
    public var isUserInExperiment: Bool { evaluation.record.isExperimentGroup }
    /// The parameters that the experiment owns.
    public var explicitParameters: [String] { evaluation.record.explicitParameters?.map(\.string) ?? [] }
    /// The secondary exposures that are logged with parameters that no experiment owns.
    public var undelegatedSecondaryExposures: [SecondaryExposure] { evaluation.undelegatedSecondaryExposures }

    /// The rule that a parameter's value comes from, in layers that merge the values of several rules.
    ///
    /// - Parameter parameter: The parameter's name.
    /// - Returns: The rule, or ``EvaluationResult/ruleID`` where the whole value comes from one.
    public func ruleID(of parameter: String) -> String {
        parameter.withTextBytes { evaluation.parameterRuleID($0)?.string } ?? ruleID
    }
}

/// A group of an autotune with its score for a user (Evaluation §12).
public struct RankedGroup: Sendable, Equatable {
    /// The group's name.
    public let name: String
    /// The rule ID to log for it, with the suffix `:explore` where the user explores.
    public let ruleID: String
    /// The expected outcome; the autotune defines whether higher or lower is better.
    public let score: Double
    /// The group's value, `nil` unless it is an object.
    public let value: Object?

    /// The score of a group without a model.
    static let unknownScore = 0.0001

    init(_ row: AutotuneRow.Group, ruleIDSuffix: String, score: Double) {
        name = row.name.string
        ruleID = row.id.string + ruleIDSuffix
        self.score = score
        value = row.returns.kind == .object ? Value(json: row.returns.json)?.object : nil
    }
}
