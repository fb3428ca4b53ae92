// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// What sets a family of the Console API apart from the others: its members, its checks and its transitions.
struct ResourceDescription: Sendable {
    /// What the audit log calls changes.
    struct AuditNames: Sendable {
        let create: String
        let edit: String
        let delete: String
        /// Names for changes of single members.
        var parts: [String: String] = [:]
    }

    /// The characters that names may have.
    enum NameRule: String {
        case dotted = "^[a-zA-Z0-9_\\-. ]*$"
        case plain = "^[a-zA-Z0-9_\\- ]*$"
        case free = ""
    }

    /// The member of requests and responses that has the ID.
    static let idMember = "id"

    let type: ResourceType
    /// What messages call one of them.
    let noun: String
    let plural: String
    let audit: AuditNames
    var names = NameRule.plain
    /// The schemas of the members that requests may set.
    var properties: Object = [:]
    /// The schemas of those that only the request may set that creates an resource.
    var creationProperties: Object = [:]
    var required = ["name"]
    var requiredOnFullUpdate: [String] = []
    /// What members are if nothing is said.
    var defaults: Object = [:]
    /// Members that are read elsewhere, or by the renderer only.
    var hidden: Set<String> = []
    /// Members that lists can be filtered by.
    var filters = ["tags", "creatorName", "creatorID"]
    /// Settles what a request has left open, and refuses what can't be.
    var prepare:
        @Sendable (_ resource: inout Resource, _ old: Resource?, _ body: Object, _ draft: inout Draft)
            throws(DomainError) -> Void = { _, _, _, _ in }
    /// Refuses a deletion, or changes what goes with it.
    var willDelete: @Sendable (_ resource: Resource, _ draft: inout Draft) throws(DomainError) -> Void = { _, _ in }
    /// Members of responses that follow from others.
    var computed: @Sendable (_ resource: Resource, _ project: AuthoredProject) -> Object = { _, _ in [:] }

    /// What lists can be filtered by that no response shows.
    var unseen: @Sendable (_ resource: Resource) -> Object = { _ in [:] }

    /// The members that requests show of the resource alone.
    func shown(_ resource: Resource) -> Object {
        Object(
            distinct: resource.object.filter { !hidden.contains($0.name) && $0.name != Resource.members.verbatim.name })
    }

    /// The resource as the Console API has it.
    func view(_ resource: Resource, _ project: AuthoredProject) -> Object {
        ([ResourceDescription.idMember: .string(resource.id)] as Object).merging(shown(resource))
            .merging(["version": .integer(resource.version)]).merging(computed(resource, project))
    }

    /// What the bodies of requests have to be.
    struct RequestSchemas: Sendable {
        let creation: RequestSchema
        let fullUpdate: RequestSchema
        let partialUpdate: RequestSchema
    }

    /// Made anew each time: routes keep them.
    var requestSchemas: RequestSchemas {
        RequestSchemas(
            creation: RequestSchema(Schemas.object(properties.merging(creationProperties), required: required)),
            fullUpdate: RequestSchema(Schemas.object(properties, required: requiredOnFullUpdate)),
            partialUpdate: RequestSchema(Schemas.object(properties)))
    }

    static func of(_ type: ResourceType) -> ResourceDescription {
        switch type {
        case .gates: .gates
        case .dynamicConfigs: .dynamicConfigs
        case .experiments: .experiments
        case .layers: .layers
        case .segments: .segments
        case .holdouts: .holdouts
        case .autotunes: .autotunes
        case .paramStores: .paramStores
        case .targetApps: .targetApps
        case .unitIDTypes: .unitIDTypes
        case .environments: .environments
        case .tags: .tags
        case .teams: .teams
        case .users: .users
        }
    }
}
