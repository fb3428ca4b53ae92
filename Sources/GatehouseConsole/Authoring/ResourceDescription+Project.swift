// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

/// The families that say what others are about: apps, units, stores, people.
extension ResourceDescription {
    static let paramStores: ResourceDescription = {
        let parameter = Schemas.object(
            [
                "name": ["type": "string", "minLength": 1, "maxLength": 100],
                "ref_type": ["type": "string", "enum": ["static", "gate", "layer", "dynamic_config", "experiment"]],
                "param_type": ["type": "string", "enum": ["boolean", "number", "string", "object", "array"]],
            ], required: ["name", "ref_type", "param_type"])
        var stores = ResourceDescription(
            family: .paramStores, noun: "Param Store", plural: "Param Stores",
            audit: AuditNames(
                create: "param_store_create", edit: "param_store_update", delete: "param_store_delete"))
        stores.createdStatus = 200
        stores.names = .dotted
        stores.properties = MemberSchemas.shared.merging([
            "name": MemberSchemas.name, "parameters": Schemas.array(parameter, most: 1000),
        ])
        stores.creationProperties = ["id": MemberSchemas.name]
        stores.defaults = ["description": "", "parameters": [], "tags": [], "targetApps": [], "team": .null]
        stores.prepare = { resource, _, _, draft in try ParamStores.check(resource, draft.project) }
        return stores
    }()

    static let targetApps: ResourceDescription = {
        var apps = ResourceDescription(
            family: .targetApps, noun: "Target App", plural: "Target Apps",
            audit: AuditNames(
                create: "create_customer_app", edit: "edit_target_app", delete: "delete_target_app"))
        apps.createdStatus = 200
        apps.names = .free
        apps.properties = [
            "name": MemberSchemas.name, "description": MemberSchemas.description, "gates": MemberSchemas.texts,
            "dynamicConfigs": MemberSchemas.texts, "experiments": MemberSchemas.texts,
        ]
        apps.creationProperties = ["id": MemberSchemas.name]
        apps.required = ["name", "description"]
        apps.methods = [.list, .create, .read, .partialUpdate, .delete]
        apps.filters = []
        apps.prepare = { resource, old, body, draft in
            try TargetApps.assign([resource.id], body, &draft)
            for member in TargetApps.families.keys { resource[member] = nil }
        }
        apps.willDelete = { resource, draft in TargetApps.unassign(resource, &draft) }
        return apps
    }()

    static let unitIDTypes: ResourceDescription = {
        var types = ResourceDescription(
            family: .unitIDTypes, noun: "Unit ID Type", plural: "Unit ID Types",
            audit: AuditNames(
                create: "company_ID_type_add", edit: "company_ID_type_edit", delete: "company_ID_type_delete"))
        types.names = .free
        types.properties = ["description": MemberSchemas.description]
        types.creationProperties = ["name": MemberSchemas.name]
        types.defaults = ["description": ""]
        types.filters = []
        types.methods = [.list, .create, .read, .fullUpdate, .partialUpdate, .delete]
        types.willDelete = { resource, draft in
            for family in SpecRenderer.types {
                if let user = draft.project.all(family).first(where: { $0.idType == resource.name }) {
                    throw APIError(.badRequest, "\(resource.name) is used by \(user.name).")
                }
            }
        }
        return types
    }()

    static let environments: ResourceDescription = {
        var environments = ResourceDescription(
            family: .environments, noun: "Environment", plural: "Environments",
            audit: AuditNames(
                create: "company_environments_edit", edit: "company_environments_edit",
                delete: "company_environments_edit"))
        // They are read and written as one list, by routes of their own.
        environments.methods = []
        return environments
    }()

    static let tags: ResourceDescription = {
        var tags = ResourceDescription(
            family: .tags, noun: "Tag", plural: "Tags",
            audit: AuditNames(create: "tag_create", edit: "tag_edit", delete: "tag_delete"))
        tags.createdStatus = 200
        tags.names = .free
        tags.properties = [
            "name": MemberSchemas.name, "description": MemberSchemas.description, "isCore": MemberSchemas.flag,
        ]
        tags.defaults = ["description": "", "isCore": false]
        tags.methods = [.list, .create, .read, .partialUpdate, .delete]
        tags.filters = []
        return tags
    }()

    static let teams: ResourceDescription = {
        var teams = ResourceDescription(
            family: .teams, noun: "Team", plural: "Teams",
            audit: AuditNames(create: "update_team", edit: "update_team", delete: "update_team"))
        teams.createdStatus = 200
        teams.names = .free
        teams.properties = [
            "name": MemberSchemas.name, "description": MemberSchemas.description, "members": MemberSchemas.texts,
            "admins": MemberSchemas.texts, "defaultTargetApplications": MemberSchemas.texts,
            "defaultHoldoutID": Schemas.nullable(Schemas.string),
            "changeTeamConfigs": ["type": "string", "enum": ["anyone", "team_only"]],
            "reviewApproval": ["type": "string", "enum": ["anyone", "team_only", "admin_only"]],
        ]
        teams.defaults = [
            "description": "", "members": [], "admins": [], "defaultTargetApplications": [], "defaultHoldoutID": .null,
            "changeTeamConfigs": "anyone", "reviewApproval": "anyone",
        ]
        teams.filters = []
        teams.methods = [.list, .create, .read, .fullUpdate, .partialUpdate, .delete]
        return teams
    }()

    static let users: ResourceDescription = {
        var users = ResourceDescription(
            family: .users, noun: "User", plural: "Users",
            audit: AuditNames(
                create: "company_invite_access_update", edit: "user_role_update", delete: "company_member_remove"))
        users.names = .free
        users.properties = [
            "email": Schemas.text(longest: 320), "firstName": MemberSchemas.name, "lastName": MemberSchemas.name,
            "role": MemberSchemas.name,
        ]
        users.methods = [.list, .read, .partialUpdate]
        users.filters = ["role"]
        return users
    }()
}
