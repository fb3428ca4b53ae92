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
    ///   - resource: The experiment.
    ///   - status: The status to be.
    ///   - group: The group that a decision is for, by ID or name.
    ///   - reason: Why.
    ///   - draft: Where the layer is changed with it.
    static func move(
        _ resource: inout Resource, to status: Experiment.Status, group: String?, reason: String?, _ draft: inout Draft
    ) throws {
        switch status {
        case .active: try start(&resource, [], draft)
        case .decided: try decide(&resource, group ?? "", reason, removesTargeting: false, &draft)
        case .abandoned: try abandon(&resource, reason, draft)
        case .setup: try reset(&resource, draft)
        case .stopped: try stop(&resource, reason, draft)
        case .assignmentStopped: try stopAssignment(&resource)
        case .archived:
            throw APIError.invalid("status", "status can't be set to \(status.rawValue) here")
        }
    }

    private static func start(_ resource: inout Resource, _ environments: [String], _ draft: Draft) throws {
        let experiment = Experiment(resource)
        // Running in some environments is a beginning: the others may follow.
        guard experiment.status == .setup || experiment.status == .active && !experiment.environments.isEmpty else {
            throw APIError(.badRequest, "Experiment has already started")
        }
        resource["status"] = "active"
        resource["enabledNonProdEnvironments"] = environments.isEmpty ? nil : .strings(environments)
        resource["startTime"] = .integer(draft.time)
        resource[StartSchedule.member] = nil
    }

    private static func decide(
        _ resource: inout Resource, _ group: String, _ reason: String?, removesTargeting: Bool, _ draft: inout Draft
    ) throws {
        let experiment = Experiment(resource)
        guard [.active, .assignmentStopped, .stopped].contains(experiment.status) else { throw notStarted }
        guard let group = experiment.group(group) else {
            throw APIError.invalid("id", "id must be the ID of a group")
        }
        if removesTargeting { resource["targetingGateID"] = "" }
        resource["status"] = .string(Experiment.Status.decided.rawValue)
        resource["launchedGroupID"] = .string(group.id)
        resource["decisionReason"] = .string(reason ?? "")
        resource["decisionTime"] = .integer(draft.time)
        resource["endTime"] = .integer(draft.time)
        resource["allocation"] = 100
        resource["buckets"] = []
        guard resource.text("targetingGateID").isEmpty, var layer = draft.project[.layers, experiment.layerID] else {
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
    private static func stop(_ resource: inout Resource, _ reason: String?, _ draft: Draft) throws {
        guard [.active, .assignmentStopped].contains(Experiment(resource).status) else { throw notStarted }
        resource["status"] = .string(Experiment.Status.stopped.rawValue)
        resource["decisionReason"] = .string(reason ?? "")
        resource["endTime"] = .integer(draft.time)
        resource["buckets"] = []
    }

    /// Lets nobody else in: only clients that remember groups go on to have them.
    private static func stopAssignment(_ resource: inout Resource) throws {
        guard Experiment(resource).status == .active else { throw notStarted }
        resource["status"] = .string(Experiment.Status.assignmentStopped.rawValue)
        resource["allocation"] = 0
        resource["buckets"] = []
    }

    private static func abandon(_ resource: inout Resource, _ reason: String?, _ draft: Draft) throws {
        guard Experiment(resource).status != .abandoned else { return }
        resource["status"] = .string(Experiment.Status.abandoned.rawValue)
        resource["decisionReason"] = .string(reason ?? "")
        resource["decisionTime"] = .integer(draft.time)
        resource["endTime"] = .integer(draft.time)
        resource["launchedGroupID"] = .null
        resource["buckets"] = []
        resource[StartSchedule.member] = nil
        // Whoever comes back after this is to be drawn anew.
        resource["salt"] = nil
        Settling.salt(&resource)
    }

    private static func reset(_ resource: inout Resource, _ draft: Draft) throws {
        for member in ["startTime", "endTime", "decisionTime", "decisionReason", "launchedGroupID"] {
            resource[member] = .null
        }
        for member in ["enabledNonProdEnvironments", StartSchedule.member] { resource[member] = nil }
        resource["status"] = .string(Experiment.Status.setup.rawValue)
        resource["salt"] = nil
        Settling.salt(&resource)
        Buckets.reserve(&resource, draft)
    }

    // MARK: - Endpoints

    private typealias Transition = @Sendable (inout Resource, Object, inout Draft) throws -> Void

    private static func action(
        _ path: String, _ summary: String, _ message: String, _ audit: String, body: Value? = nil,
        isBodyRequired: Bool = true, _ transition: @escaping Transition
    ) -> ResourceAction {
        .change(
            .put, "/\(path)", "\(path)Experiment", summary, message: message, body: body,
            isBodyRequired: isBodyRequired
        ) { draft, resource, request in
            try Settling.checkEditable(resource)
            var changed = resource
            try transition(&changed, request.object, &draft)
            draft.put(changed, audit)
            return nil
        }
    }

    static let actions: [ResourceAction] =
        [
            action(
                "start", "Start it, in some environments only if they are named.", "Experiment started successfully.",
                "experiment_start",
                body: Schemas.object([
                    "analysisStartTime": Schemas.nullable(["type": "number"]),
                    "analysisEndTime": Schemas.nullable(["type": "number"]), "environments": MemberSchemas.texts,
                ]), isBodyRequired: false
            ) { resource, body, draft in
                let known = Settling.environments(of: draft.project)
                for name in body.texts("environments") where !known.contains(name) {
                    throw APIError.invalid(
                        "environments", "environments must be among: \(known.joined(separator: ", "))")
                }
                try start(&resource, body.texts("environments"), draft)
            },
            action(
                "make_decision", "Ship a group.", "Decision made successfully.", "experiment_decision_make",
                body: Schemas.object(
                    ["id": Schemas.string, "decisionReason": Schemas.string, "removeTargeting": MemberSchemas.flag],
                    required: ["id", "decisionReason"])
            ) { resource, body, draft in
                try decide(
                    &resource, body.text("id"), body.text("decisionReason"),
                    removesTargeting: body.flag("removeTargeting"), &draft)
            },
            .change(
                .put, "/defer_decision", "deferExperimentDecision", "End it, and decide later what to ship.",
                message: "Experiment concluded successfully.", body: Schemas.object(["stopReason": Schemas.string]),
                isBodyRequired: false
            ) { draft, resource, request in
                try Settling.checkEditable(resource)
                var changed = resource
                try stop(&changed, request.object["stopReason"]?.string, draft)
                draft.put(changed, "experiment_edit")
                return nil
            },
            action(
                "abandon", "End it without a group to ship.", "Experiment abandoned successfully.",
                "experiment_abandon",
                body: Schemas.object(["decisionReason": Schemas.string], required: ["decisionReason"])
            ) { resource, body, draft in
                try abandon(&resource, body.text("decisionReason"), draft)
            },
            action(
                "reset", "Begin anew, with other users in each group.", "Experiment reset successfully.",
                "experiment_restart"
            ) { resource, _, draft in
                try reset(&resource, draft)
            },
            StartSchedule.action(noun: "Experiment", audit: "experiment_edit"), ExperimentRestart.action,
            groups("disable_groups", "Give the users of some groups default values.", isDisabled: true),
            groups("enable_groups", "Give the users of some groups their values again.", isDisabled: false),
        ]
        + ArchiveActions.make(
            noun: "Experiment", .init(archive: "archive_experiment", unarchive: "unarchive_experiment"),
            willArchive: { resource, _ in
                resource["buckets"] = []
                resource[StartSchedule.member] = nil
            },
            willReturn: { resource, draft in
                // Buckets are gone; what ran doesn't run again by this.
                if resource["status"] == "active" { resource["status"] = "setup" }
                if Experiment(resource).holdsBuckets { Buckets.reserve(&resource, draft) }
            })

    private static func groups(_ path: String, _ summary: String, isDisabled: Bool) -> ResourceAction {
        .change(
            .post, "/\(path)", path.capitalizedWords.prefix(1).lowercased() + path.capitalizedWords.dropFirst(),
            summary, message: "Experiment updated successfully.", status: 201,
            body: Schemas.object(["group_names": MemberSchemas.texts], required: ["group_names"])
        ) { draft, resource, request in
            try Settling.checkEditable(resource)
            var changed = resource
            var groups = resource.members.objects("groups")
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

    static let action = ResourceAction.change(
        .post, "/restart_as_new", "restartExperimentAsNew",
        "Create an experiment like it, not started and without overrides; it stays as it is.",
        message: "Experiment created successfully.",
        body: Schemas.object(["name": MemberSchemas.name], required: ["name"])
    ) { draft, resource, request in
        try Settling.checkNotVerbatim(resource)
        let description = ResourceDescription.of(.experiments)
        var body: Object = ["name": request.object["name"] ?? ""]
        for (member, _) in description.properties.merging(description.creationProperties) where !own.contains(member) {
            body[member] = resource[member]
        }
        body["groups"] = .objects(
            resource.members.objects("groups").map { group in Object(distinct: group.filter { $0.name != "id" }) })
        body["controlGroupID"] = Experiment(resource).group(resource.text("controlGroupID")).map { .string($0.name) }
        // In its layer, others may have taken what the first one had, which may have it still.
        let free = Buckets.free(inLayer: resource.text("layerID"), draft.project)
        body["allocation"] = .number(min(resource.members.number("allocation") ?? 100, free))
        let created = try ResourceCreation.create(body, description, &draft)
        return .object(description.view(try draft.resource(created.family, created.id), draft.project))
    }
}
