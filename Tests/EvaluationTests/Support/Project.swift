// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec

/// A config-spec document in the making.
struct Project {
    private var gates = Object()
    private var configs = Object()
    private var layers = Object()
    private var conditions = Object()
    private var overrideRules = Object()
    /// Further members of the document.
    var members = Object()

    /// A project with one gate, called `gate`.
    init(gate rules: Rule...) {
        gates["gate"] = spec(rules, "feature_gate", false)
    }

    init() {}

    mutating func gate(
        _ name: String, _ rules: Rule..., default: Value = false, enabled: Bool = true, version: Value = .null
    ) {
        let entity = name.hasPrefix("segment:") ? "segment" : "feature_gate"
        gates[name] = spec(rules, entity, `default`, ["enabled": .bool(enabled), "version": version])
    }

    mutating func config(_ name: String, _ rules: Rule..., default: Value = [:], members: Object = [:]) {
        configs[name] = spec(rules, "dynamic_config", `default`, members)
    }

    mutating func experiment(_ name: String, _ rules: Rule..., default: Value = [:], members: Object = [:]) {
        configs[name] = spec(rules, "experiment", `default`, members)
    }

    mutating func layer(_ name: String, _ rules: Rule..., default: Value = [:], members: Object = [:]) {
        layers[name] = spec(rules, "layer", `default`, members)
    }

    /// Puts `newName` in the place of `name` for users whom the rule lets pass.
    mutating func map(_ name: String, to newName: String, _ rule: Rule, from startTime: Int64? = nil) {
        overrideRules[rule.id] = json(of: rule)
        var trigger: Object = ["rule_name": .string(rule.id)]
        if let startTime { trigger["start_time"] = .integer(startTime) }
        var overrides = members["overrides"]?.object ?? [:]
        let mapping: Value = ["new_config_name": .string(newName), "rules": [.object(trigger)]]
        overrides[name] = .array((overrides[name]?.array ?? []) + [mapping])
        members["overrides"] = .object(overrides)
    }

    // MARK: - The document

    var document: [UInt8] {
        var document: Object = [
            "has_updates": true, "time": 1_700_000_000_000, "feature_gates": .object(gates),
            "dynamic_configs": .object(configs), "layer_configs": .object(layers),
            "condition_map": .object(conditions), "experiment_to_layer": [:],
        ]
        if !overrideRules.isEmpty { document["override_rules"] = .object(overrideRules) }
        for member in members { document[member.name] = member.value }
        var writer = JSONWriter()
        writer.value(.object(document))
        return writer.bytes
    }

    func ruleset() throws -> Ruleset { try Ruleset(document: document) }

    private mutating func spec(
        _ rules: [Rule], _ entity: String, _ fallback: Value, _ members: Object = [:]
    ) -> Value {
        var spec: Object = [
            "type": "feature_gate", "salt": "salt", "enabled": true, "defaultValue": fallback, "idType": "userID",
            "entity": .string(entity), "rules": .array(rules.map { json(of: $0) }),
        ]
        for member in members { spec[member.name] = member.value }
        return .object(spec)
    }

    private mutating func json(of rule: Rule) -> Value {
        var json: Object = [
            "name": .string(rule.id), "id": .string(rule.id), "passPercentage": rule.percentage,
            "returnValue": rule.returns, "idType": .string(rule.idType),
            "conditions": .array(rule.conditions.map { .string(id(of: $0)) }),
        ]
        if let group = rule.group { json["groupName"] = .string(group) }
        if let isGroup = rule.isGroup { json["isExperimentGroup"] = .bool(isGroup) }
        if let rate = rule.samplingRate { json["samplingRate"] = .integer(rate) }
        if let delegate = rule.delegate { json["configDelegate"] = .string(delegate) }
        if let salt = rule.salt { json["salt"] = .string(salt) }
        return .object(json)
    }

    private mutating func id(of condition: Condition) -> String {
        guard condition.isThere else { return "absent" }
        let id = "c\(conditions.count)"
        conditions = Object(distinct: conditions.map { ($0.name, $0.value) } + [(id, condition.json)])
        return id
    }
}
