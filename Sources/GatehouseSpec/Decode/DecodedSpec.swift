// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

// The loader compiles each decoded value right after it was decoded. Until then its texts point into the document.

/// A gate, config or layer as decoded (Evaluation §1.3).
struct DecodedSpec {
    var salt = JSONString.empty
    var entity = JSONString.empty
    var idType = JSONString.empty
    var isEnabled = false
    var defaultValue = DecodedReturnValue.null
    var rules: [DecodedRule] = []
    var explicitParameters: [JSONString]?
    var hasSharedParameters: Bool?
    var isActive: Bool?
    var version: UInt32?
    var targetAppIDs: [JSONString]?
    var forwardsAllExposures: Bool?
    var fieldsUsed: [JSONString] = []
    var usesNewLayerEvaluation = false
    /// The first member that format v1 may lack and that got the default of older SDKs, `nil` for none.
    var assumption: DecodingFailure?
}

/// A rule as decoded (Evaluation §1.4).
struct DecodedRule {
    var name = JSONString.empty
    var id = JSONString.empty
    var passPercentage = 0.0
    var returnValue = DecodedReturnValue.null
    /// IDs of shared conditions, in format v2.
    var conditionIDs: [JSONString] = []
    /// The conditions themselves, in format v1.
    var conditions: [DecodedCondition] = []
    var idType = JSONString.empty
    var salt: JSONString?
    var groupName: JSONString?
    var delegate: JSONString?
    var isExperimentGroup: Bool?
    var samplingRate: UInt64?
}

/// A condition as decoded (Evaluation §1.5).
struct DecodedCondition {
    var type = JSONString.empty
    var idType = JSONString.empty
    /// The target's JSON, missing where the condition has no target.
    var target = Text.missing
    var operatorName: JSONString?
    var field: JSONString?
    var salt: JSONString?
}

/// A value that rules and specs return, as decoded (Evaluation §2.6).
struct DecodedReturnValue {
    /// `other` is what can't be returned, or can't be read (Evaluation §1.1).
    enum Kind { case null, `true`, `false`, object, other }
    var kind: Kind
    var json: Text
    /// Name and JSON of each member, where the value is an object.
    var members: [(name: JSONString, value: Text)]

    static var null: DecodedReturnValue { DecodedReturnValue(kind: .null, json: Text("null"), members: []) }
}

extension JSONString {
    static var empty: JSONString { JSONString(raw: Text(""), hasEscapes: false) }
}

// MARK: - Members

private enum SpecMember {
    case type, salt, defaultValue, enabled, rules, idType, entity, name
    case explicitParameters, hasSharedParams, isActive, version, targetAppIDs, forwardAllExposures, fieldsUsed
    case useNewLayerEval, checksum

    /// The members of a spec in a map, where `name` isn't known.
    static let inMap = MemberTable(required: required, optional: optional)
    /// The members of a spec in a list, which older SDKs accept without the last two of the others.
    static let inList = MemberTable(
        required: Array(required.dropLast(assumedCount)) + [("name", .name)],
        optional: optional + required.suffix(assumedCount))

    private static let required: [MemberTable<SpecMember>.Entry] = [
        ("type", .type), ("salt", .salt), ("defaultValue", .defaultValue), ("enabled", .enabled), ("rules", .rules),
        ("idType", .idType), ("entity", .entity),
    ]
    private static let assumedCount = 2
    private static let optional: [MemberTable<SpecMember>.Entry] = [
        ("explicitParameters", .explicitParameters), ("hasSharedParams", .hasSharedParams), ("isActive", .isActive),
        ("version", .version), ("targetAppIDs", .targetAppIDs), ("forwardAllExposures", .forwardAllExposures),
        ("fieldsUsed", .fieldsUsed), ("useNewLayerEval", .useNewLayerEval), ("checksum", .checksum),
    ]
}

private enum RuleMember {
    case name, passPercentage, returnValue, id, conditions, idType
    case salt, groupName, configDelegate, isExperimentGroup, samplingRate

    static func table(_ format: DocumentFormat) -> MemberTable<RuleMember> { format == .v1 ? inline : shared }

    private static let shared = MemberTable(required: required + [idTypeEntry], optional: optional)
    /// The members of a rule in a list, which older SDKs accept without an ID type.
    private static let inline = MemberTable(required: required, optional: optional + [idTypeEntry])

    private static let idTypeEntry: MemberTable<RuleMember>.Entry = ("idType", .idType)
    private static let required: [MemberTable<RuleMember>.Entry] = [
        ("name", .name), ("passPercentage", .passPercentage), ("returnValue", .returnValue), ("id", .id),
        ("conditions", .conditions),
    ]
    private static let optional: [MemberTable<RuleMember>.Entry] = [
        ("salt", .salt), ("groupName", .groupName), ("configDelegate", .configDelegate),
        ("isExperimentGroup", .isExperimentGroup), ("samplingRate", .samplingRate),
    ]
}

private enum ConditionMember {
    case type, idType, targetValue, operatorName, field, additionalValues, checksum

    static let shared = MemberTable<ConditionMember>(
        required: [("type", .type), ("idType", .idType)], optional: optional)
    /// The members of a condition inside a rule, which older SDKs accept without an ID type.
    static let inline = MemberTable<ConditionMember>(
        required: [("type", .type)], optional: [("idType", .idType)] + optional)

    private static let optional: [MemberTable<ConditionMember>.Entry] = [
        ("targetValue", .targetValue), ("operator", .operatorName), ("field", .field),
        ("additionalValues", .additionalValues), ("checksum", .checksum),
    ]
}

// MARK: - Decoding

// The members that objects of a document may have, for checks of what a reader skips.

extension DecodedSpec {
    static let memberNames = SpecMember.inList.names
}

extension DecodedRule {
    static let memberNames = RuleMember.table(.v2).names
}

extension DecodedCondition {
    static let memberNames = ConditionMember.shared.names
}

extension DocumentReader {
    /// Decodes a gate, config or layer.
    ///
    /// - Parameters:
    ///   - section: The section that it is in.
    ///   - format: In format v1 a spec has its name and its rules' conditions inside.
    /// - Returns: The spec.
    /// - Throws: The first fault.
    mutating func spec(_ section: SpecSection, _ format: DocumentFormat) throws(DecodingFailure) -> DecodedSpec {
        var spec = DecodedSpec()
        var (idType, entity): (JSONString?, JSONString?) = (nil, nil)
        let start = position
        assumption = nil
        let table = format == .v1 ? SpecMember.inList : SpecMember.inMap
        try members(of: table) { (reader, member) throws(DecodingFailure) in
            switch member {
            case .type, .name: _ = try reader.string()
            case .salt: spec.salt = try reader.string()
            case .defaultValue: spec.defaultValue = try reader.returnValue()
            case .enabled: spec.isEnabled = try reader.bool()
            case .rules:
                try reader.elements { (reader) throws(DecodingFailure) in
                    spec.rules.append(try reader.rule(format))
                }
            case .idType: idType = try reader.assumableString(format)
            case .entity: entity = try reader.assumableString(format)
            case .explicitParameters: spec.explicitParameters = try reader.optionalStrings()
            case .hasSharedParams: spec.hasSharedParameters = try reader.optionalBool()
            case .isActive: spec.isActive = try reader.optionalBool()
            case .version: spec.version = try reader.optionalVersion()
            case .targetAppIDs: spec.targetAppIDs = try reader.optionalStrings()
            case .forwardAllExposures: spec.forwardsAllExposures = try reader.optionalBool()
            case .fieldsUsed: spec.fieldsUsed = try reader.optionalStrings() ?? []
            case .useNewLayerEval: spec.usesNewLayerEvaluation = try reader.optionalBool() ?? false
            case .checksum: _ = try reader.optionalString()
            }
        }
        spec.idType = idType ?? assume("idType", "userID", at: start)
        spec.entity = entity ?? assume("entity", section.defaultEntity, at: start)
        spec.assumption = assumption
        return spec
    }

    /// A string that format v1 may lack, and that may be null there.
    private mutating func assumableString(_ format: DocumentFormat) throws(DecodingFailure) -> JSONString? {
        format == .v1 ? try optionalString() : try string()
    }

    /// The default of older SDKs for a member that is missing.
    private mutating func assume(_ member: StaticString, _ value: StaticString, at start: Int) -> JSONString {
        let text = "the member \"\(member)\" is missing and read as \"\(value)\", as older SDKs do"
        assumption = assumption ?? failure(text, at: start)
        // Only a string with escapes is copied to memory that outlives the document.
        return JSONString(raw: Text(value), hasEscapes: true)
    }

    /// The name inside a spec of format v1, read without moving.
    ///
    /// - Returns: The empty name where the spec has none, or what precedes it can't be read; decoding the spec then tells what
    ///   is wrong.
    func nameOfSpecInList() throws(DecodingFailure) -> JSONString {
        var copy = self
        guard try copy.kind() == .object else { return .empty }
        var result = JSONString.empty
        do throws(DecodingFailure) {
            try copy.members { (reader, name) throws(DecodingFailure) in
                if name == "name", try reader.kind() == .string {
                    result = try reader.string()
                } else {
                    try reader.skip()
                }
            }
        } catch {
            guard !error.isSyntax else { throw error }
        }
        return result
    }

    /// Decodes a rule.
    ///
    /// - Parameter format: In format v1 a rule has its conditions inside, in format v2 their IDs.
    /// - Returns: The rule.
    /// - Throws: The first fault.
    mutating func rule(_ format: DocumentFormat) throws(DecodingFailure) -> DecodedRule {
        var rule = DecodedRule()
        var idType: JSONString?
        let start = position
        try members(of: RuleMember.table(format)) { (reader, member) throws(DecodingFailure) in
            switch member {
            case .name: rule.name = try reader.string()
            case .passPercentage: rule.passPercentage = try reader.double()
            case .returnValue: rule.returnValue = try reader.returnValue()
            case .id: rule.id = try reader.string()
            case .conditions where format == .v1:
                try reader.elements { (reader) throws(DecodingFailure) in
                    rule.conditions.append(try reader.condition(format))
                }
            case .conditions: rule.conditionIDs = try reader.strings()
            case .idType: idType = try reader.assumableString(format)
            case .salt: rule.salt = try reader.optionalString()
            case .groupName: rule.groupName = try reader.optionalString()
            case .configDelegate: rule.delegate = try reader.optionalString()
            case .isExperimentGroup: rule.isExperimentGroup = try reader.optionalBool()
            case .samplingRate: rule.samplingRate = try reader.isNull() ? nil : try reader.unsigned()
            }
        }
        rule.idType = idType ?? assume("idType", "userID", at: start)
        return rule
    }

    /// Decodes what a rule or default returns.
    mutating func returnValue() throws(DecodingFailure) -> DecodedReturnValue {
        switch try kind() {
        case .null:
            _ = try isNull()
            return .null
        case .bool:
            let value = try bool()
            return DecodedReturnValue(
                kind: value ? .true : .false, json: value ? Text("true") : Text("false"), members: [])
        case .object:
            var members: [(name: JSONString, value: Text)] = []
            let start = position
            reader.watchSkippedValues(fromHere: true)
            try json { (reader) throws(JSONError) in try reader.skipMembers { members.append(($0, $1)) } }
            guard reader.skippedFault == nil else {
                return DecodedReturnValue(kind: .other, json: text(from: start), members: [])
            }
            return DecodedReturnValue(kind: .object, json: text(from: start), members: members)
        default: return DecodedReturnValue(kind: .other, json: try skipped(), members: [])
        }
    }

    /// Decodes a condition.
    ///
    /// - Parameter format: In format v1 a condition may lack its ID type.
    /// - Returns: The condition.
    /// - Throws: The first fault.
    mutating func condition(_ format: DocumentFormat) throws(DecodingFailure) -> DecodedCondition {
        var condition = DecodedCondition()
        var idType: JSONString?
        let start = position
        try members(of: format == .v1 ? ConditionMember.inline : ConditionMember.shared) {
            (reader, member) throws(DecodingFailure) in
            switch member {
            case .type: condition.type = try reader.string()
            case .idType: idType = try reader.assumableString(format)
            case .targetValue: condition.target = try reader.rawByItself() ?? .missing
            case .operatorName: condition.operatorName = try reader.optionalString()
            case .field: condition.field = try reader.optionalString()
            case .additionalValues: condition.salt = try reader.isNull() ? nil : try reader.salt()
            case .checksum: _ = try reader.optionalString()
            }
        }
        condition.idType = idType ?? assume("idType", "userID", at: start)
        return condition
    }

    /// The salt among the additional values, all of which have to be strings.
    private mutating func salt() throws(DecodingFailure) -> JSONString? {
        var result: JSONString?
        try members { (reader, name) throws(DecodingFailure) in
            let value = try reader.string()
            if name == "salt" { result = value }
        }
        return result
    }
}
