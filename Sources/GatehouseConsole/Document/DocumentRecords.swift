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
        /// The experiment that a layer's rule asks.
        let delegate = Member<String?>("configDelegate")
        let idType = Member<String>("idType", default: "")
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
        let comparison = Member<String?>("operator", absent: .null)
        /// A text, `null`, or missing: the ID of a condition is made of all of them.
        let field = Member<Value?>("field")
        /// ``AdditionalValues`` or `null`.
        let additionalValues = Member<Value?>("additionalValues")
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

    /// The type as SDKs read it, whatever the case of its letters.
    var kindIgnoringCase: Kind? { Kind(rawValue: self.type.lowercased()) }

    var additional: AdditionalValues {
        self.additionalValues.flatMap(AdditionalValues.init(json:)) ?? AdditionalValues([:])
    }

    /// The targets that are texts.
    var texts: [String] { (self.target.array ?? []).compactMap(\.string) }
}

/// The additional values of a condition.
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

/// The members of a document beside its specs and conditions.
struct DocumentMembers: Record {
    struct Members: Sendable {
        let hasUpdates = Member<Bool>("has_updates", default: false)
        /// In ms since 1970.
        let time = Member<Value?>("time")
        let format = Member<String?>("response_format")
        let checksum = Member<Value?>("checksum")
        let defaultEnvironment = Member<String?>("default_environment")
        let appID = Member<String?>("app_id")
        let hashedKeyUsed = Member<Value?>("hashed_sdk_key_used")
        /// The layer of each experiment, in format v2.
        let experimentLayers = Member<Object?>("experiment_to_layer")
        /// The experiments of each layer, in format v1.
        let layers = Member<Object?>("layers")
        let idLists = Member<Object?>("id_lists")
        let parameterStores = Member<Object?>("param_stores")
        let autotunes = Member<Object?>("cmab_configs")
        /// Mappings of configs to one another, and the rules that those name.
        let mappings = Member<Object?>("overrides")
        let mappingRules = Member<Object?>("override_rules")
        let keyApps = Member<Object?>("sdk_keys_to_app_ids")
        let hashedKeyApps = Member<Object?>("hashed_sdk_keys_to_app_ids")
        let hashedKeyEntities = Member<Value?>("hashed_sdk_keys_to_entities")
    }
    static let members = Members()
    var object: Object

    init(_ object: Object) { self.object = object }

    /// The members that resources make; those that are left describe the document as a whole.
    static let made: Set<String> = [
        members.hasUpdates.name, members.time.name, members.format.name, members.checksum.name,
        members.experimentLayers.name, members.parameterStores.name, members.idLists.name,
        members.appID.name, members.hashedKeyUsed.name,
    ]

    /// The members that have an entry for each of many names.
    static let indexes: [Member<Object?>] = [
        members.experimentLayers, members.layers, members.idLists, members.parameterStores, members.autotunes,
    ]
}
