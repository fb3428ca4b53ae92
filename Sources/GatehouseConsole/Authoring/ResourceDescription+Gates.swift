// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

extension ResourceDescription {
    static let gates: ResourceDescription = {
        var gates = ResourceDescription(
            family: .gates, noun: "Gate", plural: "Gates",
            audit: AuditNames(
                create: "gate_create", edit: "config_conditions_update", delete: "config_delete",
                parts: [
                    "description": "config_description_update", "tags": "config_edit_tags",
                    "targetApps": "config_edit_target_apps", "isEnabled": "config_state_toggle",
                    "status": "config_state_toggle", "name": "config_display_name_update",
                    "monitoringMetrics": "config_monitoring_metrics_update", "type": "update_gate_is_permanent",
                    "measureMetricLifts": "update_config_analytics_enabled",
                ]))
        gates.names = .dotted
        gates.properties = MemberSchemas.shared.merging([
            "name": MemberSchemas.name, "isEnabled": MemberSchemas.flag,
            "rules": MemberSchemas.rules(MemberSchemas.gateRule),
            "type": ["type": "string", "enum": ["PERMANENT", "TEMPORARY", "STALE", "TEMPLATE"]],
            "measureMetricLifts": MemberSchemas.flag, "monitoringMetrics": MemberSchemas.objects,
            "reviewSettings": Schemas.object, "releasePipelineID": Schemas.nullable(Schemas.string),
            "isTemplate": MemberSchemas.flag,
        ])
        gates.creationProperties = [
            "id": MemberSchemas.name, "idType": MemberSchemas.name, "creatorID": Schemas.string,
            "creatorEmail": Schemas.string,
        ]
        gates.requiredOnFullUpdate = ["isEnabled", "description", "rules"]
        gates.defaults = [
            "description": "", "isEnabled": true, "status": "In Progress", "idType": "userID", "rules": [], "tags": [],
            "targetApps": [], "type": "PERMANENT", "typeReason": "NONE", "team": .null, "measureMetricLifts": true,
            "monitoringMetrics": [], "reviewSettings": ["requiredReview": false, "allowedReviewers": []],
            "isTemplate": false,
        ]
        gates.hidden = ["overrides", "statusBefore"]
        gates.filters += ["idType", "type", "typeReason", "status", "releasePipelineID", "rolloutRate"]
        gates.unseen = { resource in rolloutRate(resource).map { ["rolloutRate": .string($0)] } ?? [:] }
        gates.prepare = { resource, old, body, draft in
            Settling.salt(&resource)
            try Settling.checkUnit(resource, draft.project)
            try RuleSettling.settle(&resource, old)
            try Settling.checkEnvironments(resource, draft.project)
            if let isEnabled = body["isEnabled"]?.bool {
                let status = resource.text("status")
                resource["status"] = .string(
                    isEnabled ? "In Progress" : status == "In Progress" ? "Disabled" : status)
            }
            if old == nil { Settling.joinGlobalHoldouts(resource, &draft) }
        }
        gates.willDelete = { resource, draft in
            try References.checkUnused(resource, draft)
            Settling.leaveHoldouts(resource, "gateIDs", &draft)
        }
        gates.computed = { resource, project in
            [
                "holdoutIDs": Settling.holdoutIDs(resource, "gateIDs", project), "checksPerHour": 0,
                "owner": Settling.owner(resource),
            ]
        }
        gates.actions =
            [
                state("enable", "Let its rules decide.", isEnabled: true, "In Progress"),
                state("disable", "Make it false for everyone.", isEnabled: false, "Disabled"),
                state("launch", "Make it true for everyone.", isEnabled: false, "Launched"),
            ] + ArchiveActions.make(noun: "Gate", .init(archived: "Archived"))
            + RuleActions.make(noun: "Gate", rule: MemberSchemas.gateRule, single: "rules", byName: false)
            + OverrideActions.make(noun: "Gate")
            + references([("gate", .gates), ("experiment", .experiments), ("dynamic_config", .dynamicConfigs)])
        return gates
    }()

    private static func state(
        _ verb: String, _ summary: String, isEnabled: Bool, _ status: String
    ) -> ResourceAction {
        .change(.put, "/\(verb)", "\(verb)Gate", summary, message: "Gate updated successfully.") { draft, resource, _ in
            try Settling.checkEditable(resource)
            var changed = resource
            changed["isEnabled"] = .bool(isEnabled)
            changed["status"] = .string(status)
            draft.put(changed, "config_state_toggle")
            return nil
        }
    }

    private static func references(_ kinds: [(name: String, family: ResourceType)]) -> [ResourceAction] {
        kinds.map { name, family in
            .read(
                "/\(name)_references", "listGateReferencesBy\(name.capitalizedWords)", "List what asks the gate.",
                message: "References listed successfully."
            ) { project, resource, _ in
                .objects(
                    References.users(of: resource, project, in: [family]).map {
                        ResourceDescription.of(family).view($0, project)
                    })
            }
        }
    }

    /// `0` if no rule lets anybody pass, `100` if all let everybody and one is for everyone, `INBETWEEN` if one lets some
    /// pass; `nil` for other gates.
    private static func rolloutRate(_ gate: Resource) -> String? {
        let rules = gate.members.objects("rules")
        let percentages = rules.map { $0.number("passPercentage") ?? 0 }
        if percentages.allSatisfy({ $0 == 0 }) { return "0" }
        if percentages.contains(where: { $0 > 0 && $0 < 100 }) { return "INBETWEEN" }
        let hasEveryone = rules.contains { rule in
            rule.list("environments").isEmpty
                && rule.objects("conditions").allSatisfy { $0.text("type") == ConditionType.everyone.rawValue }
        }
        return hasEveryone && percentages.allSatisfy { $0 == 100 } ? "100" : nil
    }
}

extension String {
    /// `dynamic_config` as `DynamicConfig`.
    var capitalizedWords: String {
        split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
}
