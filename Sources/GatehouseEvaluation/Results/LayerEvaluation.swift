// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// What a layer returns for a user.
public struct LayerEvaluation: ParameterizedResult {
    /// The name that was asked for.
    public let name: String
    /// The details.
    public let evaluation: Evaluation

    /// The user's group in the experiment that decided, `nil` when there is none.
    public var groupName: String? { evaluation.groupName }
    /// The experiment that decided in the layer's place, `nil` when none did.
    public var allocatedExperiment: String? {
        evaluation.record.delegate.hasBytes ? evaluation.record.delegate.string : nil
    }
    /// Whether the experiment that decided is running; without one, whether the layer says so of itself.
    public var isExperimentActive: Bool { evaluation.record.isExperimentActive }
    /// Whether the user is in a group of that experiment.
    public var isUserInExperiment: Bool { evaluation.record.isExperimentGroup }
    /// The parameters that the experiment owns.
    public var explicitParameters: [String] { evaluation.record.explicitParameters?.map(\.string) ?? [] }
    /// The exposures that parameters log which no experiment owns.
    public var undelegatedSecondaryExposures: [SecondaryExposure] { evaluation.undelegatedSecondaryExposures }

    /// The rule that a parameter's value comes from, in layers that merge the values of several rules.
    ///
    /// - Parameter parameter: The parameter's name.
    /// - Returns: The rule, or ``EvaluationResult/ruleID`` where the whole value comes from one.
    public func ruleID(of parameter: String) -> String {
        parameter.withTextBytes { evaluation.parameterRuleID($0)?.string } ?? ruleID
    }
}
