// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

extension FamilyDescription {
    static let dynamicConfigs: FamilyDescription = {
        var configs = FamilyDescription(
            family: .dynamicConfigs, noun: "Dynamic Config", plural: "Dynamic Configs",
            audit: AuditNames(
                create: "dynamic_config_create", edit: "config_conditions_update", delete: "config_delete",
                parts: [
                    "description": "config_description_update", "tags": "config_edit_tags",
                    "targetApps": "config_edit_target_apps", "isEnabled": "config_state_toggle",
                    "status": "config_state_toggle", "name": "config_display_name_update",
                    "defaultValue": "config_default_value_update", "defaultValueJson5": "config_default_value_update",
                ]))
        configs.names = .dotted
        configs.properties = MemberSchemas.shared.merging([
            "name": MemberSchemas.name, "isEnabled": MemberSchemas.flag,
            "rules": MemberSchemas.rules(MemberSchemas.configRule), "defaultValue": MemberSchemas.values,
            "defaultValueJson5": Schemas.nullable(Schemas.string), "schema": Schemas.nullable(Schemas.string),
            "schemaJson5": Schemas.nullable(Schemas.string), "isTemplate": MemberSchemas.flag,
            "releasePipelineID": Schemas.nullable(Schemas.string),
        ])
        configs.creationProperties = [
            "id": MemberSchemas.name, "idType": MemberSchemas.name, "creatorID": Schemas.string,
            "creatorEmail": Schemas.string,
        ]
        configs.requiredOnFullUpdate = ["isEnabled", "description", "rules", "defaultValue"]
        configs.defaults = [
            "description": "", "isEnabled": true, "status": "Enabled", "idType": "userID", "rules": [], "tags": [],
            "targetApps": [], "team": .null, "defaultValue": [:], "isTemplate": false,
        ]
        configs.hidden = ["statusBefore"]
        configs.filters += ["idType", "status"]
        configs.prepare = { entity, old, body, draft in
            Settling.salt(&entity)
            try Settling.checkUnit(entity, draft.project)
            try ConfigValues.settle(&entity, body)
            try RuleSettling.settle(&entity, old)
            try Settling.checkEnvironments(entity, draft.project)
            try ConfigValues.check(entity)
            entity["status"] = entity.members.flag("isEnabled") ? "Enabled" : "Disabled"
        }
        configs.willDelete = { entity, draft in try References.checkUnused(entity, draft) }
        configs.computed = { entity, _ in ["holdoutIDs": [], "owner": Settling.owner(entity)] }
        configs.actions =
            [("enable", "Let its rules decide.", true), ("disable", "Give everyone its default value.", false)]
            .map { verb, summary, isEnabled in
                .change(
                    .put, "/\(verb)", "\(verb)DynamicConfig", summary, message: "Dynamic Config updated successfully."
                ) { draft, entity, _ in
                    try EntityUpdate.update(
                        entity, ["isEnabled": .bool(isEnabled)], isFull: false, .dynamicConfigs, &draft)
                    return nil
                }
            } + ArchiveActions.make(noun: "DynamicConfig", .init(archived: "Archived"))
            + RuleActions.make(
                noun: "DynamicConfig", rule: MemberSchemas.configRule, single: "rule", byName: true)
        return configs
    }()
}
