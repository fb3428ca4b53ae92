// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

// The parts of a document as they are decoded: each lives until it is compiled, its texts point into the document's bytes.

struct WireSpec {
    var salt = JSONString.empty
    var entity = JSONString.empty
    var idType = JSONString.empty
    var isEnabled = false
    var defaultValue = WireReturn.null
    var rules: [WireRule] = []
    var explicitParameters: [JSONString]?
    var hasSharedParameters: Bool?
    var isActive: Bool?
    var version: UInt32?
    var targetAppIDs: [JSONString]?
    var forwardsAllExposures: Bool?
    var fieldsUsed: [JSONString] = []
    var usesNewLayerEvaluation = false
}

struct WireRule {
    var name = JSONString.empty
    var id = JSONString.empty
    var passPercentage = 0.0
    var returnValue = WireReturn.null
    /// Ids of shared conditions, in `dcs-v2`.
    var conditionIDs: [JSONString] = []
    /// The conditions themselves, in `dcs-v1`.
    var conditions: [WireCondition] = []
    var idType = JSONString.empty
    var salt: JSONString?
    var groupName: JSONString?
    var delegate: JSONString?
    var isExperimentGroup: Bool?
    var samplingRate: UInt64?
}

struct WireCondition {
    var type = JSONString.empty
    var idType = JSONString.empty
    /// JSON, missing when there is none.
    var target = Text.missing
    var comparison: JSONString?
    var field: JSONString?
    var salt: JSONString?
}

struct WireReturn {
    enum Kind { case null, `true`, `false`, object, other }
    var kind: Kind
    var json: Text
    /// Name and JSON of each member.
    var members: [(name: JSONString, value: Text)]

    static var null: WireReturn { WireReturn(kind: .null, json: Text("null"), members: []) }
}

struct WireAutotune {
    struct Group {
        var id = JSONString.empty
        var name = JSONString.empty
        var returnValue = WireReturn.null
    }

    struct Model {
        var groupID = JSONString.empty
        var alpha = 0.0
        var intercept = 0.0
        var records: UInt64 = 0
        var numerical: [(field: JSONString, weight: Double)] = []
        var categorical: [(field: JSONString, weights: [(category: JSONString, weight: Double)])] = []
    }

    var name = JSONString.empty
    var salt = JSONString.empty
    var defaultValue = WireReturn.null
    var idType = JSONString.empty
    var isEnabled = false
    var version: UInt32 = 0
    var sampleRate = 0.0
    var higherIsBetter = false
    var groups: [Group] = []
    var models: [Model]?
    var targetAppIDs: [JSONString]?
    var targetingGate: JSONString?
}

struct WireParameterStore {
    struct Parameter {
        var name: JSONString
        var refType: JSONString
        var type: JSONString
        var source: ParameterStoreRow.Source
        var entity: JSONString?
        var parameter: JSONString?
        var value: Text
        var failValue: Text
    }

    var name: JSONString
    var parameters: [Parameter] = []
    var targetAppIDs: [JSONString]?
    var version: UInt32?
}

struct WireMappings {
    struct Mapping {
        var newName = JSONString.empty
        var triggers: [(rule: JSONString, startTime: Int64)] = []
    }

    var name: JSONString
    var mappings: [Mapping] = []
}

struct WireSessionReplay {
    struct Trigger {
        var name: JSONString
        var samplingRate: Double?
        var values: [JSONString]?
    }

    struct PrivacySettings {
        var mode = JSONString.empty
        var unmaskedElements: [JSONString]?
        var maskedElements: [JSONString]?
        var blockedElements: [JSONString]?
    }

    var samplingRate: Double?
    var targetingGate: JSONString?
    var isBlocked: Bool?
    var eventTriggers: [Trigger]?
    var exposureTriggers: [Trigger]?
    var privacySettings: PrivacySettings?
}

extension JSONString {
    static var empty: JSONString { JSONString(raw: Text(""), hasEscapes: false) }
}
