// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// An experiment: groups that share users by buckets.
struct Experiment: TypedResource {
    enum Status: String, CaseIterable, JSONRepresentable {
        case setup, active, abandoned, archived
        case decided = "decision_made"
        case stopped = "experiment_stopped"
        case assignmentStopped = "assignment_stopped"
    }

    struct Group: Record {
        struct Members: Sendable {
            let id = Member<String>("id", default: "")
            let name = Member<String>("name", default: "")
            /// In percent.
            let size = Member<Double>("size", default: 0)
            let values = Member<Object>("parameterValues", default: [:])
            let isDisabled = Member<Bool>("disabled", default: false)
            let description = Member<String>("description", default: "")
        }
        static let members = Members()
        var object: Object

        init(_ object: Object) { self.object = object }

        /// A group without values.
        init(name: String, size: Double) {
            object = [:]
            self.name = name
            self.size = size
            self.values = [:]
        }
    }

    /// Units that are in a group whatever their bucket is.
    struct IDOverride: Record {
        struct Members: Sendable {
            /// In requests also the name of a group.
            let groupID = Member<String>("groupID", default: "")
            let ids = Member<[String]>("ids", default: [])
            let environment = Member<String?>("environment")
            let unit = Member<String?>("unitType")
        }
        static let members = Members()
        var object: Object

        init(_ object: Object) { self.object = object }
    }

    /// Users that pass a gate or are in a segment, and therefore are in a group whatever their bucket is.
    struct ConditionalOverride: Record {
        enum Kind: String, JSONRepresentable { case gate, segment }

        struct Members: Sendable {
            let groupID = Member<String>("groupID", default: "")
            let kind = Member<Kind>("type", default: .gate)
            let id = Member<String?>("id")
            let name = Member<String?>("name")
            let environment = Member<String?>("environment")
        }
        static let members = Members()
        var object: Object

        init(_ object: Object) { self.object = object }

        /// The name of the gate or segment in documents.
        var gate: String {
            let id = self.id ?? self.name ?? ""
            return self.kind == .segment ? Segment.namePrefix + id : id
        }
    }

    struct Members: Sendable {
        let status = Member<Status>("status", default: .setup)
        let layerID = Member<String>("layerID", default: "")
        /// The salt of its own buckets, if it is in no layer.
        let layerSalt = Member<String>("layerSalt", default: "")
        let groups = Member<[Group]>("groups", default: [])
        let controlGroupID = Member<String>("controlGroupID", default: "")
        let launchedGroupID = Member<String?>("launchedGroupID", absent: .null)
        /// How much of the layer it has, in percent.
        let allocation = Member<Double?>("allocation")
        /// The buckets of the layer that it has, ascending.
        let buckets = Member<[Int]>("buckets", default: [])
        /// The environments that it has been started in, `nil` for all.
        let environments = Member<[String]?>("enabledNonProdEnvironments")
        let idOverrides = Member<[IDOverride]>("userIDOverrides", default: [])
        let conditionalOverrides = Member<[ConditionalOverride]>("overrides", default: [])
        let startTime = Member<Int64?>("startTime", absent: .null)
        let endTime = Member<Int64?>("endTime", absent: .null)
        let decisionTime = Member<Int64?>("decisionTime", absent: .null)
        let decisionReason = Member<String?>("decisionReason", absent: .null)
        /// In ms since 1970, until the start.
        let scheduledStartTime = Member<Int64?>("scheduledStartTime")
    }
    static let type = ResourceType.experiments
    static let members = Members()
    static let bucketCount = 1000
    var resource: Resource

    init(_ resource: Resource) { self.resource = resource }

    /// A group by ID or by name.
    func group(_ name: String) -> Group? {
        let groups = self.groups
        return groups.first { $0.id == name } ?? groups.first { $0.name == name }
    }

    /// The parameters that its groups set, in the order they first come.
    var parameters: [String] {
        var names: [String] = []
        for group in self.groups {
            for (name, _) in group.values where !names.contains(name) { names.append(name) }
        }
        return names
    }

    /// Whether it keeps buckets from others.
    var holdsBuckets: Bool { self.status == .setup || self.status == .active }
}

/// A layer: parameters that its experiments set, each for the users in its buckets.
struct Layer: TypedResource {
    struct Parameter: Record {
        struct Members: Sendable {
            let name = Member<String>("name", default: "")
            let type = Member<ParameterType>("type", default: .object)
            let defaultValue = Member<Value>("defaultValue", default: .null)
            /// The value for held-out users, `nil` for the default.
            let holdoutValue = Member<Value?>("holdoutValue")
        }
        static let members = Members()
        var object: Object

        init(_ object: Object) { self.object = object }
    }

    struct Members: Sendable {
        let parameters = Member<[Parameter]>("parameters", default: [])
    }
    static let type = ResourceType.layers
    static let members = Members()
    var resource: Resource

    init(_ resource: Resource) { self.resource = resource }

    /// The parameters' values when no experiment sets them.
    var defaults: Object { Object(self.parameters.map { ($0.name, $0.defaultValue) }) }

    /// The parameters' values for held-out users.
    var heldOut: Object { Object(self.parameters.map { ($0.name, $0.holdoutValue ?? $0.defaultValue) }) }
}

/// The kind of a parameter's values.
enum ParameterType: String, CaseIterable, JSONRepresentable {
    case string, number, boolean, object, array

    /// The kind of a value.
    init(of value: Value) {
        switch value {
        case .bool: self = .boolean
        case .string: self = .string
        case .array: self = .array
        case .object, .null: self = .object
        case .integer, .unsigned, .double: self = .number
        }
    }

    /// The JSON schema of values of the kind.
    var schema: Value { ["type": json] }
}
