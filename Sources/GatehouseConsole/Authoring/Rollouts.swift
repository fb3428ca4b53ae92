// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes
internal import Logging
internal import ServiceLifecycle

/// What is to change at a time: percentages of rules, and what is to start.
enum Rollouts {
    private static let withRules: [ResourceType] = [.gates, .dynamicConfigs, .segments]
    private static let families = withRules + StartSchedule.families

    /// When the next rollout of an resource is due, in ms since 1970; `nil` when there is none.
    static func next(_ resource: Resource) -> Int64? {
        if StartSchedule.families.contains(resource.family) { return StartSchedule.time(of: resource) }
        guard withRules.contains(resource.family), !resource.isArchived else { return nil }
        return resource.members.objects("rules").flatMap { $0.objects("pendingAutomatedRollouts") }
            .compactMap { time(of: $0) }.min()
    }

    /// The same of a project.
    static func next(_ project: AuthoredProject) -> Int64? {
        families.flatMap { project.unordered($0).compactMap(next) }.min()
    }

    /// Applies everything that is due by the time of a draft.
    static func apply(_ draft: inout Draft) throws {
        for resource in families.flatMap({ draft.project.all($0) }) {
            guard let due = next(resource), due <= draft.time else { continue }
            guard withRules.contains(resource.family) else {
                try StartSchedule.start(resource, &draft)
                continue
            }
            var changed = resource
            changed["rules"] = .objects(resource.members.objects("rules").map { rolledOut($0, at: draft.time) })
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

/// Experiments and autotunes that are to start at a time.
enum StartSchedule {
    static let families: [ResourceType] = [.experiments, .autotunes]
    /// The member that has the time, in ms since 1970, until the start.
    static let member = "scheduledStartTime"

    private static let body = Schemas.object(
        ["scheduledTime": ["type": "number", "minimum": 0, "maximum": 9e15]], required: ["scheduledTime"])

    /// The endpoint that sets the time; one that has passed starts it at once.
    static func action(noun: String, audit: String) -> ResourceAction {
        .change(
            .post, "/schedule_start", "schedule\(noun)Start", "Start it at a time, in ms since 1970.",
            message: "\(noun) start scheduled successfully.", body: body
        ) { draft, resource, request in
            try Settling.checkEditable(resource)
            guard isWaiting(resource) else { throw APIError(.badRequest, "\(noun) has already started") }
            var changed = resource
            changed[member] = .integer(Int64(request.object.number("scheduledTime") ?? 0))
            draft.put(changed, audit)
            return nil
        }
    }

    /// When an resource is to start, in ms since 1970; `nil` when it has no such time, or has started.
    static func time(of resource: Resource) -> Int64? {
        resource.isArchived || !isWaiting(resource) ? nil : resource[member]?.integer
    }

    /// Starts an resource that waits.
    static func start(_ resource: Resource, _ draft: inout Draft) throws {
        var changed = resource
        guard resource.family == .experiments else {
            changed["isStarted"] = true
            changed["startTime"] = .integer(draft.time)
            changed[member] = nil
            draft.put(changed, "autotune_experiment_edit")
            return
        }
        try ExperimentTransitions.move(&changed, to: .active, group: nil, reason: nil, &draft)
        draft.put(changed, "experiment_start")
    }

    private static func isWaiting(_ resource: Resource) -> Bool {
        resource.family == .experiments
            ? Experiment(resource).status == .setup : !resource.members.flag("isStarted")
    }
}

/// Applies rollouts when they are due.
struct RolloutSchedule: Service {
    /// How often the clock is looked at.
    private static let interval = Duration.milliseconds(200)

    let store: ProjectStore
    let clock: @Sendable () -> Int64
    let logger: Logger

    /// Looks at the clock until the service group shuts down.
    func run() async throws {
        // Sleeping ends with a cancellation, which is how this one ends.
        try? await cancelWhenGracefulShutdown {
            while true {
                try await Task.sleep(for: RolloutSchedule.interval)
                await apply()
            }
        }
    }

    private func apply() async {
        guard let due = store.nextRollout, due <= clock() else { return }
        do {
            try await store.change(by: .process) { try Rollouts.apply(&$0) }
            logger.info("Rollouts applied")
        } catch {
            logger.error("Rollouts not applied, which is tried again: \(error)")
        }
    }
}
