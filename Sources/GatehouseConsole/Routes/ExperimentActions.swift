// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

/// The endpoints of experiments.
enum ExperimentActions {
    /// The members of the requests.
    private struct Body: Record {
        struct Members: Sendable {
            let id = Member<String>("id", default: "")
            let name = Member<String>("name", default: "")
            let environments = Member<[String]>("environments", default: [])
            let decisionReason = Member<String?>("decisionReason")
            let stopReason = Member<String?>("stopReason")
            let removesTargeting = Member<Bool>("removeTargeting", default: false)
            let groupNames = Member<[String]>("group_names", default: [])
        }
        static let members = Members()
        var object: Object

        init(_ object: Object) { self.object = object }
    }

    static let all: [ResourceAction] =
        [
            action(
                "start", "Start it, in some environments only if they are named.", "Experiment started successfully.",
                "experiment_start",
                body: Schemas.object([
                    "analysisStartTime": Schemas.nullable(["type": "number"]),
                    "analysisEndTime": Schemas.nullable(["type": "number"]), "environments": MemberSchemas.texts,
                ]), isBodyRequired: false
            ) { (experiment, body, draft) throws(DomainError) in
                try ExperimentTransitions.start(&experiment, in: body.environments, draft)
            },
            action(
                "make_decision", "Ship a group.", "Decision made successfully.", "experiment_decision_make",
                body: Schemas.object(
                    ["id": Schemas.string, "decisionReason": Schemas.string, "removeTargeting": MemberSchemas.flag],
                    required: ["id", "decisionReason"])
            ) { (experiment, body, draft) throws(DomainError) in
                try ExperimentTransitions.decide(
                    &experiment, for: body.id, body.decisionReason, removesTargeting: body.removesTargeting, &draft)
            },
            action(
                "defer_decision", "End it, and decide later what to ship.", "Experiment concluded successfully.",
                "experiment_edit", id: "deferExperimentDecision",
                body: Schemas.object(["stopReason": Schemas.string]), isBodyRequired: false
            ) { (experiment, body, draft) throws(DomainError) in
                try ExperimentTransitions.stop(&experiment, body.stopReason, draft)
            },
            action(
                "abandon", "End it without a group to ship.", "Experiment abandoned successfully.",
                "experiment_abandon",
                body: Schemas.object(["decisionReason": Schemas.string], required: ["decisionReason"])
            ) { (experiment, body, draft) throws(DomainError) in
                ExperimentTransitions.abandon(&experiment, body.decisionReason, draft)
            },
            action(
                "reset", "Begin anew, with other users in each group.", "Experiment reset successfully.",
                "experiment_restart"
            ) { (experiment, _, draft) throws(DomainError) in
                ExperimentTransitions.reset(&experiment, draft)
            },
            StartScheduleAction.make(noun: "Experiment", audit: "experiment_edit"),
            restart,
            groups("disable_groups", "disableGroups", "Give the users of some groups default values.", true),
            groups("enable_groups", "enableGroups", "Give the users of some groups their values again.", false),
        ]
        + ArchiveActions.make(
            noun: "Experiment", .init(archiveAction: "archive_experiment", unarchiveAction: "unarchive_experiment"),
            willArchive: { resource in
                var experiment = Experiment(resource)
                ExperimentTransitions.willArchive(&experiment)
                resource = experiment.resource
            },
            willReturn: { resource, draft in
                var experiment = Experiment(resource)
                ExperimentTransitions.willReturn(&experiment, draft)
                resource = experiment.resource
            }) + overrides

    private static func action(
        _ path: String, _ summary: String, _ message: String, _ audit: String, id: String? = nil, body: Value? = nil,
        isBodyRequired: Bool = true,
        _ transition: @escaping @Sendable (inout Experiment, Body, inout Draft) throws(DomainError) -> Void
    ) -> ResourceAction {
        .change(
            Experiment.self, .put, "/\(path)", id ?? "\(path)Experiment", summary, message: message, audit: audit,
            body: body, isBodyRequired: isBodyRequired
        ) { (experiment, body, draft) throws(DomainError) in
            try transition(&experiment, Body(body), &draft)
        }
    }

    private static let restart = ResourceAction.change(
        .post, "/restart_as_new", "restartExperimentAsNew",
        "Create an experiment like it, not started and without overrides; it stays as it is.",
        message: "Experiment created successfully.",
        body: Schemas.object(["name": MemberSchemas.name], required: ["name"])
    ) { (draft, resource, request) throws(DomainError) in
        let created = try ExperimentTransitions.restart(
            Experiment(resource), as: Body(request.object).name, &draft)
        return .object(
            ResourceDescription.of(.experiments).view(try draft.resource(created.type, created.id), draft.project))
    }

    private static func groups(
        _ path: String, _ id: String, _ summary: String, _ isDisabled: Bool
    ) -> ResourceAction {
        .change(
            Experiment.self, .post, "/\(path)", id, summary, message: "Experiment updated successfully.",
            audit: "experiment_group_disable", status: 201,
            body: Schemas.object(["group_names": MemberSchemas.texts], required: ["group_names"])
        ) { (experiment, body, _) throws(DomainError) in
            try ExperimentTransitions.setDisabled(isDisabled, groups: Body(body).groupNames, of: &experiment)
        }
    }

    // MARK: - Overrides

    private static let overrideSchema = Schemas.object(
        [
            "overrides": Schemas.array(
                Schemas.object(
                    [
                        "type": ["type": "string", "enum": ["gate", "segment"]], "id": Schemas.string,
                        "name": Schemas.string, "groupID": Schemas.string,
                        "environment": Schemas.nullable(Schemas.string),
                    ], required: ["type", "groupID"]), most: 1000),
            "userIDOverrides": Schemas.array(
                Schemas.object(
                    [
                        "groupID": Schemas.string,
                        "ids": Schemas.array(["type": "string", "minLength": 1, "maxLength": 1000], most: 1000),
                        "environment": Schemas.nullable(Schemas.string), "unitType": Schemas.nullable(Schemas.string),
                    ], required: ["groupID", "ids"]), most: 1000),
        ], required: ["overrides", "userIDOverrides"])

    private static let overrides: [ResourceAction] = [
        .read("/overrides", "readExperimentOverrides", "Read the overrides.", message: "Overrides read successfully.") {
            _, resource, _ in view(Experiment(resource))
        },
        overrideAction(.post, .replace, "replace", "Replace the overrides."),
        overrideAction(.patch, .add, "add", "Add overrides."),
        overrideAction(.delete, .remove, "delete", "Remove overrides."),
    ]

    private static func overrideAction(
        _ method: HTTPRequest.Method, _ change: ExperimentOverrides.Change, _ id: String, _ summary: String
    ) -> ResourceAction {
        .change(
            method, "/overrides", "\(id)ExperimentOverrides", summary,
            message: "Overrides updated successfully.", body: overrideSchema
        ) { (draft, resource, request) throws(DomainError) in
            let asked = Experiment(request: request.object)
            let changed = try ExperimentOverrides.apply(
                change, byID: asked.idOverrides, conditional: asked.conditionalOverrides, to: Experiment(resource),
                &draft)
            return view(changed)
        }
    }

    private static func view(_ experiment: Experiment) -> Value {
        let fields = Experiment.members
        return [
            fields.conditionalOverrides.name: .array(
                experiment.conditionalOverrides.map { override in
                    var shown = override
                    shown.setRaw(\.name, override.raw(\.id) ?? .null)
                    return shown.json
                }),
            fields.idOverrides.name: experiment[raw: \.idOverrides] ?? [],
        ]
    }
}

/// The endpoint that sets when an experiment or autotune starts.
enum StartScheduleAction {
    private static let time = Member<Double>("scheduledTime", default: 0)
    private static let body = Schemas.object(
        [time.name: ["type": "number", "minimum": 0, "maximum": 9e15]], required: [time.name])

    static func make(noun: String, audit: String) -> ResourceAction {
        .change(
            .post, "/schedule_start", "schedule\(noun)Start", "Start it at a time, in ms since 1970.",
            message: "\(noun) start scheduled successfully.", body: body
        ) { (draft, resource, request) throws(DomainError) in
            try Normalization.checkEditable(resource)
            var changed = resource
            try StartSchedule.schedule(&changed, at: Int64(time.value(in: request.object)), noun: noun)
            draft.put(changed, audit)
            return nil
        }
    }
}
