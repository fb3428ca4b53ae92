// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// What a gate answers for a user.
public struct GateEvaluation: EvaluationResult {
    /// The name that was asked for.
    public let name: String
    /// The details.
    public let evaluation: Evaluation

    /// Whether the user passes.
    public var value: Bool { evaluation.reason == .tooDeep ? false : evaluation.passed }
}
