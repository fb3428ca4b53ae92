// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Checks where the parameters of parameter stores come from.
enum ParameterStores {
    /// Refuses parameters without a name of their own, a value, or a resource that exists.
    static func check(_ store: ParameterStore, _ project: AuthoredProject) throws(DomainError) {
        var names: Set<String> = []
        for (index, parameter) in store.parameters.enumerated() {
            let path = "parameters.\(index)"
            guard names.insert(parameter.name).inserted else {
                throw .invalid("\(path).name", "is that of another parameter")
            }
            try refuseOthers(parameter, path)
            guard let reference = parameter.reference else {
                guard let value = parameter.value else { throw .invalid("\(path).value", "is required") }
                let errors = SchemaCheck.errors(value, parameter.type.schema, at: "\(path).value")
                guard errors.isEmpty else { throw .invalid(errors) }
                continue
            }
            for member in reference.others {
                guard let value = member.value(in: parameter.object) else {
                    throw .invalid("\(path).\(member.name)", "is required")
                }
                let isName = member.name == ParameterStore.Parameter.members.parameter.name
                let schema = isName ? Schemas.string : parameter.type.schema
                let errors = SchemaCheck.errors(value, schema, at: "\(path).\(member.name)")
                guard errors.isEmpty else { throw .invalid(errors) }
            }
            guard project[reference.type, reference.member.value(in: parameter.object)] != nil else {
                throw .invalid(
                    "\(path).\(reference.member.name)", "must be the ID of one of the \(reference.type.rawValue)")
            }
        }
    }

    /// Refuses members that parameters of another source have.
    private static func refuseOthers(_ parameter: ParameterStore.Parameter, _ path: String) throws(DomainError) {
        let fields = ParameterStore.Parameter.members
        let used =
            [fields.name.name, fields.source.name, fields.type.name]
            + (parameter.reference.map { [$0.member.name] + $0.others.map(\.name) } ?? [fields.value.name])
        guard let other = parameter.object.first(where: { !used.contains($0.name) })?.name else { return }
        throw .invalid("\(path).\(other)", "isn't for parameters of the type \(parameter.source.rawValue)")
    }

    /// Whether a store has a parameter that comes from a resource.
    static func reads(_ resource: Resource, _ store: ParameterStore) -> Bool {
        store.parameters.contains { parameter in
            guard let reference = parameter.reference else { return false }
            return reference.type == resource.type && reference.member.value(in: parameter.object) == resource.id
        }
    }
}

/// Which resources are for which target apps.
enum TargetApps {
    /// The members of a request that name resources, by name.
    private static let assignments: [(member: Member<[String]?>, type: ResourceType)] = [
        (TargetApp.members.dynamicConfigs, .dynamicConfigs), (TargetApp.members.experiments, .experiments),
        (TargetApp.members.gates, .gates),
    ]

    /// Adds apps, by ID or name, to the resources that a request names.
    ///
    /// - Returns: The IDs of the apps.
    static func assign(named names: [String], _ body: Object, _ draft: inout Draft) throws(DomainError) -> [String] {
        var apps: [String] = []
        for (index, name) in names.enumerated() {
            guard let app = draft.project.resource(.targetApps, named: name) else {
                throw .invalid("targetApps.\(index)", "must be a target app")
            }
            apps.append(app.id)
        }
        try assign(apps, body, &draft)
        return apps
    }

    /// Adds apps to the resources that a request names.
    static func assign(_ apps: [String], _ body: Object, _ draft: inout Draft) throws(DomainError) {
        for (member, type) in assignments {
            for (index, name) in (member.value(in: body) ?? []).enumerated() {
                guard var resource = draft.project.resource(type, named: name) else {
                    throw .invalid("\(member.name).\(index)", "must be the ID of one of the \(type.rawValue)")
                }
                let had = resource.targetApps.names
                resource.targetApps.names = had + apps.filter { !had.contains($0) }
                draft.put(resource)
            }
        }
    }

    /// The resources that are for an app, by the members of requests that name them.
    static func assigned(to app: Resource, in project: AuthoredProject) -> Object {
        let names: Set<String> = [app.id, app.name]
        return Object(
            distinct: assignments.map { member, type in
                let resources = project.unordered(type).filter { !names.isDisjoint(with: $0.targetApps.names) }
                return (member.name, .strings(resources.map(\.id).sorted()))
            })
    }

    /// Refuses IDs that aren't those of a resource's apps: a request may name apps in two ways.
    static func check(_ ids: [String], _ store: ParameterStore, _ project: AuthoredProject) throws(DomainError) {
        for (index, id) in ids.enumerated() where project.resource(.targetApps, named: id) == nil {
            throw .invalid("targetAppIDs.\(index)", "must be the ID of a target app")
        }
        let asked = ids.map { project.resource(.targetApps, named: $0)?.id ?? $0 }
        guard Set(asked) == Set(project.targetAppIDs(of: store.resource)) else {
            throw .invalid("targetAppIDs", "must be the IDs of targetApps")
        }
    }

    /// Removes the members that only assign from an app.
    static func removeAssignments(_ app: inout Resource) {
        for (member, _) in assignments { member.set(nil, in: &app.object) }
    }

    /// Takes an app away from all resources.
    static func unassign(_ app: Resource, _ draft: inout Draft) {
        for type in SpecRenderer.types + [.paramStores] {
            for resource in draft.project.all(type) {
                let had = resource.targetApps.names
                let left = had.filter { $0 != app.id && $0 != app.name }
                guard left != had else { continue }
                var changed = resource
                changed.targetApps.names = left
                draft.put(changed)
            }
        }
    }
}

/// Changes of the environments and users of the project.
enum ProjectChanges {
    /// Replaces the list of environments; production stays.
    ///
    /// - Parameters:
    ///   - asked: The environments; those with an ID or the name of one that exists are changed, the others are new.
    ///   - draft: The project.
    /// - Throws: ``DomainError`` when an ID or a name is there twice, or production is missing.
    static func setEnvironments(_ asked: [Environment], _ draft: inout Draft) throws(DomainError) {
        let before = Normalization.environments(of: draft.project)
        var names: Set<String> = []
        var ids: Set<String> = []
        var environments: [Environment] = []
        for (index, environment) in asked.enumerated() {
            let path = "environments.\(index)"
            let id = environment.id ?? ""
            let known = before.first { !id.isEmpty && $0.id == id } ?? before.first { $0.name == environment.name }
            guard names.insert(environment.name).inserted else { throw .invalid("\(path).name", "is there twice") }
            if known?.name == Environment.production, environment.name != Environment.production {
                throw .invalid("\(path).name", "can't be changed")
            }
            let defaults = Environment(newID: known?.id ?? RandomID.make())
            var changed = Environment(defaults.object.merging(known?.object ?? [:]).merging(environment.object))
            changed.id = id.isEmpty ? defaults.id : id
            guard ids.insert(changed.id ?? "").inserted else { throw .invalid("\(path).id", "is there twice") }
            environments.append(changed)
        }
        guard names.contains(Environment.production) else { throw .invalid("environments", "must have production") }
        draft.put(EnvironmentList(environments))
    }

    /// Adds users that don't exist yet, and all of the users to teams, by ID or name.
    static func invite(
        _ emails: [String], role: String, teams: [String], _ draft: inout Draft
    ) throws(DomainError) {
        for (index, email) in emails.enumerated() where email.hasControlCharacters {
            throw .invalid("emails.\(index)", "must not have control characters")
        }
        for email in emails where draft.project[.users, email] == nil {
            try ResourceCreation.checkID(email, "emails", .of(.users))
            var user = ConsoleUser(Resource(.users, id: email, [:]))
            user.name = email
            user.email = email
            user.firstName = ""
            user.lastName = ""
            user.role = role
            user.createdTime = draft.time
            draft.put(user)
        }
        var joined: Set<String> = []
        for (index, name) in teams.enumerated() where joined.insert(name).inserted {
            guard let resource = draft.project.resource(.teams, named: name) else {
                throw .invalid("teams.\(index)", "must be a team")
            }
            var team = Team(resource)
            var members = Set(team.members)
            team.members += emails.filter { members.insert($0).inserted }
            if members.count > Set(Team(resource).members).count { draft.put(team) }
        }
    }
}
