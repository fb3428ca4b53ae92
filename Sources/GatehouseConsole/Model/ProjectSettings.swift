// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A parameter store: parameters that come from gates, configs, experiments and layers.
struct ParameterStore: TypedResource {
    struct Parameter: Record {
        /// Where a parameter's value comes from.
        enum Source: String, JSONRepresentable {
            case value = "static"
            case gate, layer, experiment
            case dynamicConfig = "dynamic_config"
        }

        struct Members: Sendable {
            let name = Member<String>("name", default: "")
            let source = Member<Source>("ref_type", default: .value)
            let type = Member<ParameterType>("param_type", default: .object)
            let value = Member<Value?>("value")
            let gate = Member<String>("gate_name", default: "")
            let layer = Member<String>("layer_name", default: "")
            let config = Member<String>("config_name", default: "")
            let experiment = Member<String>("experiment_name", default: "")
            let passValue = Member<Value?>("pass_value")
            let failValue = Member<Value?>("fail_value")
            let parameter = Member<Value?>("param_name")
        }
        static let members = Members()
        var object: Object

        init(_ object: Object) { self.object = object }

        /// The members beside the name, as documents have them.
        var withoutName: Object { Object(distinct: object.filter { $0.name != Parameter.members.name.name }) }

        /// The resource that the value comes from, with the member that names it; `nil` for a value of the store.
        var reference: (member: Member<String>, type: ResourceType, others: [Member<Value?>])? {
            return switch self.source {
            case .value: nil
            case .gate: (Parameter.members.gate, .gates, [Parameter.members.passValue, Parameter.members.failValue])
            case .layer: (Parameter.members.layer, .layers, [Parameter.members.parameter])
            case .dynamicConfig: (Parameter.members.config, .dynamicConfigs, [Parameter.members.parameter])
            case .experiment: (Parameter.members.experiment, .experiments, [Parameter.members.parameter])
            }
        }
    }

    struct Members: Sendable {
        let parameters = Member<[Parameter]>("parameters", default: [])
        let displayName = Member<String?>("displayName")
        /// In requests the same as `targetApps`.
        let targetAppIDs = Member<[String]?>("targetAppIDs")
    }
    static let type = ResourceType.paramStores
    static let members = Members()
    var resource: Resource

    init(_ resource: Resource) { self.resource = resource }
}

/// A target app; keys for an app see only the resources that name it.
struct TargetApp: TypedResource {
    /// The resources that a request assigns to the app.
    struct Members: Sendable {
        let gates = Member<[String]?>("gates")
        let dynamicConfigs = Member<[String]?>("dynamicConfigs")
        let experiments = Member<[String]?>("experiments")
    }
    static let type = ResourceType.targetApps
    static let members = Members()
    var resource: Resource

    init(_ resource: Resource) { self.resource = resource }
}

/// An environment of the project, of which rules can be for some.
struct Environment: Record {
    struct Members: Sendable {
        let id = Member<String?>("id")
        let name = Member<String>("name", default: "")
        let isProduction = Member<Bool>("isProduction", default: false)
        let requiresReview = Member<Bool>("requiresReview", default: false)
        let requiresReleasePipeline = Member<Bool>("requiresReleasePipeline", default: false)
    }
    static let members = Members()
    var object: Object

    init(_ object: Object) { self.object = object }

    init(id: String, name: String) {
        object = [:]
        self.id = id
        self.name = name
        self.isProduction = name == Environment.production
        self.requiresReview = false
        self.requiresReleasePipeline = false
    }

    /// The members that an environment has if a request leaves them out.
    init(newID id: String) {
        object = [:]
        self.id = id
        self.isProduction = false
        self.requiresReview = false
        self.requiresReleasePipeline = false
    }

    /// The environment that every project has.
    static let production = "production"
    static let standard = ["development", "staging", production].map { Environment(id: $0, name: $0) }
}

/// The units of users that gates and experiments decide by.
enum UnitIDType {
    /// Those that every project has.
    static let builtIn = ["userID", "stableID"]
}

/// The environments of the project, stored as one resource.
struct EnvironmentList: TypedResource {
    struct Members: Sendable {
        let environments = Member<[Environment]>("environments", default: [])
    }
    static let type = ResourceType.environments
    static let id = "environments"
    static let members = Members()
    var resource: Resource

    init(_ resource: Resource) { self.resource = resource }

    init(_ environments: [Environment]) {
        self.init(Resource(.environments, id: EnvironmentList.id, [:]))
        self.name = EnvironmentList.id
        self.environments = environments
    }
}

/// The members of an imported document that belong to no resource, stored as one resource.
struct ImportedMembers: TypedResource {
    struct Members: Sendable {
        let members = Member<Object>("members", default: [:])
        /// The conditions that those members name, by ID.
        let conditions = Member<Object>("conditions", default: [:])
    }
    static let type = ResourceType.environments
    static let id = "document"
    static let members = Members()
    var resource: Resource

    init(_ resource: Resource) { self.resource = resource }
}

/// A team of users.
struct Team: TypedResource {
    struct Members: Sendable {
        /// The email addresses of users.
        let members = Member<[String]>("members", default: [])
    }
    static let type = ResourceType.teams
    static let members = Members()
    var resource: Resource

    init(_ resource: Resource) { self.resource = resource }
}

/// A user of the console.
struct ConsoleUser: TypedResource {
    struct Members: Sendable {
        let email = Member<String>("email", default: "")
        let firstName = Member<String>("firstName", default: "")
        let lastName = Member<String>("lastName", default: "")
        let role = Member<String>("role", default: "")
    }
    static let type = ResourceType.users
    static let members = Members()
    var resource: Resource

    init(_ resource: Resource) { self.resource = resource }
}
