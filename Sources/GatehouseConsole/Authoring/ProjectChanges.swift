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
            guard let reference = parameter.reference else {
                guard let value = parameter.value else { throw .invalid("\(path).value", "is required") }
                let errors = SchemaCheck.errors(value, parameter.type.schema, at: "\(path).value")
                guard errors.isEmpty else { throw .invalid(errors) }
                continue
            }
            for member in reference.others where member.value(in: parameter.object) == nil {
                throw .invalid("\(path).\(member.name)", "is required")
            }
            guard project[reference.type, reference.member.value(in: parameter.object)] != nil else {
                throw .invalid(
                    "\(path).\(reference.member.name)", "must be the ID of one of the \(reference.type.rawValue)")
            }
        }
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
    private static let assigned: [(member: Member<[String]?>, type: ResourceType)] = [
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
        for (member, type) in assigned {
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

    /// Removes the members that only assign from an app.
    static func removeAssignments(_ app: inout Resource) {
        for (member, _) in assigned { member.set(nil, in: &app.object) }
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
    ///   - asked: The environments; those with an ID are changed, the others are new.
    ///   - draft: The project.
    /// - Throws: ``DomainError`` when an ID is unknown, a name is there twice, or production is missing.
    static func setEnvironments(_ asked: [Environment], _ draft: inout Draft) throws(DomainError) {
        let before = Normalization.environments(of: draft.project)
        var names: Set<String> = []
        var environments: [Environment] = []
        for (index, environment) in asked.enumerated() {
            let path = "environments.\(index)"
            let known = before.first { $0.id == environment.id }
            if environment.id != nil, known == nil {
                throw .invalid("\(path).id", "must be the ID of an environment")
            }
            guard names.insert(environment.name).inserted else { throw .invalid("\(path).name", "is there twice") }
            if known?.name == Environment.production, environment.name != Environment.production {
                throw .invalid("\(path).name", "can't be changed")
            }
            let defaults = Environment(newID: known?.id ?? RandomID.make())
            environments.append(
                Environment(defaults.object.merging(known?.object ?? [:]).merging(environment.object)))
        }
        guard names.contains(Environment.production) else { throw .invalid("environments", "must have production") }
        draft.put(EnvironmentList(environments))
    }

    /// Adds users that don't exist yet.
    static func invite(_ emails: [String], role: String, _ draft: inout Draft) throws(DomainError) {
        for (index, email) in emails.enumerated() where email.hasControlCharacters {
            throw .invalid("emails.\(index)", "must not have control characters")
        }
        for email in emails where draft.project[.users, email] == nil {
            var user = ConsoleUser(Resource(.users, id: email, [:]))
            user.name = email
            user.email = email
            user.firstName = ""
            user.lastName = ""
            user.role = role
            user.createdTime = draft.time
            draft.put(user)
        }
    }
}
