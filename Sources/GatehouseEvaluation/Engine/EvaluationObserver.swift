// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Receives each step of an evaluation.
///
/// The evaluator is generic over it, so that one body of code decides and explains; with ``NoObserver`` the compiler removes
/// all calls.
protocol EvaluationObserver {
    mutating func willEvaluate(_ kind: EntityKind, _ name: Text, as role: EvaluationRole)
    mutating func didEvaluate(_ record: Record, _ recognition: Recognition)
    mutating func willTry(_ rule: RuleRow)
    mutating func didTry(passed: Bool, isUnsupported: Bool)
    mutating func willCheck(_ condition: ConditionRow)
    mutating func didCheck(_ condition: ConditionRow, value: ValueView, verdict: Bool, isUnsupported: Bool)
    mutating func missingCondition()
    mutating func remembered(_ gate: Text, value: Bool, ruleID: Text)
    mutating func bucketed(_ bucket: UInt64, of total: UInt64, threshold: Double, _ unit: UnitSelector, _ id: Text)
    /// Tells why the current condition has no value or no target; the operator's own reasons follow from both.
    mutating func lacksOperand(_ reason: Explanation.UnreadableOperand)
}

/// Why an entity is evaluated.
enum EvaluationRole: UInt8 {
    /// The caller asked for it.
    case asked
    /// A condition names it.
    case nested
    /// A rule leaves the decision to it.
    case delegate
    /// A config mapping replaces another entity with it.
    case mapping
}

/// Ignores every step.
struct NoObserver: EvaluationObserver {
    @inline(__always) func willEvaluate(_ kind: EntityKind, _ name: Text, as role: EvaluationRole) {}
    @inline(__always) func didEvaluate(_ record: Record, _ recognition: Recognition) {}
    @inline(__always) func willTry(_ rule: RuleRow) {}
    @inline(__always) func didTry(passed: Bool, isUnsupported: Bool) {}
    @inline(__always) func willCheck(_ condition: ConditionRow) {}
    @inline(__always) func didCheck(_ condition: ConditionRow, value: ValueView, verdict: Bool, isUnsupported: Bool) {}
    @inline(__always) func missingCondition() {}
    @inline(__always) func remembered(_ gate: Text, value: Bool, ruleID: Text) {}
    @inline(__always) func bucketed(
        _ bucket: UInt64, of total: UInt64, threshold: Double, _ unit: UnitSelector, _ id: Text
    ) {}
    @inline(__always) func lacksOperand(_ reason: Explanation.UnreadableOperand) {}
}
