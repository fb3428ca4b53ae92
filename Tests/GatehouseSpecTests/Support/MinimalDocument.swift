// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseSpec

/// A small document in which one member can be replaced, left out or added.
enum MinimalDocument {
    /// The object of the document that a change is made in.
    enum Part: Sendable, CaseIterable {
        case topLevel, spec, rule, condition
        case autotune, group, model
        case store, parameter, mapping, trigger, overrideRule
        /// A spec, rule or condition of a `dcs-v1` document.
        case inlineSpec, inlineRule, inlineCondition

        /// The object's path.
        var path: String {
            switch self {
            case .topLevel: ""
            case .spec: "feature_gates.g"
            case .rule: "feature_gates.g.rules[0]"
            case .condition: "condition_map.c"
            case .autotune: "cmab_configs.m"
            case .group: "cmab_configs.m.groups[0]"
            case .model: "cmab_configs.m.config.x"
            case .store: "param_stores.s"
            case .parameter: "param_stores.s.parameters.p"
            case .mapping: "overrides.g[0]"
            case .trigger: "overrides.g[0].rules[0]"
            case .overrideRule: "override_rules.r"
            case .inlineSpec: "feature_gates[0]"
            case .inlineRule: "feature_gates[0].rules[0]"
            case .inlineCondition: "feature_gates[0].rules[0].conditions[0]"
            }
        }

        /// Whether a fault in it drops one spec and not the whole document.
        var dropsOnlyTheEntity: Bool {
            switch self {
            case .spec, .rule, .inlineSpec, .inlineRule, .inlineCondition: true
            default: false
            }
        }

        var isInline: Bool { [.inlineSpec, .inlineRule, .inlineCondition].contains(self) }
    }

    /// What happens to a member.
    enum Change: Sendable {
        case set(String, to: String)
        case remove(String)
        /// Appends a member, even where there is one of that name.
        case add(String, String)
    }

    /// The document with a change.
    static func bytes(_ change: Change, in part: Part) -> [UInt8] {
        Array(text(change, in: part).utf8)
    }

    static func text(_ change: Change? = nil, in part: Part = .topLevel) -> String {
        func object(_ here: Part, _ members: [(String, String)]) -> String {
            render(here == part ? applying(change, to: members) : members)
        }
        let isInline = part.isInline
        let condition = object(
            isInline ? .inlineCondition : .condition,
            [
                ("type", "\"user_field\""), ("idType", "\"userID\""), ("targetValue", "[\"a\"]"),
                ("operator", "\"any\""),
                ("field", "\"email\""), ("additionalValues", "{\"salt\":\"x\"}"),
            ])
        let ruleMembers = [
            ("name", "\"r\""), ("id", "\"r\""), ("passPercentage", "50"), ("returnValue", "true"),
            ("conditions", isInline ? "[\(condition)]" : "[\"c\"]"), ("idType", "\"userID\""),
        ]
        let rule = object(isInline ? .inlineRule : .rule, ruleMembers)
        let spec = object(
            isInline ? .inlineSpec : .spec,
            [
                ("type", "\"feature_gate\""), ("salt", "\"s\""), ("enabled", "true"), ("defaultValue", "false"),
                ("rules", "[\(rule)]"), ("idType", "\"userID\""), ("entity", "\"feature_gate\""),
            ] + (isInline ? [("name", "\"g\"")] : []))
        let group = object(.group, [("name", "\"A\""), ("id", "\"x\""), ("parameterValues", "{\"a\":1}")])
        let model = object(
            .model,
            [
                ("alpha", "0.5"), ("intercept", "1"), ("records", "7"), ("weightsNumerical", "{\"age\":2}"),
                ("weightsCategorical", "{\"plan\":{\"pro\":3}}"),
            ])
        let autotune = object(
            .autotune,
            [
                ("salt", "\"s\""), ("defaultValue", "{}"), ("idType", "\"userID\""), ("enabled", "true"),
                ("version", "1"),
                ("sampleRate", "0.1"), ("higherIsBetter", "true"), ("groups", "[\(group)]"),
                ("config", "{\"x\":\(model)}"),
            ])
        let parameter = object(.parameter, [("ref_type", "\"static\""), ("param_type", "\"string\""), ("value", "1")])
        let store = object(.store, [("parameters", "{\"p\":\(parameter)}")])
        let trigger = object(.trigger, [("rule_name", "\"r\""), ("start_time", "-5")])
        let mapping = object(.mapping, [("new_config_name", "\"h\""), ("rules", "[\(trigger)]")])
        let overrideRule = object(.overrideRule, ruleMembers.map { $0.0 == "conditions" ? ($0.0, "[]") : $0 })
        return object(
            .topLevel,
            [
                ("has_updates", "true"), ("time", "1700000000000"),
                ("feature_gates", isInline ? "[\(spec)]" : "{\"g\":\(spec)}"),
                ("dynamic_configs", isInline ? "[]" : "{}"),
                ("layer_configs", isInline ? "[]" : "{}"), ("condition_map", isInline ? "{}" : "{\"c\":\(condition)}"),
                ("experiment_to_layer", "{\"e\":\"l\"}"), ("cmab_configs", "{\"m\":\(autotune)}"),
                ("param_stores", "{\"s\":\(store)}"), ("overrides", "{\"g\":[\(mapping)]}"),
                ("override_rules", "{\"r\":\(overrideRule)}"),
            ])
    }

    private static func applying(_ change: Change?, to members: [(String, String)]) -> [(String, String)] {
        switch change {
        case nil: return members
        case .remove(let name): return members.filter { $0.0 != name }
        case .add(let name, let value): return members + [(name, value)]
        case .set(let name, let value):
            guard members.contains(where: { $0.0 == name }) else { return members + [(name, value)] }
            return members.map { $0.0 == name ? (name, value) : $0 }
        }
    }

    private static func render(_ members: [(String, String)]) -> String {
        "{\n" + members.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ",\n") + "}"
    }
}
