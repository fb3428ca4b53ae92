// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

extension ResourceDescription {
    static let gates: ResourceDescription = {
        var gates = ResourceDescription(
            type: .gates, noun: "Gate", plural: "Gates",
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
            "name": MemberSchemas.name, "idType": MemberSchemas.name, "isEnabled": MemberSchemas.flag,
            "rules": MemberSchemas.rules(MemberSchemas.gateRule),
            "type": ["type": "string", "enum": ["PERMANENT", "TEMPORARY", "STALE", "TEMPLATE"]],
            "measureMetricLifts": MemberSchemas.flag, "monitoringMetrics": MemberSchemas.metrics,
            "reviewSettings": Schemas.closed(
                ["requiredReview": MemberSchemas.flag, "allowedReviewers": MemberSchemas.texts],
                required: ["requiredReview"]),
            "releasePipelineID": Schemas.nullable(Schemas.string), "isTemplate": MemberSchemas.flag,
        ]).merging(MemberSchemas.creator)
        gates.creationProperties = ["id": MemberSchemas.name]
        // A gate without a name has its ID for one.
        gates.required = []
        gates.requiredOnFullUpdate = ["isEnabled", "description", "rules"]
        gates.defaults = [
            "description": "", "isEnabled": true, "status": Gate.Status.inProgress.json, "idType": "userID",
            "rules": [], "tags": [],
            "targetApps": [], "type": "PERMANENT", "typeReason": "NONE", "team": .null, "measureMetricLifts": true,
            "monitoringMetrics": [], "reviewSettings": ["requiredReview": false, "allowedReviewers": []],
            "isTemplate": false,
        ]
        gates.hidden = [Resource.members.unitOverrides.name, Resource.members.statusBefore.name]
        gates.filters += [
            "idType", "type", "typeReason", "status", "releasePipelineID", "rolloutRate", "passRate", "includeArchived",
        ]
        gates.rules.unseen = { resource in rolloutRate(resource).map { ["rolloutRate": .string($0)] } ?? [:] }
        gates.rules.prepare = { (resource, old, body, draft) throws(DomainError) in
            var gate = Gate(resource)
            Normalization.salt(&gate)
            try Normalization.checkUnit(gate.resource, draft.project)
            try RuleNormalization.normalize(&gate.resource, old)
            try Normalization.checkEnvironments(gate.resource, draft.project)
            if let isEnabled = Gate(request: body).isEnabled {
                if isEnabled {
                    gate.status = .inProgress
                } else if gate.status == .inProgress {
                    gate.status = .disabled
                }
            }
            resource = gate.resource
            if old == nil { Normalization.joinGlobalHoldouts(resource, &draft) }
        }
        gates.rules.willDelete = { (resource, draft) throws(DomainError) in
            try References.checkUnused(resource, draft)
            Normalization.leaveHoldouts(resource, &draft)
        }
        gates.rules.computed = { resource, project in
            [
                "holdoutIDs": Normalization.holdoutIDs(resource, project), "checksPerHour": 0,
                "owner": Normalization.owner(resource),
            ]
        }
        return gates
    }()

    /// `0` if all rules pass 0 %, `100` if all pass 100 % and one has no conditions, `INBETWEEN` if a rule passes some
    /// pass; `nil` for other gates.
    private static func rolloutRate(_ gate: Resource) -> String? {
        let rules = gate.rules
        let percentages = rules.map(\.passPercentage)
        if percentages.allSatisfy({ $0 == 0 }) { return "0" }
        if percentages.contains(where: { $0 > 0 && $0 < 100 }) { return "INBETWEEN" }
        let hasEveryone = rules.contains { rule in
            rule.environmentNames == nil
                && rule.conditions.allSatisfy { $0.type == ConditionType.everyone.rawValue }
        }
        return hasEveryone && percentages.allSatisfy { $0 == 100 } ? "100" : nil
    }
}
