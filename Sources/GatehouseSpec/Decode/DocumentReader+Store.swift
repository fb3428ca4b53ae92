// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

extension DocumentReader {
    /// The parameter stores by name (Evaluation §1.7); any fault spoils the document.
    mutating func parameterStores() throws(DecodingFailure) -> [WireParameterStore] {
        if try isNull() { return [] }
        var result: [WireParameterStore] = []
        try members { (reader, name) throws(DecodingFailure) in
            let start = reader.reader.position
            var store = WireParameterStore(name: name)
            var log = MemberLog()
            try reader.members { (reader, name) throws(DecodingFailure) in
                if name == "parameters" {
                    try log.note(0, reader)
                    try reader.members { (reader, name) throws(DecodingFailure) in
                        store.parameters.append(try reader.parameter(named: name))
                    }
                } else if name == "targetAppIDs" {
                    try log.note(1, reader)
                    store.targetAppIDs = try reader.optional { (r) throws(DecodingFailure) in try r.strings() }
                } else if name == "version" {
                    try log.note(2, reader)
                    store.version = try reader.optional { (r) throws(DecodingFailure) in try r.version() }
                } else {
                    try reader.skip()
                }
            }
            try log.require(["parameters"], reader, at: start)
            result.append(store)
        }
        return result
    }

    /// A parameter, whose source follows from the members it has; what it says of itself isn't consulted.
    private mutating func parameter(named name: JSONString) throws(DecodingFailure) -> WireParameterStore.Parameter {
        let start = reader.position
        var raw: [(name: StaticString, value: Text)] = []
        var strings: [(name: StaticString, value: JSONString)] = []
        var refType = JSONString.empty
        var type = JSONString.empty
        var log = MemberLog()
        try members { (reader, name) throws(DecodingFailure) in
            if name == "ref_type" {
                try log.note(0, reader)
                refType = try reader.string()
            } else if name == "param_type" {
                try log.note(1, reader)
                type = try reader.string()
            } else if let known = DocumentReader.rawMembers.first(where: { name == $0 }) {
                raw.append((known, try reader.raw()))
            } else if let known = DocumentReader.stringMembers.first(where: { name == $0 }),
                try reader.kind() == .string
            {
                strings.append((known, try reader.string()))
            } else {
                try reader.skip()
            }
        }
        try log.require(["ref_type", "param_type"], self, at: start)

        func string(_ name: StaticString) -> JSONString? { strings.last { Text($0.name) == name }?.value }
        func value(_ name: StaticString) -> Text? { raw.last { Text($0.name) == name }?.value }
        func parameter(
            _ source: ParameterStoreRow.Source, _ entity: JSONString? = nil, _ parameter: JSONString? = nil,
            _ value: Text = .missing, _ failValue: Text = .missing
        ) -> WireParameterStore.Parameter {
            WireParameterStore.Parameter(
                name: name, refType: refType, type: type, source: source, entity: entity, parameter: parameter,
                value: value, failValue: failValue)
        }
        if let value = value("value") { return parameter(.static, nil, nil, value) }
        if let gate = string("gate_name"), let pass = value("pass_value"), let fail = value("fail_value") {
            return parameter(.gate, gate, nil, pass, fail)
        }
        if let name = string("param_name") {
            if let config = string("config_name") { return parameter(.dynamicConfig, config, name) }
            if let experiment = string("experiment_name") { return parameter(.experiment, experiment, name) }
            if let layer = string("layer_name") { return parameter(.layer, layer, name) }
        }
        throw failure(
            """
            expected "value", or "gate_name" with "pass_value" and "fail_value", or "param_name" with "config_name", \
            "experiment_name" or "layer_name"
            """, at: start)
    }

    private static let rawMembers: [StaticString] = ["value", "pass_value", "fail_value"]
    private static let stringMembers: [StaticString] = [
        "gate_name", "config_name", "param_name", "experiment_name", "layer_name",
    ]

    // MARK: - Config mappings

    /// The config mappings by name (Evaluation §1.8).
    mutating func mappings() throws(DecodingFailure) -> [WireMappings]? {
        if try isNull() { return nil }
        var result: [WireMappings] = []
        try members { (reader, name) throws(DecodingFailure) in
            var mappings = WireMappings(name: name)
            try reader.elements { (reader) throws(DecodingFailure) in
                mappings.mappings.append(try reader.mapping())
            }
            result.append(mappings)
        }
        return result
    }

    private mutating func mapping() throws(DecodingFailure) -> WireMappings.Mapping {
        let start = reader.position
        var mapping = WireMappings.Mapping()
        var log = MemberLog()
        try members { (reader, name) throws(DecodingFailure) in
            if name == "new_config_name" {
                try log.note(0, reader)
                mapping.newName = try reader.string()
            } else if name == "rules" {
                try log.note(1, reader)
                try reader.elements { (reader) throws(DecodingFailure) in
                    mapping.triggers.append(try reader.trigger())
                }
            } else {
                try reader.skip()
            }
        }
        try log.require(["new_config_name", "rules"], self, at: start)
        return mapping
    }

    private mutating func trigger() throws(DecodingFailure) -> (rule: JSONString, startTime: Int64) {
        let start = reader.position
        var trigger = (rule: JSONString.empty, startTime: Int64(0))
        var log = MemberLog()
        try members { (reader, name) throws(DecodingFailure) in
            if name == "rule_name" {
                try log.note(0, reader)
                trigger.rule = try reader.string()
            } else if name == "start_time" {
                try log.note(1, reader)
                trigger.startTime = try reader.optional { (r) throws(DecodingFailure) in try r.integer() } ?? 0
            } else {
                try reader.skip()
            }
        }
        try log.require(["rule_name"], self, at: start)
        return trigger
    }

    /// The rules that config mappings refer to; they are named by their key, which is stored as their name.
    mutating func overrideRules() throws(DecodingFailure) -> [WireRule]? {
        if try isNull() { return nil }
        var result: [WireRule] = []
        try members { (reader, key) throws(DecodingFailure) in
            var rule = try reader.rule(isInline: false)
            rule.name = key
            result.append(rule)
        }
        return result
    }
}
