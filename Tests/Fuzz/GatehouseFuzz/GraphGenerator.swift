// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Writes documents that could exhaust time or memory of an evaluation: chains, cycles, doubling graphs, sheer size.
struct GraphGenerator {
    /// The shapes by name.
    static func document(_ random: inout FuzzRandom) -> [UInt8] {
        let size = 2 + random.below(random.once(in: 10) ? 2_000 : 80)
        switch random.below(9) {
        case 0: return gates(size, fan: 1, isCyclic: false)
        case 1: return gates(size, fan: 1 + random.below(3), isCyclic: true)
        case 2: return gates(size, fan: 2 + random.below(3), isCyclic: false)
        case 3: return experimentGroups(size, fan: 1 + random.below(3), isCyclic: random.once(in: 2))
        case 4: return mappings(size, fan: 1 + random.below(3), isCyclic: random.once(in: 2))
        case 5: return delegates(size, isCyclic: random.once(in: 2))
        case 6: return manyGates(random.below(3_000))
        case 7: return mergedLayer(rules: 1 + random.below(40), members: random.below(400))
        default: return random.once(in: 20) ? huge(&random) : nested(&random)
        }
    }

    private static func document(
        gates: [(String, JSONTree)] = [], configs: [(String, JSONTree)] = [], layers: [(String, JSONTree)] = [],
        conditions: [(String, JSONTree)], extra: [(String, JSONTree)] = []
    ) -> [UInt8] {
        let members: [(String, JSONTree)] = [
            ("has_updates", .bool(true)), ("time", .number(1)), ("feature_gates", .object(gates)),
            ("dynamic_configs", .object(configs)), ("layer_configs", .object(layers)),
            ("condition_map", .object(conditions)), ("experiment_to_layer", .object([])),
        ]
        return JSONTree.object(members + extra).bytes
    }

    private static func rule(_ conditions: [String], _ value: JSONTree, extra: [(String, JSONTree)] = []) -> JSONTree {
        .object(
            [
                ("name", .string("r")), ("id", .string("r")), ("passPercentage", .number(100)), ("returnValue", value),
                ("conditions", .array(conditions.map { .string($0) })), ("idType", .string("userID")),
            ] + extra)
    }

    private static func spec(
        _ rules: [JSONTree], _ entity: String = "feature_gate", extra: [(String, JSONTree)] = []
    ) -> JSONTree {
        .object(
            [
                ("type", .string(entity)), ("salt", .string("s")), ("defaultValue", .object([])),
                ("enabled", .bool(true)),
                ("rules", .array(rules)), ("idType", .string("userID")), ("entity", .string(entity)),
            ] + extra)
    }

    private static func condition(_ type: String, _ field: String, _ comparison: String, _ target: JSONTree) -> JSONTree
    {
        .object([
            ("type", .string(type)), ("idType", .string("userID")), ("field", .string(field)),
            ("operator", .string(comparison)), ("targetValue", target),
        ])
    }

    /// Gate n asks gates n + 1 … n + fan, each twice.
    private static func gates(_ count: Int, fan: Int, isCyclic: Bool) -> [UInt8] {
        let conditions = (0...count).map { index in
            ("c\(index)", condition(index % 2 == 0 ? "pass_gate" : "fail_gate", "", "any", .string("gate\(index)")))
        }
        let gates = (0...count).map { index -> (String, JSONTree) in
            let next = (1...fan).flatMap { step -> [String] in
                let target = index + step
                return target <= count ? ["c\(target)", "c\(target)"] : isCyclic ? ["c\(target % (count + 1))"] : []
            }
            return ("gate\(index)", spec([rule(next, .bool(true))]))
        }
        return document(gates: gates, conditions: conditions)
    }

    private static func experimentGroups(_ count: Int, fan: Int, isCyclic: Bool) -> [UInt8] {
        let conditions = (0...count).map { index in
            ("c\(index)", condition("experiment_group", "exp\(index)", "any", .array([.string("G")])))
        }
        let configs = (0...count).map { index -> (String, JSONTree) in
            let target = index + 1 <= count ? index + 1 : isCyclic ? 0 : nil
            let ids = target.map { [String](repeating: "c\($0)", count: fan) } ?? []
            return ("exp\(index)", spec([rule(ids, .object([]), extra: [("groupName", .string("G"))])], "experiment"))
        }
        return document(configs: configs, conditions: conditions)
    }

    private static func mappings(_ count: Int, fan: Int, isCyclic: Bool) -> [UInt8] {
        let names = (0...count).map { "gate\($0)" }
        let overrides = names.indices.map { index -> (String, JSONTree) in
            let target = index + 1 <= count ? names[index + 1] : isCyclic ? names[0] : "nowhere"
            let mapping = JSONTree.object([
                ("new_config_name", .string(target)), ("rules", .array([.object([("rule_name", .string("r"))])])),
            ])
            return (names[index], .array([JSONTree](repeating: mapping, count: fan)))
        }
        return document(
            gates: names.map { ($0, spec([rule([], .bool(true))])) }, conditions: [],
            extra: [("overrides", .object(overrides)), ("override_rules", .object([("r", rule([], .bool(true)))]))])
    }

    private static func delegates(_ count: Int, isCyclic: Bool) -> [UInt8] {
        func rules(_ target: Int) -> [JSONTree] {
            let name = target <= count ? "exp\(target)" : isCyclic ? "exp0" : "nowhere"
            let delegate = rule(
                [], .object([("p\(target)", .number(target))]), extra: [("configDelegate", .string(name))])
            return [delegate, delegate]
        }
        let extra: [(String, JSONTree)] = [("useNewLayerEval", .bool(true))]
        return document(
            configs: (0...count).map { ("exp\($0)", spec(rules($0 + 1), "experiment")) },
            layers: [("old", spec(rules(0), "layer")), ("new", spec(rules(0), "layer", extra: extra))], conditions: [])
    }

    /// One gate that asks very many others, twice.
    private static func manyGates(_ count: Int) -> [UInt8] {
        let ids = (0..<count).map { "c\($0)" }
        let conditions = (0..<count).map { ("c\($0)", condition("pass_gate", "", "any", .string("gate\($0)"))) }
        let gates = (0..<count).map { ("gate\($0)", spec([rule([], .bool(true))])) }
        return document(gates: gates + [("all", spec([rule(ids + ids, .bool(true))]))], conditions: conditions)
    }

    private static func mergedLayer(rules count: Int, members: Int) -> [UInt8] {
        let rules = (0..<count).map { index in
            rule([], .object((0..<members).map { ("p\(index)_\($0)", .number($0)) }))
        }
        return document(
            layers: [("new", spec(rules, "layer", extra: [("useNewLayerEval", .bool(true))]))], conditions: [])
    }

    // MARK: - Size

    private static func nested(_ random: inout FuzzRandom) -> [UInt8] {
        let levels = random.once(in: 10) ? 100_000 : 100 + random.below(60)
        let open = random.pick(["[", "{\"a\":", "[{\"a\":"])
        let value =
            String(repeating: open, count: levels) + "1"
            + String(
                repeating: open == "[" ? "]" : open == "[{\"a\":" ? "}]" : "}", count: levels)
        if random.once(in: 3) { return Array(value.utf8) }
        return document(
            gates: [("g", spec([rule(["c"], .raw(value))]))],
            conditions: [("c", condition("user_field", "tags", "eq", .raw(random.once(in: 2) ? "1" : value)))])
    }

    private static func huge(_ random: inout FuzzRandom) -> [UInt8] {
        let count = 1_000_000
        let target = JSONTree.raw("[" + String(repeating: "1,", count: count - 1) + "1]")
        let distinct = JSONTree.array((0..<100_000).map { .number($0) })
        let comparison = random.pick(["any", "eq", "array_contains_all", "str_contains_any", "any_case_sensitive"])
        return document(
            gates: [("g", spec([rule(["c", "d"], .bool(true))]))], configs: [("big", spec([rule([], target)]))],
            conditions: [
                ("c", condition("user_field", "tags", comparison, target)),
                ("d", condition("user_field", "tags", comparison, distinct)),
            ])
    }
}
