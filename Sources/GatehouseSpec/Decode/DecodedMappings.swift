// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// The mappings of one config to others, as decoded (Evaluation §1.8).
struct DecodedMappings {
    struct Mapping {
        var newName = JSONString.empty
        var triggers: [Trigger] = []
    }

    struct Trigger {
        var rule = JSONString.empty
        var startTime: Int64 = 0
    }

    var name: JSONString
    var mappings: [Mapping] = []
}

private enum MappingMember {
    case newConfigName, rules

    static let table = MemberTable<MappingMember>(required: [("new_config_name", .newConfigName), ("rules", .rules)])
}

private enum TriggerMember {
    case ruleName, startTime

    static let table = MemberTable<TriggerMember>(
        required: [("rule_name", .ruleName)], optional: [("start_time", .startTime)])
}

extension DocumentReader {
    /// Decodes the config mappings by the name of the config; a fault in one of them spoils the document.
    mutating func mappings() throws(DecodingFailure) -> [DecodedMappings]? {
        if try isNull() { return nil }
        var result: [DecodedMappings] = []
        try members { (reader, name) throws(DecodingFailure) in
            var mappings = DecodedMappings(name: name)
            try reader.elements { (reader) throws(DecodingFailure) in
                mappings.mappings.append(try reader.mapping())
            }
            result.append(mappings)
        }
        return result
    }

    private mutating func mapping() throws(DecodingFailure) -> DecodedMappings.Mapping {
        var mapping = DecodedMappings.Mapping()
        try members(of: MappingMember.table) { (reader, member) throws(DecodingFailure) in
            switch member {
            case .newConfigName: mapping.newName = try reader.string()
            case .rules:
                try reader.elements { (reader) throws(DecodingFailure) in
                    mapping.triggers.append(try reader.trigger())
                }
            }
        }
        return mapping
    }

    private mutating func trigger() throws(DecodingFailure) -> DecodedMappings.Trigger {
        var trigger = DecodedMappings.Trigger()
        try members(of: TriggerMember.table) { (reader, member) throws(DecodingFailure) in
            switch member {
            case .ruleName: trigger.rule = try reader.string()
            case .startTime: trigger.startTime = try reader.isNull() ? 0 : try reader.integer()
            }
        }
        return trigger
    }

    /// Decodes the rules that config mappings refer to by their key, which becomes the rule's name.
    mutating func overrideRules() throws(DecodingFailure) -> [DecodedRule]? {
        if try isNull() { return nil }
        var result: [DecodedRule] = []
        try members { (reader, key) throws(DecodingFailure) in
            var rule = try reader.rule(.v2)
            rule.name = key
            result.append(rule)
        }
        return result
    }
}
