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

    private static let analysisStart = Member<Value?>("analysisStartTime")
    private static let analysisEnd = Member<Value?>("analysisEndTime")
    private static let analysisTime = MemberSchemas.analysisTime

    /// The day of a member, which is text as in `2024-10-01`; `nil` without one.
    private static func day(_ member: Member<Value?>, in body: Object) throws(DomainError) -> String? {
        guard let text = member.value(in: body)?.string else { return nil }
        guard ISODate.milliseconds(of: text) != nil else { throw .invalid(member.name, "must be a date") }
        return text
    }

    static let all: [ResourceAction] =
        [
            action(
                "start", "Start it, in some environments only if they are named.", "Experiment successfully started.",
                "experiment_start",
                body: Schemas.closed([
                    analysisStart.name: analysisTime, analysisEnd.name: analysisTime,
                    "environments": MemberSchemas.texts,
                ]), isBodyRequired: false
            ) { (experiment, body, draft) throws(DomainError) in
                for member in [analysisStart, analysisEnd] {
                    guard let time = try day(member, in: body.object) else { continue }
                    experiment.resource.object[member.name] = .string(time)
                }
                try ExperimentTransitions.start(&experiment, in: body.environments, draft)
            },
            action(
                "make_decision", "Ship a group.", "Decision made for Experiment.", "experiment_decision_make",
                body: Schemas.closed(
                    ["id": Schemas.string, "decisionReason": Schemas.string, "removeTargeting": MemberSchemas.flag],
                    required: ["id", "decisionReason"])
            ) { (experiment, body, draft) throws(DomainError) in
                try ExperimentTransitions.decide(
                    &experiment, for: body.id, body.decisionReason, removesTargeting: body.removesTargeting, &draft)
            },
            action(
                "defer_decision", "End it, and decide later what to ship.", "Experiment concluded successfully.",
                "experiment_edit", id: "deferExperimentDecision",
                body: Schemas.closed(["stopReason": Schemas.string]), isBodyRequired: false
            ) { (experiment, body, draft) throws(DomainError) in
                try ExperimentTransitions.stop(&experiment, body.stopReason, draft)
            },
            action(
                "abandon", "End it without a group to ship.", "Experiment successfully abandoned.",
                "experiment_abandon",
                body: Schemas.closed(["decisionReason": Schemas.string], required: ["decisionReason"])
            ) { (experiment, body, draft) throws(DomainError) in
                ExperimentTransitions.abandon(&experiment, body.decisionReason, draft)
            },
            action(
                "reset", "Begin anew, with other users in each group.", "Experiment successfully restarted.",
                "experiment_restart"
            ) { (experiment, _, draft) throws(DomainError) in
                ExperimentTransitions.reset(&experiment, draft)
            },
            StartScheduleAction.make(
                noun: "Experiment", audit: "experiment_edit", message: "Successfully scheduled experiment start"),
            restart,
            groups("disable_groups", "disableGroups", "Give the users of some groups default values.", true),
            groups("enable_groups", "enableGroups", "Give the users of some groups their values again.", false),
        ]
        + ArchiveActions.make(
            noun: "Experiment",
            .init(
                archiveAction: "archive_experiment", unarchiveAction: "unarchive_experiment",
                archivedMessage: "Experiment successfully archived.",
                unarchivedMessage: "Experiment successfully unarchived."),
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
        message: "Restart As New Experiment Success",
        body: Schemas.closed(["name": MemberSchemas.name], required: ["name"])
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
            body: Schemas.closed(["group_names": MemberSchemas.texts], required: ["group_names"])
        ) { (experiment, body, _) throws(DomainError) in
            try ExperimentTransitions.setDisabled(isDisabled, groups: Body(body).groupNames, of: &experiment)
        }
    }

    // MARK: - Overrides

    private static let overrideSchema = Schemas.closed(
        [
            "overrides": Schemas.array(
                Schemas.closed(
                    [
                        "type": ["type": "string", "enum": ["gate", "segment"]], "id": Schemas.string,
                        "name": Schemas.string, "groupID": Schemas.string,
                        "environment": Schemas.nullable(Schemas.string),
                    ], required: ["type", "groupID"]), most: 1000),
            "userIDOverrides": Schemas.array(
                Schemas.closed(
                    [
                        "groupID": Schemas.string,
                        "ids": Schemas.array(["type": "string", "minLength": 1, "maxLength": 1000], most: 1000),
                        "environment": Schemas.nullable(Schemas.string), "unitType": Schemas.nullable(Schemas.string),
                    ], required: ["groupID", "ids"]), most: 1000),
        ], required: ["overrides", "userIDOverrides"])

    private static let overrides: [ResourceAction] = [
        .read(
            "/overrides", "readExperimentOverrides", "Read the overrides.",
            message: "Experiment Overrides read successfully."
        ) { _, resource, _ in view(Experiment(resource)) },
        overrideAction(.post, .replace, "replace", "Replace the overrides."),
        overrideAction(.patch, .add, "add", "Add overrides."),
        overrideAction(.delete, .remove, "delete", "Remove overrides, all of them without a body."),
    ]

    private static func overrideAction(
        _ method: HTTPRequest.Method, _ change: ExperimentOverrides.Change, _ id: String, _ summary: String
    ) -> ResourceAction {
        .change(
            method, "/overrides", "\(id)ExperimentOverrides", summary,
            message: "Overrides updated successfully.", body: overrideSchema, isBodyRequired: change != .remove
        ) { (draft, resource, request) throws(DomainError) in
            // The documentation's deletion has no body, and removes everything.
            let change = request.body == .null ? .replace : change
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
    private static let body = Schemas.closed(
        [time.name: ["type": "number", "minimum": 0, "maximum": 9e15]], required: [time.name])

    static func make(noun: String, audit: String, message: String) -> ResourceAction {
        .change(
            .post, "/schedule_start", "schedule\(noun)Start", "Start it at a time, in ms since 1970.",
            message: message, body: body
        ) { (draft, resource, request) throws(DomainError) in
            try Normalization.checkEditable(resource)
            var changed = resource
            try StartSchedule.schedule(&changed, at: Int64(time.value(in: request.object)), noun: noun)
            draft.put(changed, audit)
            return nil
        }
    }
}
