// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation

/// What a getter answered, and for whom.
public struct ObservedEvaluation: Sendable {
    /// What was asked for.
    public let kind: EntityKind
    /// The answer, for example a ``GatehouseEvaluation/GateEvaluation``.
    public let result: any EvaluationResult
    /// The user.
    public let user: User
    /// When: ms since 1970.
    public let time: Int64
}
