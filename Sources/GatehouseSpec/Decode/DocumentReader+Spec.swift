// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

extension DocumentReader {
    private static let requiredInSpec: [StaticString] = [
        "type", "salt", "defaultValue", "enabled", "rules", "idType", "entity",
    ]
    private static let requiredInRule: [StaticString] = [
        "name", "passPercentage", "returnValue", "id", "conditions", "idType",
    ]

    /// A gate, config or layer (Evaluation §1.3).
    ///
    /// - Parameter isInline: Whether it is one of `dcs-v1`: with its name and its rules' conditions inside.
    mutating func spec(isInline: Bool) throws(DecodingFailure) -> WireSpec {
        let start = reader.position
        var spec = WireSpec()
        var log = MemberLog()
        try members { (reader, name) throws(DecodingFailure) in
            if name == "type" {
                try log.note(0, reader)
                _ = try reader.string()
            } else if name == "salt" {
                try log.note(1, reader)
                spec.salt = try reader.string()
            } else if name == "defaultValue" {
                try log.note(2, reader)
                spec.defaultValue = try reader.returnValue()
            } else if name == "enabled" {
                try log.note(3, reader)
                spec.isEnabled = try reader.bool()
            } else if name == "rules" {
                try log.note(4, reader)
                try reader.elements { (reader) throws(DecodingFailure) in
                    spec.rules.append(try reader.rule(isInline: isInline))
                }
            } else if name == "idType" {
                try log.note(5, reader)
                spec.idType = try reader.string()
            } else if name == "entity" {
                try log.note(6, reader)
                spec.entity = try reader.string()
            } else if isInline, name == "name" {
                try log.note(7, reader)
                _ = try reader.string()
            } else {
                try reader.optionalSpecMember(name, &spec, &log)
            }
        }
        try log.require(DocumentReader.requiredInSpec + (isInline ? ["name"] : []), self, at: start)
        return spec
    }

    private mutating func optionalSpecMember(
        _ name: JSONString, _ spec: inout WireSpec, _ log: inout MemberLog
    ) throws(DecodingFailure) {
        if name == "explicitParameters" {
            try log.note(8, self)
            spec.explicitParameters = try optional { (r) throws(DecodingFailure) in try r.strings() }
        } else if name == "hasSharedParams" {
            try log.note(9, self)
            spec.hasSharedParameters = try optional { (r) throws(DecodingFailure) in try r.bool() }
        } else if name == "isActive" {
            try log.note(10, self)
            spec.isActive = try optional { (r) throws(DecodingFailure) in try r.bool() }
        } else if name == "version" {
            try log.note(11, self)
            spec.version = try optional { (r) throws(DecodingFailure) in try r.version() }
        } else if name == "targetAppIDs" {
            try log.note(12, self)
            spec.targetAppIDs = try optional { (r) throws(DecodingFailure) in try r.strings() }
        } else if name == "forwardAllExposures" {
            try log.note(13, self)
            spec.forwardsAllExposures = try optional { (r) throws(DecodingFailure) in try r.bool() }
        } else if name == "fieldsUsed" {
            try log.note(14, self)
            spec.fieldsUsed = try optional { (r) throws(DecodingFailure) in try r.strings() } ?? []
        } else if name == "useNewLayerEval" {
            try log.note(15, self)
            spec.usesNewLayerEvaluation = try optional { (r) throws(DecodingFailure) in try r.bool() } ?? false
        } else if name == "checksum" {
            try log.note(16, self)
            _ = try optional { (r) throws(DecodingFailure) in try r.string() }
        } else {
            try skip()
        }
    }

    mutating func version() throws(DecodingFailure) -> UInt32 {
        UInt32(truncatingIfNeeded: try unsigned(upTo: UInt64(UInt32.max)))
    }

    /// A rule (Evaluation §1.4).
    mutating func rule(isInline: Bool) throws(DecodingFailure) -> WireRule {
        let start = reader.position
        var rule = WireRule()
        var log = MemberLog()
        try members { (reader, name) throws(DecodingFailure) in
            if name == "name" {
                try log.note(0, reader)
                rule.name = try reader.string()
            } else if name == "passPercentage" {
                try log.note(1, reader)
                rule.passPercentage = try reader.double()
            } else if name == "returnValue" {
                try log.note(2, reader)
                rule.returnValue = try reader.returnValue()
            } else if name == "id" {
                try log.note(3, reader)
                rule.id = try reader.string()
            } else if name == "conditions" {
                try log.note(4, reader)
                if isInline {
                    try reader.elements { (reader) throws(DecodingFailure) in
                        rule.conditions.append(try reader.condition())
                    }
                } else {
                    rule.conditionIDs = try reader.strings()
                }
            } else if name == "idType" {
                try log.note(5, reader)
                rule.idType = try reader.string()
            } else {
                try reader.optionalRuleMember(name, &rule, &log)
            }
        }
        try log.require(DocumentReader.requiredInRule, self, at: start)
        return rule
    }

    private mutating func optionalRuleMember(
        _ name: JSONString, _ rule: inout WireRule, _ log: inout MemberLog
    ) throws(DecodingFailure) {
        if name == "salt" {
            try log.note(6, self)
            rule.salt = try optional { (r) throws(DecodingFailure) in try r.string() }
        } else if name == "groupName" {
            try log.note(7, self)
            rule.groupName = try optional { (r) throws(DecodingFailure) in try r.string() }
        } else if name == "configDelegate" {
            try log.note(8, self)
            rule.delegate = try optional { (r) throws(DecodingFailure) in try r.string() }
        } else if name == "isExperimentGroup" {
            try log.note(9, self)
            rule.isExperimentGroup = try optional { (r) throws(DecodingFailure) in try r.bool() }
        } else if name == "samplingRate" {
            try log.note(10, self)
            rule.samplingRate = try optional { (r) throws(DecodingFailure) in try r.unsigned() }
        } else {
            try skip()
        }
    }

    /// What a rule or default returns, its members listed as far as it is an object (Evaluation §2.6).
    mutating func returnValue() throws(DecodingFailure) -> WireReturn {
        switch try kind() {
        case .null:
            _ = try isNull()
            return .null
        case .bool:
            let value = try bool()
            return WireReturn(kind: value ? .true : .false, json: value ? Text("true") : Text("false"), members: [])
        case .object:
            var members: [(name: JSONString, value: Text)] = []
            let start = reader.position
            try self.members { (reader, name) throws(DecodingFailure) in
                members.append((name, try reader.raw()))
            }
            return WireReturn(kind: .object, json: reader.slice(start..<reader.position), members: members)
        default:
            return WireReturn(kind: .other, json: try raw(), members: [])
        }
    }

    // MARK: - Conditions

    /// A condition (Evaluation §1.5).
    mutating func condition() throws(DecodingFailure) -> WireCondition {
        let start = reader.position
        var condition = WireCondition()
        var log = MemberLog()
        try members { (reader, name) throws(DecodingFailure) in
            if name == "type" {
                try log.note(0, reader)
                condition.type = try reader.string()
            } else if name == "idType" {
                try log.note(1, reader)
                condition.idType = try reader.string()
            } else if name == "targetValue" {
                try log.note(2, reader)
                condition.target = try reader.raw()
            } else if name == "operator" {
                try log.note(3, reader)
                condition.comparison = try reader.optional { (r) throws(DecodingFailure) in try r.string() }
            } else if name == "field" {
                try log.note(4, reader)
                condition.field = try reader.optional { (r) throws(DecodingFailure) in try r.string() }
            } else if name == "additionalValues" {
                try log.note(5, reader)
                condition.salt = try reader.optional { (r) throws(DecodingFailure) in try r.salt() } ?? nil
            } else if name == "checksum" {
                try log.note(6, reader)
                _ = try reader.optional { (r) throws(DecodingFailure) in try r.string() }
            } else {
                try reader.skip()
            }
        }
        try log.require(["type", "idType"], self, at: start)
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

    /// The extension `"bucketing"` (see <doc:GatehouseSpec>).
    mutating func bucketing() throws(DecodingFailure) -> JSONString? {
        let start = reader.position
        guard let value = try optional({ (r) throws(DecodingFailure) in try r.string() }) else { return nil }
        guard value == "sha256" || value == "xxh3" else {
            throw failure("expected \"sha256\" or \"xxh3\", found \"\(value.string.prefix(40))\"", at: start)
        }
        return value
    }
}
