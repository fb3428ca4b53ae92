// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import Logging
internal import ServiceLifecycle

/// Changes that are due at a time: percentages of rules, and starts of experiments and autotunes.
enum Rollouts {
    private static let typesWithRules: [ResourceType] = [.gates, .dynamicConfigs, .segments]
    private static let types = typesWithRules + StartSchedule.types

    /// When the next rollout of a resource is due, in ms since 1970; `nil` when there is none.
    static func next(_ resource: Resource) -> Int64? {
        if StartSchedule.types.contains(resource.type) { return StartSchedule.time(of: resource) }
        guard typesWithRules.contains(resource.type), !resource.isArchived else { return nil }
        return resource.rules.flatMap { $0.pendingRollouts }.compactMap(\.time).min()
    }

    /// When the next rollout of any resource is due, in ms since 1970; `nil` when there is none.
    static func next(_ project: AuthoredProject) -> Int64? {
        types.flatMap { project.unordered($0).compactMap(next) }.min()
    }

    /// Applies all rollouts that are due by the time of a draft.
    static func apply(_ draft: inout Draft) throws(DomainError) {
        let project = draft.project
        for resource in types.flatMap({ project.all($0) }) {
            guard let due = next(resource), due <= draft.time else { continue }
            guard typesWithRules.contains(resource.type) else {
                try StartSchedule.start(resource, &draft)
                continue
            }
            let time = draft.time
            var changed = resource
            changed.rules = resource.rules.map { rolledOut($0, at: time) }
            draft.put(changed, "config_conditions_update")
        }
    }

    private static func rolledOut(_ old: Rule, at now: Int64) -> Rule {
        let pending = old.pendingRollouts
        let due = pending.filter { ($0.time ?? .max) <= now }.sorted { ($0.time ?? 0) < ($1.time ?? 0) }
        guard let percentage = due.last?.passPercent else { return old }
        var rule = old
        if percentage != old.passPercentage {
            rule.passPercentage = percentage
            rule.id = Rule.nextID(after: old.id ?? "", base: old.baseID ?? "", percentage: percentage)
        }
        rule.pendingRollouts = pending.filter { ($0.time ?? .max) > now }
        rule.completedRollouts = old.completedRollouts + due
        return rule
    }
}

/// Starts experiments and autotunes at a time.
enum StartSchedule {
    static let types: [ResourceType] = [.experiments, .autotunes]

    /// Sets when a resource is to start; a time that has passed starts it with the next look at the clock.
    static func schedule(
        _ resource: inout Resource, at time: Int64, noun: String
    ) throws(DomainError) {
        guard isWaiting(resource) else { throw .alreadyStarted(noun: noun) }
        if resource.type == .experiments {
            var experiment = Experiment(resource)
            experiment.scheduledStartTime = time
            resource = experiment.resource
        } else {
            var autotune = Autotune(resource)
            autotune.scheduledStartTime = time
            resource = autotune.resource
        }
    }

    /// When a resource is to start, in ms since 1970; `nil` when it has no such time, or has started.
    static func time(of resource: Resource) -> Int64? {
        guard !resource.isArchived, isWaiting(resource) else { return nil }
        return resource.type == .experiments
            ? Experiment(resource).scheduledStartTime : Autotune(resource).scheduledStartTime
    }

    /// Starts a resource that waits.
    static func start(_ resource: Resource, _ draft: inout Draft) throws(DomainError) {
        guard resource.type == .experiments else {
            var autotune = Autotune(resource)
            AutotuneTransitions.start(&autotune, draft)
            draft.put(autotune, AutotuneTransitions.changeAction)
            return
        }
        var experiment = Experiment(resource)
        try ExperimentTransitions.start(&experiment, in: [], draft)
        draft.put(experiment, "experiment_start")
    }

    private static func isWaiting(_ resource: Resource) -> Bool {
        resource.type == .experiments
            ? Experiment(resource).status == .setup : !Autotune(resource).isStarted
    }
}

/// The service that applies rollouts when they are due.
struct RolloutSchedule: Service {
    /// The interval at which the service compares the clock with the next rollout.
    private static let interval = Duration.milliseconds(200)

    let store: ProjectStore
    let clock: @Sendable () -> Int64
    let logger: Logger

    /// Compares the clock with the next rollout until the service group shuts down.
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
