// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// What is to change at a time: percentages of rules, and what is to start.
enum Rollouts {
    private static let withRules: [Family] = [.gates, .dynamicConfigs, .segments]
    private static let families = withRules + StartSchedule.families

    /// When the next rollout of an entity is due, in ms since 1970; `nil` when there is none.
    static func next(_ entity: Entity) -> Int64? {
        if StartSchedule.families.contains(entity.family) { return StartSchedule.time(of: entity) }
        guard withRules.contains(entity.family), !entity.isArchived else { return nil }
        return entity.members.objects("rules").flatMap { $0.objects("pendingAutomatedRollouts") }
            .compactMap { time(of: $0) }.min()
    }

    /// The same of a project.
    static func next(_ project: AuthoredProject) -> Int64? {
        families.flatMap { project.unordered($0).compactMap(next) }.min()
    }

    /// Applies everything that is due by the time of a draft.
    static func apply(_ draft: inout Draft) throws {
        for entity in families.flatMap({ draft.project.all($0) }) {
            guard let due = next(entity), due <= draft.time else { continue }
            guard withRules.contains(entity.family) else {
                try StartSchedule.start(entity, &draft)
                continue
            }
            var changed = entity
            changed["rules"] = .objects(entity.members.objects("rules").map { rolledOut($0, at: draft.time) })
            draft.put(changed, "config_conditions_update")
        }
    }

    private static func rolledOut(_ rule: Object, at now: Int64) -> Object {
        let pending = rule.objects("pendingAutomatedRollouts")
        let due = pending.filter { (time(of: $0) ?? .max) <= now }
            .sorted { (time(of: $0) ?? 0) < (time(of: $1) ?? 0) }
        guard let percentage = due.last?.number("passPercent") else { return rule }
        var rule = rule
        if percentage != rule.number("passPercentage") {
            rule["passPercentage"] = .number(percentage)
            rule["id"] = .string(RuleSettling.nextID(rule.text("id"), rule.text("baseID"), percentage))
        }
        rule["pendingAutomatedRollouts"] = .objects(pending.filter { (time(of: $0) ?? .max) > now })
        rule["completedAutomatedRollouts"] = .objects(rule.objects("completedAutomatedRollouts") + due)
        return rule
    }

    private static func time(of rollout: Object) -> Int64? {
        rollout["time"]?.integer ?? rollout.number("time").flatMap { Int64(exactly: $0.rounded()) }
    }
}
