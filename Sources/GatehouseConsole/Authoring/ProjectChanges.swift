// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Changes of what the project has as a whole.
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
        for (index, email) in emails.enumerated() where ResourceCreation.hasControlCharacters(email) {
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
