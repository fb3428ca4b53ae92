// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

/// Experiments and autotunes that are to start at a time.
enum StartSchedule {
    static let families: [Family] = [.experiments, .autotunes]
    /// The member that has the time, in ms since 1970, until the start.
    static let member = "scheduledStartTime"

    private static let body = Schemas.object(
        ["scheduledTime": ["type": "number", "minimum": 0, "maximum": 9e15]], required: ["scheduledTime"])

    /// The endpoint that sets the time; one that has passed starts it at once.
    static func action(noun: String, audit: String) -> FamilyAction {
        .change(
            .post, "/schedule_start", "schedule\(noun)Start", "Start it at a time, in ms since 1970.",
            message: "\(noun) start scheduled successfully.", body: body
        ) { draft, entity, request in
            try Settling.checkEditable(entity)
            guard isWaiting(entity) else { throw APIError(.badRequest, "\(noun) has already started") }
            var changed = entity
            changed[member] = .integer(Int64(request.object.number("scheduledTime") ?? 0))
            draft.put(changed, audit)
            return nil
        }
    }

    /// When an entity is to start, in ms since 1970; `nil` when it has no such time, or has started.
    static func time(of entity: Entity) -> Int64? {
        entity.isArchived || !isWaiting(entity) ? nil : entity[member]?.integer
    }

    /// Starts an entity that waits.
    static func start(_ entity: Entity, _ draft: inout Draft) throws {
        var changed = entity
        guard entity.family == .experiments else {
            changed["isStarted"] = true
            changed["startTime"] = .integer(draft.time)
            changed[member] = nil
            draft.put(changed, "autotune_experiment_edit")
            return
        }
        try ExperimentTransitions.move(&changed, to: .active, group: nil, reason: nil, &draft)
        draft.put(changed, "experiment_start")
    }

    private static func isWaiting(_ entity: Entity) -> Bool {
        entity.family == .experiments
            ? Experiment(entity).status == .setup : !entity.members.flag("isStarted")
    }
}
