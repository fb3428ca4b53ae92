// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// What an experiment or autotune returns for a user.
public struct ExperimentEvaluation: ParameterizedResult {
    /// The name that was asked for.
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
    /// The parameters that the experiment owns, `nil` when the document doesn't say.
    public var explicitParameters: [String]? { evaluation.record.explicitParameters?.map(\.string) }
}
