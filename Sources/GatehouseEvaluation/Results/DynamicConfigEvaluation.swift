// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// What a dynamic config returns for a user.
public struct DynamicConfigEvaluation: ParameterizedResult {
    /// The name that was asked for.
    public let name: String
    /// The details.
    public let evaluation: Evaluation
}
