// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation

/// A rule of a ``TestGate``, ``TestConfig`` or ``TestSegment``.
public struct TestRule: Sendable {
    var id: String?
    var conditions: [TestCondition]
    var percentage = 100.0
    var value: Object?

    init(conditions: [TestCondition]) {
        self.conditions = conditions
    }

    /// A rule for users who meet conditions.
    ///
    /// - Parameters:
    ///   - conditions: The conditions, all of which have to be met.
    ///   - percentage: The share of these users that passes, in percent, to the hundredth. With 0 they all fail.
    ///   - value: The value of a config, `nil` for its default. Gates and segments ignore it.
    ///   - id: The rule's ID, `nil` for its position, for example `rule_1`.
    /// - Returns: The rule.
    public static func when(
        _ conditions: TestCondition..., percentage: Double = 100, returns value: Object? = nil, id: String? = nil
    ) -> TestRule {
        var rule = TestRule(conditions: conditions)
        rule.percentage = percentage
        rule.value = value
        rule.id = id
        return rule
    }

    /// A rule for all users.
    ///
    /// - Parameters:
    ///   - percentage: The share that passes, in percent, to the hundredth.
    ///   - value: The value of a config, `nil` for its default.
    ///   - id: The rule's ID, `nil` for its position, for example `rule_1`.
    /// - Returns: The rule.
    public static func everyone(
        percentage: Double = 100, returns value: Object? = nil, id: String? = nil
    ) -> TestRule {
        .when(.everyone, percentage: percentage, returns: value, id: id)
    }
}
