// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A gate: true for users that pass one of its rules.
struct Gate: TypedResource {
    enum Status: String, JSONRepresentable {
        case inProgress = "In Progress"
        /// True for all users that no holdout holds out.
        case launched = "Launched"
        case disabled = "Disabled"
        case archived = "Archived"
    }

    struct Members: Sendable {
        let status = Member<Status>("status", default: .inProgress)
        let isEnabled = Member<Bool?>("isEnabled")
    }
    static let type = ResourceType.gates
    static let members = Members()
    var resource: Resource

    init(_ resource: Resource) { self.resource = resource }
}

/// A segment: units by rules, or by a list of IDs.
struct Segment: TypedResource {
    enum Kind: String, CaseIterable, JSONRepresentable {
        case idList = "id_list"
        case ruleBased = "rule_based"
        case analysisList = "analysis_list"
        case userStoreIDList = "user_store_id_list"
    }

    struct Members: Sendable {
        let kind = Member<Kind>("type", default: .idList)
        let ids = Member<[String]>("ids", default: [])
        let count = Member<Int>("count", default: 0)
    }
    static let type = ResourceType.segments
    static let members = Members()
    /// How a name in a document begins that belongs to a segment.
    static let namePrefix = "segment:"
    var resource: Resource

    init(_ resource: Resource) { self.resource = resource }

    /// The name in documents.
    var documentName: String { Segment.namePrefix + id }

    /// The ID in a name that documents have, `nil` for the name of a gate.
    static func id(inName name: String) -> String? {
        name.hasPrefix(namePrefix) ? String(name.dropFirst(namePrefix.count)) : nil
    }
}

/// A holdout: a gate that is true for the users that it holds out of the resources it covers.
struct Holdout: TypedResource {
    struct Members: Sendable {
        let isEnabled = Member<Bool>("isEnabled", default: false)
        let isGlobal = Member<Bool>("isGlobal", default: false)
        let passPercentage = Member<Double>("passPercentage", default: 0)
        let gateIDs = Member<[String]>("gateIDs", default: [])
        let experimentIDs = Member<[String]>("experimentIDs", default: [])
        let layerIDs = Member<[String]>("layerIDs", default: [])
        let targetingGate = Member<String?>("targetingGateID", absent: .null)
        /// The ID of the rule that stands for the holdout in the resources it covers.
        let associationID = Member<String>("associationID", default: "")
        let baseID = Member<String>("baseID", default: "")
        let ruleID = Member<String>("ruleID", default: "")
    }
    static let type = ResourceType.holdouts
    static let members = Members()
    var resource: Resource

    init(_ resource: Resource) { self.resource = resource }

    /// The types of resources that a holdout covers.
    static let coveredTypes: [ResourceType] = [.gates, .experiments, .layers]

    /// The member that has the IDs of the covered resources of a type, `nil` for types that holdouts don't cover.
    static func coverage(of type: ResourceType) -> Member<[String]>? {
        switch type {
        case .gates: members.gateIDs
        case .experiments: members.experimentIDs
        case .layers: members.layerIDs
        default: nil
        }
    }

    /// The IDs of the covered resources of a type.
    subscript(covered type: ResourceType) -> [String] {
        get { Holdout.coverage(of: type)?.value(in: resource.object) ?? [] }
        set { Holdout.coverage(of: type)?.set(newValue, in: &resource.object) }
    }

    func covers(_ type: ResourceType, _ id: String) -> Bool { self[covered: type].contains(id) }
}
