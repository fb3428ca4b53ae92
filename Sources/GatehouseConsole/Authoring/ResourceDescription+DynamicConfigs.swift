// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

extension ResourceDescription {
    static let dynamicConfigs: ResourceDescription = {
        var configs = ResourceDescription(
            type: .dynamicConfigs, noun: "Dynamic Config", plural: "Dynamic Configs",
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
            "name": MemberSchemas.name, "idType": MemberSchemas.name, "isEnabled": MemberSchemas.flag,
            "rules": MemberSchemas.rules(MemberSchemas.configRule), "defaultValue": MemberSchemas.optionalValues,
            "defaultValueJson5": Schemas.string, "schema": Schemas.nullable(Schemas.string),
            "schemaJson5": Schemas.nullable(Schemas.string), "isTemplate": MemberSchemas.flag,
            "releasePipelineID": Schemas.nullable(Schemas.string),
            "owner": Schemas.nullable(
                Schemas.closed([
                    "ownerID": Schemas.string, "ownerType": Schemas.string, "ownerName": Schemas.string,
                    "ownerEmail": Schemas.string,
                ])),
        ]).merging(MemberSchemas.creator)
        configs.creationProperties = ["id": MemberSchemas.name]
        configs.requiredOnFullUpdate = ["isEnabled", "description", "rules"]
        configs.defaults = [
            "description": "", "isEnabled": true, "status": DynamicConfig.Status.enabled.json, "idType": "userID",
            "rules": [], "tags": [],
            "targetApps": [], "team": .null, "defaultValue": [:], "isTemplate": false,
        ]
        configs.hidden = [Resource.members.statusBefore.name]
        configs.filters += ["idType", "status", "releasePipelineID"]
        configs.rules.prepare = ConfigValues.prepare
        configs.rules.willDelete = { (resource, draft) throws(DomainError) in
            try References.checkUnused(resource, draft)
        }
        configs.rules.computed = { resource, _ in
            let made = Normalization.owner(resource)
            let owner = DynamicConfig(resource).owner.map { Value.object((made.object ?? [:]).merging($0)) }
            return ["holdoutIDs": [], "owner": owner ?? made]
        }
        return configs
    }()
}

/// The values of configs: as JSON, as JSON5, and as their schema allows.
enum ConfigValues {
    @Sendable static func prepare(
        _ resource: inout Resource, _ old: Resource?, _ body: Object, _ draft: inout Draft
    ) throws(DomainError) {
        var config = DynamicConfig(resource)
        Normalization.salt(&config)
        try Normalization.checkUnit(config.resource, draft.project)
        try normalize(&config, old.map(DynamicConfig.init), body)
        try RuleNormalization.normalize(&config.resource, old)
        try Normalization.checkEnvironments(config.resource, draft.project)
        try check(config)
        // The owner that responses show without one of its own.
        if let owner = config.owner, .object(owner) == Normalization.owner(config.resource) { config.owner = nil }
        config.status = config.isEnabled ? .enabled : .disabled
        resource = config.resource
    }

    /// Fills in values that are only given as JSON5; refuses those that are given in two ways that differ.
    private static func normalize(
        _ config: inout DynamicConfig, _ old: DynamicConfig?, _ body: Object
    ) throws(DomainError) {
        let request = DynamicConfig(request: body)
        if config[raw: \.defaultValue] == .null { config.defaultValue = old?.defaultValue ?? [:] }
        if let value = try value(
            request[raw: \.defaultValue], request.defaultValueJSON5, DynamicConfig.members.defaultValueJSON5.name)
        {
            config.defaultValue = value
        } else if request[raw: \.defaultValue] ?? .null != .null {
            config.defaultValueJSON5 = request.defaultValueJSON5
        }
        guard config.resource.object[Resource.members.rules.name] != nil else { return }
        var rules = config.rules
        for index in rules.indices {
            let name = Rule.members.returnValueJSON5.name
            if rules[index].raw(\.returnValue) == .null { rules[index].returnValue = nil }
            if let value = try value(
                rules[index].returnValue, rules[index].returnValueJSON5, "rules.\(index).\(name)")
            {
                rules[index].returnValue = value
            }
            guard rules[index].has(\.variants) else {
                if !rules[index].has(\.returnValue) { rules[index].returnValue = [:] }
                continue
            }
            var variants = rules[index].variants
            for position in variants.indices {
                if variants[position].raw(\.returnValue) == .null { variants[position].returnValue = nil }
                if let value = try value(
                    variants[position].returnValue, variants[position].returnValueJSON5,
                    "rules.\(index).variants.\(position).\(name)")
                {
                    variants[position].returnValue = value
                }
            }
            rules[index].variants = variants
        }
        config.rules = rules
    }

    /// The value that JSON5 text stands for, `nil` without text or for an empty one.
    private static func value(
        _ given: Value?, _ text: String?, _ property: String
    ) throws(DomainError) -> Value? {
        guard let text, !text.isEmpty else { return nil }
        guard let value = Normalization.json5(text), value.object != nil else {
            throw .invalid(property, "must be a JSON5 object")
        }
        guard !JSON.isNested(value, deeperThan: ConsoleLimits.maximumNesting) else { throw .tooNested(property) }
        if let given, given != .null, given != value {
            let name = property.split(separator: ".").last.map { $0.replacing("Json5", with: "") } ?? ""
            throw .invalid(property, "must be equal to \(name)")
        }
        return value
    }

    /// Refuses values that the config's own schema forbids.
    private static func check(_ config: DynamicConfig) throws(DomainError) {
        let fields = DynamicConfig.members
        let texts = [(fields.schema.name, config.schema), (fields.schemaJSON5.name, config.schemaJSON5)]
        guard let (property, text) = texts.first(where: { !($0.1 ?? "").isEmpty }) else { return }
        guard let schema = text.flatMap(Normalization.json5), schema.object != nil || schema.bool != nil else {
            throw .invalid(property, "must be a JSON schema")
        }
        var values = [(fields.defaultValue.name, config.defaultValue)]
        for (index, rule) in config.rules.enumerated() {
            let variants = rule.variants
            if let value = rule.returnValue, variants.isEmpty { values.append(("rules.\(index).returnValue", value)) }
            for (position, variant) in variants.enumerated() {
                let value = variant.returnValue ?? rule.returnValue ?? [:]
                values.append(("rules.\(index).variants.\(position).returnValue", value))
            }
        }
        let budget = SchemaBudget(byteCount: values.reduce(0) { $0 + JSON.bytes($1.1).count })
        var errors: [FieldError] = []
        for (name, value) in values where !budget.isUsedUp {
            errors += SchemaCheck.errors(value, schema, at: name, budget: budget)
        }
        guard errors.isEmpty else { throw .invalid(errors) }
    }
}
