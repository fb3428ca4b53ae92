// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A contextual bandit as decoded (Evaluation §1.6).
struct DecodedAutotune {
    struct Group {
        var id = JSONString.empty
        var name = JSONString.empty
        var returnValue = DecodedReturnValue.null
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
    var defaultValue = DecodedReturnValue.null
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

private enum AutotuneMember {
    case salt, defaultValue, idType, enabled, version, sampleRate, higherIsBetter, groups
    case config, targetAppIDs, targetingGateName

    static let table = MemberTable<AutotuneMember>(
        required: [
            ("salt", .salt), ("defaultValue", .defaultValue), ("idType", .idType), ("enabled", .enabled),
            ("version", .version), ("sampleRate", .sampleRate), ("higherIsBetter", .higherIsBetter),
            ("groups", .groups),
        ],
        optional: [
            ("config", .config), ("targetAppIDs", .targetAppIDs), ("targetingGateName", .targetingGateName),
        ])
}

private enum GroupMember {
    case name, id, parameterValues

    static let table = MemberTable<GroupMember>(
        required: [("name", .name), ("id", .id), ("parameterValues", .parameterValues)])
}

private enum ModelMember {
    case alpha, intercept, records, weightsNumerical, weightsCategorical

    static let table = MemberTable<ModelMember>(
        required: [
            ("alpha", .alpha), ("intercept", .intercept), ("records", .records),
            ("weightsNumerical", .weightsNumerical), ("weightsCategorical", .weightsCategorical),
        ])
}

extension DocumentReader {
    /// Decodes the contextual bandits by name; a fault in one of them spoils the document.
    mutating func autotunes() throws(DecodingFailure) -> [DecodedAutotune] {
        if try isNull() { return [] }
        var result: [DecodedAutotune] = []
        try members { (reader, name) throws(DecodingFailure) in
            result.append(try reader.autotune(named: name))
        }
        return result
    }

    private mutating func autotune(named name: JSONString) throws(DecodingFailure) -> DecodedAutotune {
        var autotune = DecodedAutotune(name: name)
        try members(of: AutotuneMember.table) { (reader, member) throws(DecodingFailure) in
            switch member {
            case .salt: autotune.salt = try reader.string()
            case .defaultValue: autotune.defaultValue = try reader.returnValue()
            case .idType: autotune.idType = try reader.string()
            case .enabled: autotune.isEnabled = try reader.bool()
            case .version: autotune.version = try reader.version()
            case .sampleRate: autotune.sampleRate = try reader.double()
            case .higherIsBetter: autotune.higherIsBetter = try reader.bool()
            case .groups:
                try reader.elements { (reader) throws(DecodingFailure) in
                    autotune.groups.append(try reader.autotuneGroup())
                }
            case .config: autotune.models = try reader.isNull() ? nil : try reader.models()
            case .targetAppIDs: autotune.targetAppIDs = try reader.optionalStrings()
            case .targetingGateName: autotune.targetingGate = try reader.optionalString()
            }
        }
        return autotune
    }

    private mutating func autotuneGroup() throws(DecodingFailure) -> DecodedAutotune.Group {
        var group = DecodedAutotune.Group()
        try members(of: GroupMember.table) { (reader, member) throws(DecodingFailure) in
            switch member {
            case .name: group.name = try reader.string()
            case .id: group.id = try reader.string()
            case .parameterValues: group.returnValue = try reader.returnValue()
            }
        }
        return group
    }

    private mutating func models() throws(DecodingFailure) -> [DecodedAutotune.Model] {
        var result: [DecodedAutotune.Model] = []
        try members { (reader, name) throws(DecodingFailure) in
            var model = try reader.model()
            model.groupID = name
            result.append(model)
        }
        return result
    }

    private mutating func model() throws(DecodingFailure) -> DecodedAutotune.Model {
        var model = DecodedAutotune.Model()
        try members(of: ModelMember.table) { (reader, member) throws(DecodingFailure) in
            switch member {
            case .alpha: model.alpha = try reader.double()
            case .intercept: model.intercept = try reader.double()
            case .records: model.records = try reader.unsigned()
            case .weightsNumerical: model.numerical = try reader.weights().map { ($0.name, $0.weight) }
            case .weightsCategorical:
                try reader.members { (reader, field) throws(DecodingFailure) in
                    model.categorical.append((field, try reader.weights().map { ($0.name, $0.weight) }))
                }
            }
        }
        return model
    }

    private mutating func weights() throws(DecodingFailure) -> [(name: JSONString, weight: Double)] {
        var result: [(name: JSONString, weight: Double)] = []
        try members { (reader, name) throws(DecodingFailure) in
            result.append((name, try reader.double()))
        }
        return result
    }
}
