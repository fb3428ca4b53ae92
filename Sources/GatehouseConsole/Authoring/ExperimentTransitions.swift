// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GatehouseEvaluation
internal import HTTPTypes

/// How experiments start, end, and begin anew.
enum ExperimentTransitions {
    private static let notStarted = APIError(.badRequest, "Experiment has not yet started")

    /// Brings an experiment to another status.
    ///
    /// - Parameters:
    ///   - entity: The experiment.
    ///   - status: The status to be.
    ///   - group: The group that a decision is for, by ID or name.
    ///   - reason: Why.
    ///   - draft: Where the layer is changed with it.
    static func move(
        _ entity: inout Entity, to status: Experiment.Status, group: String?, reason: String?, _ draft: inout Draft
    ) throws {
        switch status {
        case .active: try start(&entity, [], draft)
        case .decided: try decide(&entity, group ?? "", reason, removesTargeting: false, &draft)
        case .abandoned: try abandon(&entity, reason, draft)
        case .setup: try reset(&entity, draft)
        case .stopped: try stop(&entity, reason, draft)
        case .assignmentStopped: try stopAssignment(&entity)
        case .archived:
            throw APIError.invalid("status", "status can't be set to \(status.rawValue) here")
        }
    }

    private static func start(_ entity: inout Entity, _ environments: [String], _ draft: Draft) throws {
        let experiment = Experiment(entity)
        // Running in some environments is a beginning: the others may follow.
        guard experiment.status == .setup || experiment.status == .active && !experiment.environments.isEmpty else {
            throw APIError(.badRequest, "Experiment has already started")
        }
        entity["status"] = "active"
        entity["enabledNonProdEnvironments"] = environments.isEmpty ? nil : .strings(environments)
        entity["startTime"] = .integer(draft.time)
        entity[StartSchedule.member] = nil
    }

    private static func decide(
        _ entity: inout Entity, _ group: String, _ reason: String?, removesTargeting: Bool, _ draft: inout Draft
    ) throws {
        let experiment = Experiment(entity)
        guard [.active, .assignmentStopped, .stopped].contains(experiment.status) else { throw notStarted }
        guard let group = experiment.group(group) else {
            throw APIError.invalid("id", "id must be the ID of a group")
        }
        if removesTargeting { entity["targetingGateID"] = "" }
        entity["status"] = .string(Experiment.Status.decided.rawValue)
        entity["launchedGroupID"] = .string(group.id)
        entity["decisionReason"] = .string(reason ?? "")
        entity["decisionTime"] = .integer(draft.time)
        entity["endTime"] = .integer(draft.time)
        entity["allocation"] = 100
        entity["buckets"] = []
        guard entity.text("targetingGateID").isEmpty, var layer = draft.project[.layers, experiment.layerID] else {
            return
        }
        // What is shipped to everyone is what the layer has from now on, but not for those who are held out.
        layer["parameters"] = .objects(
            layer.members.objects("parameters").map { parameter in
                guard let value = group.values[parameter.text("name")] else { return parameter }
                var parameter = parameter
                parameter["holdoutValue"] = parameter["holdoutValue"] ?? parameter["defaultValue"]
                parameter["defaultValue"] = value
                return parameter
            })
        draft.put(layer, "layer_parameters_edit")
    }

    /// Ends it; what to ship is decided later, and until then nobody is in a group.
    private static func stop(_ entity: inout Entity, _ reason: String?, _ draft: Draft) throws {
        guard [.active, .assignmentStopped].contains(Experiment(entity).status) else { throw notStarted }
        entity["status"] = .string(Experiment.Status.stopped.rawValue)
        entity["decisionReason"] = .string(reason ?? "")
        entity["endTime"] = .integer(draft.time)
        entity["buckets"] = []
    }

    /// Lets nobody else in: only clients that remember groups go on to have them.
    private static func stopAssignment(_ entity: inout Entity) throws {
        guard Experiment(entity).status == .active else { throw notStarted }
        entity["status"] = .string(Experiment.Status.assignmentStopped.rawValue)
        entity["allocation"] = 0
        entity["buckets"] = []
    }

    private static func abandon(_ entity: inout Entity, _ reason: String?, _ draft: Draft) throws {
        guard Experiment(entity).status != .abandoned else { return }
        entity["status"] = .string(Experiment.Status.abandoned.rawValue)
        entity["decisionReason"] = .string(reason ?? "")
        entity["decisionTime"] = .integer(draft.time)
        entity["endTime"] = .integer(draft.time)
        entity["launchedGroupID"] = .null
        entity["buckets"] = []
        entity[StartSchedule.member] = nil
        // Whoever comes back after this is to be drawn anew.
        entity["salt"] = nil
        Settling.salt(&entity)
    }

    private static func reset(_ entity: inout Entity, _ draft: Draft) throws {
        for member in ["startTime", "endTime", "decisionTime", "decisionReason", "launchedGroupID"] {
            entity[member] = .null
        }
        for member in ["enabledNonProdEnvironments", StartSchedule.member] { entity[member] = nil }
        entity["status"] = .string(Experiment.Status.setup.rawValue)
        entity["salt"] = nil
        Settling.salt(&entity)
        Buckets.reserve(&entity, draft)
    }

    // MARK: - Endpoints

    private typealias Transition = @Sendable (inout Entity, Object, inout Draft) throws -> Void

    private static func action(
        _ path: String, _ summary: String, _ message: String, _ audit: String, body: Value? = nil,
        isBodyRequired: Bool = true, _ transition: @escaping Transition
    ) -> FamilyAction {
        .change(
            .put, "/\(path)", "\(path)Experiment", summary, message: message, body: body,
            isBodyRequired: isBodyRequired
        ) { draft, entity, request in
            try Settling.checkEditable(entity)
            var changed = entity
            try transition(&changed, request.object, &draft)
            draft.put(changed, audit)
            return nil
        }
    }

    static let actions: [FamilyAction] =
        [
            action(
                "start", "Start it, in some environments only if they are named.", "Experiment started successfully.",
                "experiment_start",
                body: Schemas.object([
                    "analysisStartTime": Schemas.nullable(["type": "number"]),
                    "analysisEndTime": Schemas.nullable(["type": "number"]), "environments": MemberSchemas.texts,
                ]), isBodyRequired: false
            ) { entity, body, draft in
                let known = Settling.environments(of: draft.project)
                for name in body.texts("environments") where !known.contains(name) {
                    throw APIError.invalid(
                        "environments", "environments must be among: \(known.joined(separator: ", "))")
                }
                try start(&entity, body.texts("environments"), draft)
            },
            action(
                "make_decision", "Ship a group.", "Decision made successfully.", "experiment_decision_make",
                body: Schemas.object(
                    ["id": Schemas.string, "decisionReason": Schemas.string, "removeTargeting": MemberSchemas.flag],
                    required: ["id", "decisionReason"])
            ) { entity, body, draft in
                try decide(
                    &entity, body.text("id"), body.text("decisionReason"),
                    removesTargeting: body.flag("removeTargeting"), &draft)
            },
            .change(
                .put, "/defer_decision", "deferExperimentDecision", "End it, and decide later what to ship.",
                message: "Experiment concluded successfully.", body: Schemas.object(["stopReason": Schemas.string]),
                isBodyRequired: false
            ) { draft, entity, request in
                try Settling.checkEditable(entity)
                var changed = entity
                try stop(&changed, request.object["stopReason"]?.string, draft)
                draft.put(changed, "experiment_edit")
                return nil
            },
            action(
                "abandon", "End it without a group to ship.", "Experiment abandoned successfully.",
                "experiment_abandon",
                body: Schemas.object(["decisionReason": Schemas.string], required: ["decisionReason"])
            ) { entity, body, draft in
                try abandon(&entity, body.text("decisionReason"), draft)
            },
            action(
                "reset", "Begin anew, with other users in each group.", "Experiment reset successfully.",
                "experiment_restart"
            ) { entity, _, draft in
                try reset(&entity, draft)
            },
            StartSchedule.action(noun: "Experiment", audit: "experiment_edit"), ExperimentRestart.action,
            groups("disable_groups", "Give the users of some groups default values.", isDisabled: true),
            groups("enable_groups", "Give the users of some groups their values again.", isDisabled: false),
        ]
        + ArchiveActions.make(
            noun: "Experiment", .init(archive: "archive_experiment", unarchive: "unarchive_experiment"),
            willArchive: { entity, _ in
                entity["buckets"] = []
                entity[StartSchedule.member] = nil
            },
            willReturn: { entity, draft in
                // Buckets are gone; what ran doesn't run again by this.
                if entity["status"] == "active" { entity["status"] = "setup" }
                if Experiment(entity).holdsBuckets { Buckets.reserve(&entity, draft) }
            })

    private static func groups(_ path: String, _ summary: String, isDisabled: Bool) -> FamilyAction {
        .change(
            .post, "/\(path)", path.capitalizedWords.prefix(1).lowercased() + path.capitalizedWords.dropFirst(),
            summary, message: "Experiment updated successfully.", status: 201,
            body: Schemas.object(["group_names": MemberSchemas.texts], required: ["group_names"])
        ) { draft, entity, request in
            try Settling.checkEditable(entity)
            var changed = entity
            var groups = entity.members.objects("groups")
            for (index, name) in request.object.texts("group_names").enumerated() {
                guard
                    let place = groups.firstIndex(where: { $0.text("name") == name })
                        ?? groups.firstIndex(where: { $0.text("id") == name })
                else {
                    throw APIError.invalid("group_names.\(index)", "group_names.\(index) must be the name of a group")
                }
                groups[place]["disabled"] = .bool(isDisabled)
            }
            changed["groups"] = .objects(groups)
            draft.put(changed, "experiment_group_disable")
            return nil
        }
    }
}

/// Makes an experiment of another one, which begins with nobody in it.
enum ExperimentRestart {
    /// What the new one doesn't take over: its life so far, and what shares users out.
    private static let own: Set<String> = [
        "id", "name", "salt", "layerSalt", "buckets", "status", "launchedGroupID", "groups", "controlGroupID",
        "allocation", "creatorID", "creatorEmail",
    ]

    static let action = FamilyAction.change(
        .post, "/restart_as_new", "restartExperimentAsNew",
        "Create an experiment like it, not started and without overrides; it stays as it is.",
        message: "Experiment created successfully.",
        body: Schemas.object(["name": MemberSchemas.name], required: ["name"])
    ) { draft, entity, request in
        try Settling.checkNotVerbatim(entity)
        let description = FamilyDescription.of(.experiments)
        var body: Object = ["name": request.object["name"] ?? ""]
        for (member, _) in description.properties.merging(description.creationProperties) where !own.contains(member) {
            body[member] = entity[member]
        }
        body["groups"] = .objects(
            entity.members.objects("groups").map { group in Object(distinct: group.filter { $0.name != "id" }) })
        body["controlGroupID"] = Experiment(entity).group(entity.text("controlGroupID")).map { .string($0.name) }
        // In its layer, others may have taken what the first one had, which may have it still.
        let free = Buckets.free(inLayer: entity.text("layerID"), draft.project)
        body["allocation"] = .number(min(entity.members.number("allocation") ?? 100, free))
        let created = try EntityCreation.create(body, description, &draft)
        return .object(description.view(try draft.entity(created.family, created.id), draft.project))
    }
}
