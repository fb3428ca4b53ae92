// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// An experiment, read from its resource.
struct Experiment: Sendable {
    enum Status: String, CaseIterable, Sendable {
        case setup, active, abandoned, archived
        case decided = "decision_made"
        case stopped = "experiment_stopped"
        case assignmentStopped = "assignment_stopped"
    }

    struct Group: Sendable {
        let id: String
        let name: String
        /// In percent.
        let size: Double
        let values: Object
        let isDisabled: Bool

        init(_ object: Object) {
            id = object.text("id")
            name = object.text("name")
            size = object.number("size") ?? 0
            values = object.object("parameterValues")
            isDisabled = object.flag("disabled")
        }
    }

    /// Units that are in a group whatever their bucket is.
    struct IDOverride: Sendable {
        let groupID: String
        let ids: [String]
        let environment: String?
        let unit: String?

        init(_ object: Object) {
            groupID = object.text("groupID")
            ids = object.texts("ids")
            environment = object["environment"]?.string
            unit = object["unitType"]?.string
        }
    }

    /// Users of a gate or segment, who are in a group whatever their bucket is.
    struct ConditionalOverride: Sendable {
        let groupID: String
        /// The name in documents.
        let gate: String
        let environment: String?

        init(_ object: Object) {
            groupID = object.text("groupID")
            let id = object["id"]?.string ?? object.text("name")
            gate = object.text("type") == "segment" ? "segment:\(id)" : id
            environment = object["environment"]?.string
        }
    }

    static let bucketCount = 1000

    let id: String
    let idType: String
    let salt: String
    /// The salt of its own buckets, if it is in no layer.
    let layerSalt: String
    let layerID: String
    let status: Status
    let groups: [Group]
    let launchedGroupID: String
    /// The buckets of the layer that it has, ascending.
    let buckets: [Int]
    /// Empty for everyone.
    let targetingGate: String
    /// The environments that it has been started in, empty for all.
    let environments: [String]
    let idOverrides: [IDOverride]
    let conditionalOverrides: [ConditionalOverride]

    init(_ resource: Resource) {
        let members = resource.members
        id = resource.id
        idType = resource.idType
        salt = resource.salt
        layerSalt = members.text("layerSalt")
        layerID = members.text("layerID")
        status = Status(rawValue: members.text("status")) ?? .setup
        groups = members.objects("groups").map(Group.init)
        launchedGroupID = members.text("launchedGroupID")
        buckets = members.list("buckets").compactMap { $0.integer.map { Int(clamping: $0) } }
        targetingGate = members.text("targetingGateID")
        environments = members.texts("enabledNonProdEnvironments")
        idOverrides = members.objects("userIDOverrides").map(IDOverride.init)
        conditionalOverrides = members.objects("overrides").map(ConditionalOverride.init)
    }

    /// A group by ID or by name.
    func group(_ name: String) -> Group? {
        groups.first { $0.id == name } ?? groups.first { $0.name == name }
    }

    /// The parameters that its groups set, in the order they first come.
    var parameters: [String] {
        var names: [String] = []
        for group in groups {
            for (name, _) in group.values where !names.contains(name) { names.append(name) }
        }
        return names
    }

    /// Whether it keeps buckets from others.
    var holdsBuckets: Bool { status == .setup || status == .active }
}
