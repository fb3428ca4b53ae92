// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// The rules of the changes of one type of resources.
struct ResourceRules: Sendable {
    /// Completes the members that a request leaves out, and refuses members that break a rule.
    var prepare:
        @Sendable (_ resource: inout Resource, _ old: Resource?, _ body: Object, _ draft: inout Draft)
            throws(DomainError) -> Void = { _, _, _, _ in }
    /// Refuses a deletion, or changes the resources that depend on the deleted one.
    var willDelete: @Sendable (_ resource: Resource, _ draft: inout Draft) throws(DomainError) -> Void = { _, _ in }
    /// Members of responses that follow from others.
    var computed: @Sendable (_ resource: Resource, _ project: AuthoredProject) -> Object = { _, _ in [:] }
    /// Members that lists can be filtered by, and that no response shows.
    var unseen: @Sendable (_ resource: Resource) -> Object = { _ in [:] }
}

/// A type of resources: the schemas of its members, and the rules of its changes.
struct ResourceDescription: Sendable {
    /// The actions in the audit log.
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
    /// The word for a resource of the type in messages.
    let noun: String
    let plural: String
    let audit: AuditNames
    var names = NameRule.plain
    var shortestName = 3
    /// The IDs that no resource may have, since their paths are those of other endpoints of the Console API.
    var reservedIDs: Set<String> = []
    /// The schemas of the members that requests may set.
    var properties: Object = [:]
    /// The schemas of the members that only a creation may set.
    var creationProperties: Object = [:]
    var required = ["name"]
    var requiredOnFullUpdate: [String] = []
    /// Whether a full update leaves members as they are that it doesn't name.
    var keepsUnnamedMembers = false
    /// The members of a new resource that a creation doesn't set.
    var defaults: Object = [:]
    /// Members that other endpoints show, or that only the renderer reads.
    var hidden: Set<String> = []
    /// Members of responses that change without a request, and that requests may bring with any value.
    var measured: Set<String> = []
    /// Members that lists can be filtered by.
    var filters = [
        "tags", "creatorName", "creatorID", "teamID", "targetAppID", "createdStartDate", "createdEndDate",
    ]
    var rules = ResourceRules()

    /// The members that responses show, without the computed ones.
    func shown(_ resource: Resource) -> Object {
        Object(
            distinct: resource.object.filter { !hidden.contains($0.name) && $0.name != Resource.members.verbatim.name })
    }

    /// The resource as the Console API has it.
    func view(_ resource: Resource, _ project: AuthoredProject) -> Object {
        ([ResourceDescription.idMember: .string(resource.id)] as Object).merging(shown(resource))
            .merging(["version": .integer(resource.version)]).merging(rules.computed(resource, project))
    }

    /// The schemas of the bodies of requests.
    struct RequestSchemas: Sendable {
        let creation: Value
        let fullUpdate: Value
        let partialUpdate: Value
    }

    /// Each call makes them anew: callers store the result.
    var requestSchemas: RequestSchemas {
        RequestSchemas(
            creation: Schemas.closed(properties.merging(creationProperties), required: required),
            fullUpdate: Schemas.closed(properties, required: requiredOnFullUpdate),
            partialUpdate: Schemas.closed(properties))
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

/// Schemas of members that several types have.
enum MemberSchemas {
    static let flag: Value = ["type": "boolean"]
    static let percentage: Value = ["type": "number", "minimum": 0, "maximum": 100]
    static let description = Schemas.text(longest: 1000)
    static let name = Schemas.text(longest: 100)
    static let texts = Schemas.array(Schemas.text(longest: 1000), most: 10_000)
    static let any: Value = [:]
    /// The schema of the values that SDKs get, by name.
    static let values = Schemas.object
    /// Values that are `null` where a client has none.
    static let optionalValues = Schemas.nullable(values)
    static let time: Value = ["type": "integer", "minimum": 0]
    static let optionalText = Schemas.nullable(Schemas.text(longest: 1000))

    /// A date.
    static let analysisTime = Schemas.text(longest: 1000)

    /// Metrics, which no endpoint of the console knows: they are labels.
    static let metrics = Schemas.array(
        Schemas.closed(["name": Schemas.string, "type": Schemas.string], required: ["name", "type"]), most: 10_000)

    /// The creator of a resource, if it isn't the key of the request.
    static let creator: Object = ["creatorID": optionalText, "creatorEmail": optionalText]

    /// Members that describe resources, and that no rule depends on.
    static let shared: Object = [
        "description": description, "tags": texts, "team": Schemas.nullable(Schemas.string),
        "teamID": Schemas.nullable(Schemas.string),
        "targetApps": ["anyOf": [texts, Schemas.string]], "salt": Schemas.text(longest: 100),
    ]

    static let condition = Schemas.closed(
        [
            "type": Schemas.words(of: ConditionType.self),
            "operator": Schemas.string,
            "targetValue": [
                "anyOf": [
                    Schemas.array(["type": ["string", "number"]], most: 10_000), Schemas.string,
                    ["type": "number"], ["type": "null"],
                ]
            ],
            "field": Schemas.nullable(Schemas.text(longest: 1000)),
            "customID": Schemas.nullable(Schemas.text(longest: 1000)),
        ], required: ["type"])

    private static let rollouts = Schemas.array(
        Schemas.closed(["time": time, "passPercent": percentage], required: ["time", "passPercent"]), most: 1000)
    /// Shares of users are of hundredths of a percent.
    private static let share: Value = ["type": "number", "minimum": 0, "maximum": 100, "multipleOf": 0.01]
    /// IDs that the console makes where a request has none, or an empty one.
    private static let madeID = Schemas.text(longest: 100)

    private static let ruleProperties: Object = [
        "name": Schemas.text(longest: 1000), "passPercentage": share,
        "conditions": Schemas.array(condition, most: 1000),
        "environments": Schemas.nullable(Schemas.array(Schemas.text(longest: 100), most: 100)),
        "id": madeID, "baseID": madeID, "salt": Schemas.text(longest: 100), "groupName": Schemas.text(longest: 1000),
        "pendingAutomatedRollouts": rollouts, "completedAutomatedRollouts": rollouts,
        // Gates and segments have them as labels.
        "returnValue": optionalValues, "returnValueJson5": any,
    ]

    private static let variant = Schemas.closed(
        [
            "id": madeID, "name": Schemas.text(longest: 1000), "passPercentage": share, "returnValue": optionalValues,
            "returnValueJson5": Schemas.string,
        ], required: ["name", "passPercentage"])

    private static let configProperties: Object = [
        "returnValueJson5": Schemas.string, "variants": Schemas.array(variant, most: 100),
    ]

    static let gateRule = Schemas.closed(ruleProperties, required: ["name", "passPercentage", "conditions"])
    static let segmentRule = Schemas.closed(ruleProperties, required: ["name", "conditions"])
    static let configRule = Schemas.closed(
        ruleProperties.merging(configProperties), required: ["name", "conditions"])
    static let changedGateRule = Schemas.closed(ruleProperties)
    static let changedConfigRule = Schemas.closed(ruleProperties.merging(configProperties))

    static func rules(_ rule: Value) -> Value { Schemas.array(rule, most: 1000) }
}
