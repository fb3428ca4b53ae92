// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// What a dynamic config returns for a user.
public struct DynamicConfigEvaluation: ParameterizedResult {
    public let name: String
    public let evaluation: Evaluation
}
