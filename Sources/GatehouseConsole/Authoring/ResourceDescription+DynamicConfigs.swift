// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

extension ResourceDescription {
    static let dynamicConfigs: ResourceDescription = {
        var configs = ResourceDescription(
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
        configs.prepare = { resource, old, body, draft in
            Settling.salt(&resource)
            try Settling.checkUnit(resource, draft.project)
            try ConfigValues.settle(&resource, body)
            try RuleSettling.settle(&resource, old)
            try Settling.checkEnvironments(resource, draft.project)
            try ConfigValues.check(resource)
            resource["status"] = resource.members.flag("isEnabled") ? "Enabled" : "Disabled"
        }
        configs.willDelete = { resource, draft in try References.checkUnused(resource, draft) }
        configs.computed = { resource, _ in ["holdoutIDs": [], "owner": Settling.owner(resource)] }
        configs.actions =
            [("enable", "Let its rules decide.", true), ("disable", "Give everyone its default value.", false)]
            .map { verb, summary, isEnabled in
                .change(
                    .put, "/\(verb)", "\(verb)DynamicConfig", summary, message: "Dynamic Config updated successfully."
                ) { draft, resource, _ in
                    try ResourceUpdate.update(
                        resource, ["isEnabled": .bool(isEnabled)], isFull: false, .dynamicConfigs, &draft)
                    return nil
                }
            } + ArchiveActions.make(noun: "DynamicConfig", .init(archived: "Archived"))
            + RuleActions.make(
                noun: "DynamicConfig", rule: MemberSchemas.configRule, single: "rule", byName: true)
        return configs
    }()
}

/// The values of configs: as JSON, as JSON5, and as their schema allows.
enum ConfigValues {
    /// Fills in values that were only given as JSON5; refuses those that were given in two ways that differ.
    static func settle(_ resource: inout Resource, _ body: Object) throws {
        resource.members = try settled(resource.members, body, "defaultValue", "defaultValueJson5", "")
        guard let rules = resource["rules"]?.array else { return }
        resource["rules"] = .array(
            try rules.enumerated().map { index, rule in
                guard let rule = rule.object else { return rule }
                let path = "rules.\(index)."
                var settled = try settled(rule, rule, "returnValue", "returnValueJson5", path)
                if let variants = settled["variants"]?.array {
                    settled["variants"] = .array(
                        try variants.enumerated().map { place, variant in
                            guard let variant = variant.object else { return variant }
                            return .object(
                                try self.settled(
                                    variant, variant, "returnValue", "returnValueJson5", "\(path)variants.\(place)."))
                        })
                } else if settled["returnValue"] == nil {
                    settled["returnValue"] = [:]
                }
                return .object(settled)
            })
    }

    private static func settled(
        _ object: Object, _ body: Object, _ name: String, _ name5: String, _ path: String
    ) throws -> Object {
        var object = object
        guard let text = body[name5]?.string else {
            // Text that says something else than the value is of no use any more.
            if body[name] != nil { object[name5] = nil }
            return object
        }
        guard let value = Settling.json5(text), value.object != nil else {
            throw APIError.invalid(path + name5, "\(path)\(name5) must be a JSON5 object")
        }
        if let given = body[name], given != value {
            throw APIError.invalid(path + name5, "\(path)\(name5) must be equal to \(name)")
        }
        object[name] = value
        return object
    }

    /// Refuses values that the config's own schema forbids.
    static func check(_ resource: Resource) throws {
        guard
            let (property, text) = ["schema", "schemaJson5"].lazy.compactMap({ name in
                resource[name]?.string.flatMap { $0.isEmpty ? nil : (name, $0) }
            }).first
        else { return }
        guard let schema = Settling.json5(text), schema.object != nil || schema.bool != nil else {
            throw APIError.invalid(property, "\(property) must be a JSON schema")
        }
        var errors = SchemaCheck.errors(resource["defaultValue"] ?? [:], schema, at: "defaultValue")
        for (index, rule) in resource.members.objects("rules").enumerated() {
            if let value = rule["returnValue"], rule.list("variants").isEmpty {
                errors += SchemaCheck.errors(value, schema, at: "rules.\(index).returnValue")
            }
            for (place, variant) in rule.objects("variants").enumerated() {
                let value = variant["returnValue"] ?? rule["returnValue"] ?? [:]
                errors += SchemaCheck.errors(value, schema, at: "rules.\(index).variants.\(place).returnValue")
            }
        }
        guard errors.isEmpty else { throw APIError.invalid(errors) }
    }
}
