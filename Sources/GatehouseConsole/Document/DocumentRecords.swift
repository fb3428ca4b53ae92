// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A rule of a spec in a document.
struct DocumentRule: Record {
    struct Members: Sendable {
        let id = Member<String>("id", default: "")
        let name = Member<String?>("name")
        let groupName = Member<String?>("groupName")
        let salt = Member<String>("salt", default: "")
        let passPercentage = Member<Double?>("passPercentage")
        let returnValue = Member<Value?>("returnValue")
        /// IDs of shared conditions in format v2, conditions in format v1.
        let conditions = Member<[Value]>("conditions", default: [])
        let isExperimentGroup = Member<Bool>("isExperimentGroup", default: false)
        let delegate = Member<String>("configDelegate", default: "")
        let isDeviceBased = Member<Bool?>("isDeviceBased")
    }
    static let members = Members()
    var object: Object

    init(_ object: Object) { self.object = object }
}

/// A condition of a document.
struct SpecCondition: Record {
    struct Members: Sendable {
        let type = Member<String>("type", default: "")
        let target = Member<Value>("targetValue", default: .null)
        let comparison = Member<String>("operator", default: "")
        let field = Member<String>("field", default: "")
        let additional = Member<AdditionalValues>("additionalValues", default: AdditionalValues([:]))
        let idType = Member<String>("idType", default: "")
        let isDeviceBased = Member<Bool?>("isDeviceBased")
    }
    static let members = Members()
    var object: Object

    init(_ object: Object) { self.object = object }

    /// The types of conditions that documents have, as far as the console tells them apart.
    enum Kind: String {
        case everyone = "public"
        case passesGate = "pass_gate"
        case failsGate = "fail_gate"
        case passesGates = "multi_pass_gate"
        case failsGates = "multi_fail_gate"
        case userField = "user_field"
        case ipBased = "ip_based"
        case userAgentBased = "ua_based"
        case environment = "environment_field"
        case time = "current_time"
        case targetApp = "target_app"
        case unitID = "unit_id"
        case bucket = "user_bucket"
    }

    /// The type, `nil` for others than the console knows.
    var kind: Kind? { Kind(rawValue: self.type) }

    /// The targets that are texts.
    var texts: [String] { (self.target.array ?? []).compactMap(\.string) }
}

/// What conditions have beside a field and a target.
struct AdditionalValues: Record {
    struct Members: Sendable {
        let salt = Member<Value?>("salt")
        let customField = Member<Value?>("custom_field")
        let customID = Member<Value?>("custom_id")
    }
    static let members = Members()
    var object: Object

    init(_ object: Object) { self.object = object }
}

/// The members of a spec that the console reads and writes.
struct SpecMembers: Record {
    struct Members: Sendable {
        let type = Member<String>("type", default: "")
        let salt = Member<String>("salt", default: "")
        let isEnabled = Member<Bool>("enabled", default: false)
        let defaultValue = Member<Value?>("defaultValue")
        let rules = Member<[DocumentRule]>("rules", default: [])
        let idType = Member<String?>("idType")
        let kind = Member<SpecKind?>("entity")
        let version = Member<Int64?>("version")
        let isActive = Member<Bool?>("isActive")
        let hasSharedParameters = Member<Bool?>("hasSharedParams")
        let explicitParameters = Member<[String]?>("explicitParameters")
        let targetApps = Member<[String]?>("targetAppIDs")
        let isDeviceBased = Member<Bool?>("isDeviceBased")
    }
    static let members = Members()
    var object: Object

    init(_ object: Object) { self.object = object }

    /// The members that types of resources describe; resources keep the others as they are.
    static let described: Set<String> = [
        "name", members.type.name, members.salt.name, members.isEnabled.name, members.defaultValue.name,
        members.rules.name, members.idType.name, members.kind.name, members.version.name, members.isActive.name,
        members.hasSharedParameters.name, members.explicitParameters.name, members.targetApps.name,
        members.isDeviceBased.name,
    ]
}
