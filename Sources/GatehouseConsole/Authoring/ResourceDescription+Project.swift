// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// The types that describe the project: parameter stores, apps, units, environments, tags, teams and users.
extension ResourceDescription {
    static let paramStores: ResourceDescription = {
        let parameter = Schemas.closed(
            [
                "name": ["type": "string", "minLength": 1, "maxLength": 100],
                "ref_type": ["type": "string", "enum": ["static", "gate", "layer", "dynamic_config", "experiment"]],
                "param_type": ["type": "string", "enum": ["boolean", "number", "string", "object", "array"]],
                "value": MemberSchemas.any, "gate_name": Schemas.string, "layer_name": Schemas.string,
                "config_name": Schemas.string, "experiment_name": Schemas.string, "param_name": MemberSchemas.any,
                "pass_value": MemberSchemas.any, "fail_value": MemberSchemas.any,
            ], required: ["name", "ref_type", "param_type"])
        var stores = ResourceDescription(
            type: .paramStores, noun: "Param Store", plural: "Param Stores",
            audit: AuditNames(
                create: "param_store_create", edit: "param_store_update", delete: "param_store_delete"))
        stores.names = .dotted
        stores.shortestName = 1
        stores.keepsUnnamedMembers = true
        stores.properties = MemberSchemas.shared.merging([
            "name": MemberSchemas.name, "displayName": Schemas.text(longest: 1000),
            "parameters": Schemas.array(parameter, most: 1000), "targetAppIDs": MemberSchemas.texts,
        ])
        stores.creationProperties = ["id": MemberSchemas.name]
        stores.defaults = ["description": "", "parameters": [], "tags": [], "targetApps": [], "team": .null]
        stores.rules.prepare = { (resource, _, body, draft) throws(DomainError) in
            var store = ParameterStore(resource)
            // The name, which responses show without one of its own.
            if store.displayName == store.name { store.displayName = nil }
            if let apps = store.targetAppIDs {
                store.targetAppIDs = nil
                if body[Resource.members.targetApps.name] == nil { store.targetApps.names = apps }
                try TargetApps.check(apps, store, draft.project)
            }
            try ParameterStores.check(store, draft.project)
            resource = store.resource
        }
        stores.rules.computed = { resource, project in
            [
                "displayName": .string(ParameterStore(resource).displayName ?? resource.name),
                "targetAppIDs": .strings(project.targetAppIDs(of: resource)),
            ]
        }
        return stores
    }()

    static let targetApps: ResourceDescription = {
        var apps = ResourceDescription(
            type: .targetApps, noun: "Target App", plural: "Target Apps",
            audit: AuditNames(
                create: "create_customer_app", edit: "edit_target_app", delete: "delete_target_app"))
        apps.names = .free
        apps.properties = [
            "name": MemberSchemas.name, "description": MemberSchemas.description,
        ]
        apps.creationProperties = [
            "id": MemberSchemas.name, "gates": MemberSchemas.texts, "dynamicConfigs": MemberSchemas.texts,
            "experiments": MemberSchemas.texts,
        ]
        apps.required = ["name", "description"]
        apps.filters = []
        apps.rules.prepare = { (resource, old, body, draft) throws(DomainError) in
            if old == nil { try TargetApps.assign([resource.id], body, &draft) }
            TargetApps.removeAssignments(&resource)
        }
        apps.rules.willDelete = { resource, draft in TargetApps.unassign(resource, &draft) }
        apps.rules.computed = { app, project in TargetApps.assigned(to: app, in: project) }
        return apps
    }()

    static let unitIDTypes: ResourceDescription = {
        var types = ResourceDescription(
            type: .unitIDTypes, noun: "Unit ID Type", plural: "Unit ID Types",
            audit: AuditNames(
                create: "company_ID_type_add", edit: "company_ID_type_edit", delete: "company_ID_type_delete"))
        types.names = .free
        types.properties = ["description": MemberSchemas.description]
        types.creationProperties = ["name": MemberSchemas.name]
        types.defaults = ["description": ""]
        types.filters = []
        types.rules.willDelete = { (resource, draft) throws(DomainError) in
            if UnitIDType.builtIn.contains(resource.id) {
                // A deletion takes a change of the unit back.
                guard resource.version == 0 else { return }
                throw .invalid("id", "is a unit that every project has")
            }
            for type in SpecRenderer.types {
                if let user = draft.project.all(type).first(where: { $0.idType == resource.name }) {
                    throw .used(name: resource.name, by: user.name)
                }
            }
        }
        return types
    }()

    static let environments: ResourceDescription = {
        ResourceDescription(
            type: .environments, noun: "Environment", plural: "Environments",
            audit: AuditNames(
                create: "company_environments_edit", edit: "company_environments_edit",
                delete: "company_environments_edit"))
    }()

    static let tags: ResourceDescription = {
        var tags = ResourceDescription(
            type: .tags, noun: "Tag", plural: "Tags",
            audit: AuditNames(create: "tag_create", edit: "tag_edit", delete: "tag_delete"))
        tags.names = .free
        tags.properties = [
            "name": MemberSchemas.name, "description": MemberSchemas.description, "isCore": MemberSchemas.flag,
        ]
        tags.defaults = ["description": "", "isCore": false]
        tags.filters = []
        return tags
    }()

    static let teams: ResourceDescription = {
        var teams = ResourceDescription(
            type: .teams, noun: "Team", plural: "Teams",
            audit: AuditNames(create: "update_team", edit: "update_team", delete: "update_team"))
        teams.names = .free
        teams.properties = [
            "name": MemberSchemas.name, "description": MemberSchemas.description, "members": MemberSchemas.texts,
            "admins": MemberSchemas.texts, "defaultTargetApplications": MemberSchemas.texts,
            "defaultHoldoutID": Schemas.nullable(Schemas.string),
            "changeTeamConfigs": ["type": "string", "enum": ["anyone", "team_only"]],
            "reviewApproval": ["type": "string", "enum": ["anyone", "team_only", "admin_only"]],
            "defaultGateMetrics": MemberSchemas.metrics, "defaultExperimentPrimaryMetrics": MemberSchemas.metrics,
            "defaultExperimentSecondaryMetrics": MemberSchemas.metrics, "defaultHoldoutMetrics": MemberSchemas.metrics,
            "requireReviews": Schemas.nullable(MemberSchemas.flag),
            "requireGateTemplates": Schemas.nullable(MemberSchemas.flag),
            "requireExperimentTemplates": Schemas.nullable(MemberSchemas.flag),
            "requireDynamicConfigTemplates": Schemas.nullable(MemberSchemas.flag),
        ]
        teams.defaults = [
            "description": "", "members": [], "admins": [], "defaultTargetApplications": [], "defaultHoldoutID": .null,
            "changeTeamConfigs": "anyone", "reviewApproval": "anyone", "defaultGateMetrics": [],
            "defaultExperimentPrimaryMetrics": [], "defaultExperimentSecondaryMetrics": [], "defaultHoldoutMetrics": [],
        ]
        teams.filters = []
        teams.rules.computed = { resource, project in
            Object(["members", "admins"].map { ($0, people(resource.object[$0], project)) })
        }
        return teams
    }()

    /// The users that a list of email addresses names.
    private static func people(_ emails: Value?, _ project: AuthoredProject) -> Value {
        .objects(
            (emails?.array ?? []).compactMap(\.string).map { email -> Object in
                let user = project[ConsoleUser.self, email]
                return [
                    "email": .string(email), "firstName": .string(user?.firstName ?? ""),
                    "lastName": .string(user?.lastName ?? ""), "role": .string(user?.role ?? ""),
                ]
            })
    }

    static let users: ResourceDescription = {
        var users = ResourceDescription(
            type: .users, noun: "User", plural: "Users",
            audit: AuditNames(
                create: "company_invite_access_update", edit: "user_role_update", delete: "company_member_remove"))
        users.names = .free
        users.reservedIDs = ["id", "invite", "teams"]
        users.properties = [
            "email": Schemas.text(longest: 320), "firstName": MemberSchemas.name, "lastName": MemberSchemas.name,
            "role": MemberSchemas.name,
        ]
        users.filters = ["role"]
        return users
    }()
}
