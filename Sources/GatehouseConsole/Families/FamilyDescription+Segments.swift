// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

extension FamilyDescription {
    static let segments: FamilyDescription = {
        var segments = FamilyDescription(
            family: .segments, noun: "Segment", plural: "Segments",
            audit: AuditNames(
                create: "segment_create", edit: "config_conditions_update", delete: "config_delete",
                parts: ["count": "ID_list_update"]))
        segments.properties = ["rules": MemberSchemas.rules(MemberSchemas.segmentRule)]
        segments.creationProperties = MemberSchemas.shared.merging([
            "id": MemberSchemas.name, "name": MemberSchemas.name, "idType": MemberSchemas.name,
            "type": ["type": "string", "enum": ["id_list", "rule_based", "analysis_list", "user_store_id_list"]],
            "creatorID": Schemas.string, "creatorEmail": Schemas.string,
        ])
        segments.required = ["name", "type"]
        segments.defaults = [
            "description": "", "idType": "userID", "isEnabled": true, "count": 0, "tags": [], "team": .null,
            "rules": [],
        ]
        segments.hidden = ["ids", "statusBefore"]
        segments.filters += ["type", "idType"]
        segments.methods = [.list, .create, .read, .delete, .versions]
        segments.prepare = { entity, old, body, draft in
            Settling.salt(&entity)
            try Settling.checkUnit(entity, draft.project)
            if entity.text("type") != "rule_based", !entity.members.list("rules").isEmpty {
                throw APIError(.badRequest, SegmentActions.wrongType("rule_based"))
            }
            try RuleSettling.settle(&entity, old, types: ConditionType.ofSegments)
            try Settling.checkEnvironments(entity, draft.project)
        }
        segments.willDelete = { entity, draft in try References.checkUnused(entity, draft) }
        segments.computed = { entity, _ in ["owner": Settling.owner(entity)] }
        segments.actions =
            SegmentActions.actions + ArchiveActions.make(noun: "Segment", .init(hasReturn: false))
        return segments
    }()
}
