// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Writes documents with every type of condition and every operator, in entities of every kind.
struct DocumentGenerator {
    private static let types = [
        "public", "pass_gate", "fail_gate", "user_field", "ua_based", "ip_based", "environment_field", "current_time",
        "user_bucket", "unit_id", "target_app", "experiment_group", "unknown_type",
    ]
    private static let operators = [
        "gt", "gte", "lt", "lte", "version_gt", "version_gte", "version_lt", "version_lte", "version_eq", "version_neq",
        "any",
        "none", "any_case_sensitive", "none_case_sensitive", "str_starts_with_any", "str_ends_with_any",
        "str_contains_any",
        "str_contains_none", "str_matches", "before", "after", "on", "eq", "neq", "in_segment_list",
        "not_in_segment_list",
        "array_contains_any", "array_contains_none", "array_contains_all", "not_array_contains_all", "unknown_operator",
        "",
    ]

    private var random: FuzzRandom
    private let gates: [String]
    private let configs: [String]
    private let layers: [String]

    init(_ random: inout FuzzRandom) {
        var own = FuzzRandom(seed: random.next())
        func names(_ prefix: String, _ random: inout FuzzRandom) -> [String] {
            (0..<random.below(7)).map { random.once(in: 4) ? random.pick(WeirdValues.names) : "\(prefix)\($0)" }
        }
        gates = names("gate", &own) + (own.once(in: 3) ? ["segment:x"] : [])
        configs = names("exp", &own)
        layers = names("layer", &own)
        self.random = own
    }

    /// A document of either format, which can mostly be loaded.
    mutating func document() -> JSONTree {
        let isV1 = random.once(in: 4)
        let conditionIDs = (0..<(2 + random.below(12))).map { "c\($0)" }
        var members: [(String, JSONTree)] = [("has_updates", .bool(true)), ("time", .number(1_700_000_000_000))]
        members.append(("feature_gates", specs(gates, "feature_gate", isV1, conditionIDs)))
        members.append(("dynamic_configs", specs(configs, "experiment", isV1, conditionIDs)))
        members.append(("layer_configs", specs(layers, "layer", isV1, conditionIDs)))
        members.append(("condition_map", .object(conditionIDs.map { ($0, condition()) })))
        members.append(("experiment_to_layer", .object([])))
        if random.once(in: 3) { members.append(("cmab_configs", autotunes())) }
        if random.once(in: 3) { members.append(("param_stores", parameterStores())) }
        if random.once(in: 3) { members += mappings(conditionIDs) }
        if random.once(in: 4) { members.append(("app_id", WeirdValues.value(&random))) }
        if random.once(in: 4) { members.append(("default_environment", .string(random.pick(["staging", "", "é"])))) }
        if random.once(in: 4) { members.append(("bucketing", .string(random.pick(["xxh3", "sha256"])))) }
        if random.once(in: 6) { members.append(("id_lists", .object([("list", .bool(true))]))) }
        if random.once(in: 6) { members.append((random.pick(WeirdValues.names), WeirdValues.value(&random))) }
        if random.once(in: 60) { members.append(random.pick(members, or: ("time", .null))) }
        if random.once(in: 4) { members.shuffle(using: &random) }
        return .object(members)
    }

    // MARK: - Entities

    private mutating func specs(_ names: [String], _ entity: String, _ isV1: Bool, _ ids: [String]) -> JSONTree {
        var entries: [(String, JSONTree)] = []
        for name in names { entries.append((name, spec(name, entity, isV1, ids))) }
        return isV1 ? .array(entries.map(\.1)) : .object(entries)
    }

    private mutating func spec(_ name: String, _ entity: String, _ isV1: Bool, _ ids: [String]) -> JSONTree {
        var rules: [JSONTree] = []
        for index in 0..<random.below(5) { rules.append(.object(rule(index, isV1 ? nil : ids))) }
        var members: [(String, JSONTree)] = [
            ("type", .string(entity)), ("salt", .string("salt-\(name)")), ("enabled", .bool(!random.once(in: 4))),
            ("defaultValue", returnValue()), ("rules", .array(rules)),
            ("idType", .string(random.pick(WeirdValues.idTypes))),
            ("entity", .string(entity)),
        ]
        if isV1 { members.append(("name", .string(name))) }
        if random.once(in: 3) { members.append(("useNewLayerEval", .bool(true))) }
        if random.once(in: 3) { members.append(("explicitParameters", .array([.string("a"), .string("b")]))) }
        if random.once(in: 3) { members.append(("isActive", .bool(true))) }
        if random.once(in: 4) { members.append(("version", WeirdValues.number(&random))) }
        if random.once(in: 40) { members.append((random.pick(members, or: ("", .null)).0, WeirdValues.value(&random))) }
        return .object(members)
    }

    private mutating func rule(_ index: Int, _ ids: [String]?) -> [(String, JSONTree)] {
        var conditions: [JSONTree] = []
        for _ in 0..<random.below(4) {
            conditions.append(ids.map { .string(random.once(in: 60) ? "nowhere" : random.pick($0)) } ?? condition())
        }
        var members: [(String, JSONTree)] = [
            ("name", .string("rule\(index)")), ("id", .string(random.once(in: 20) ? "" : "rule\(index)")),
            (
                "passPercentage",
                random.once(in: 3) ? WeirdValues.number(&random) : .number(random.pick([0, 50, 100], or: 0))
            ),
            ("returnValue", returnValue()), ("conditions", .array(conditions)),
            ("idType", .string(random.pick(WeirdValues.idTypes))),
        ]
        if random.once(in: 3) { members.append(("configDelegate", .string(random.pick(configs)))) }
        if random.once(in: 3) { members.append(("groupName", .string(random.pick(["Test", "Control", "", "é"])))) }
        if random.once(in: 4) { members.append(("salt", random.once(in: 2) ? .string("") : .null)) }
        if random.once(in: 4) { members.append(("samplingRate", .number(random.below(300)))) }
        if random.once(in: 4) { members.append(("isExperimentGroup", .bool(true))) }
        return members
    }

    private mutating func returnValue() -> JSONTree {
        switch random.below(5) {
        case 0: return .bool(random.once(in: 2))
        case 1: return WeirdValues.value(&random)
        default:
            var members: [(String, JSONTree)] = []
            for _ in 0..<random.below(5) {
                members.append((random.pick(WeirdValues.names), WeirdValues.value(&random)))
            }
            return .object(members)
        }
    }

    // MARK: - Conditions

    private mutating func condition() -> JSONTree {
        let type = random.pick(DocumentGenerator.types)
        let comparison = random.pick(DocumentGenerator.operators)
        var members: [(String, JSONTree)] = [
            ("type", .string(type)), ("idType", .string(random.pick(WeirdValues.idTypes))),
            ("operator", random.once(in: 30) ? .null : .string(comparison)), ("targetValue", target(type, comparison)),
        ]
        let field = type == "experiment_group" ? random.pick(configs) : random.pick(WeirdValues.fields)
        if !random.once(in: 10) { members.append(("field", .string(field))) }
        if random.once(in: 3) { members.append(("additionalValues", .object([("salt", .string("s"))]))) }
        if random.once(in: 200) { members.append(("additionalValues", WeirdValues.value(&random))) }
        return .object(members)
    }

    private mutating func target(_ type: String, _ comparison: String) -> JSONTree {
        if type == "pass_gate" || type == "fail_gate" {
            return random.once(in: 20) ? WeirdValues.value(&random) : .string(random.pick(gates))
        }
        if comparison == "str_matches", !random.once(in: 10) { return .string(WeirdValues.pattern(&random)) }
        if comparison.hasSuffix("segment_list"), !random.once(in: 5) { return .string("list") }
        if random.once(in: 100) {
            return .array((0..<random.below(3_000)).map { random.once(in: 2) ? .number($0) : .string("T\($0)") })
        }
        if random.once(in: 100) { return .object((0..<random.below(2_000)).map { ("m\($0)", .number($0)) }) }
        if random.once(in: 2) {
            return .array((0..<random.below(9)).map { _ in .string(random.pick(WeirdValues.texts)) })
        }
        return WeirdValues.value(&random)
    }

    // MARK: - The rest

    private mutating func autotunes() -> JSONTree {
        var entries: [(String, JSONTree)] = []
        for index in 0..<random.below(4) {
            let name = random.once(in: 2) ? random.pick(configs) : "cmab\(index)"
            let groups: [JSONTree] = (0..<random.below(4)).map { group in
                .object([
                    ("name", .string("G\(group)")), ("id", .string("g\(group)")), ("parameterValues", returnValue()),
                ])
            }
            var members: [(String, JSONTree)] = [
                ("salt", .string("s")), ("defaultValue", returnValue()), ("idType", .string("userID")),
                ("enabled", .bool(!random.once(in: 4))), ("version", .number(1)),
                ("sampleRate", .raw(random.pick(["0", "0.1", "1", "2", "-1"]))),
                ("higherIsBetter", .bool(random.once(in: 2))),
                ("groups", .array(groups)),
            ]
            if random.once(in: 2) { members.append(("targetingGateName", .string(random.pick(gates)))) }
            if random.once(in: 2) { members.append(("config", .object((0..<3).map { ("g\($0)", model()) }))) }
            entries.append((name, .object(members)))
        }
        return .object(entries)
    }

    private mutating func model() -> JSONTree {
        .object([
            ("alpha", WeirdValues.number(&random)), ("intercept", WeirdValues.number(&random)),
            ("records", .number(random.below(10))),
            ("weightsNumerical", .object([(random.pick(WeirdValues.fields), WeirdValues.number(&random))])),
            (
                "weightsCategorical",
                .object([(random.pick(WeirdValues.fields), .object([("a", .raw("1e308")), ("true", .raw("0.5"))]))])
            ),
        ])
    }

    private mutating func parameterStores() -> JSONTree {
        func reference(_ kind: String, _ name: String) -> [(String, JSONTree)] {
            [("\(kind)_name", .string(name)), ("param_name", .string("a"))]
        }
        let parameters: [[(String, JSONTree)]] = [
            [("value", WeirdValues.value(&random))],
            [
                ("gate_name", .string(random.pick(gates))), ("pass_value", WeirdValues.value(&random)),
                ("fail_value", WeirdValues.value(&random)),
            ],
            reference("config", random.pick(configs)), reference("experiment", random.pick(configs)),
            reference("layer", random.pick(layers)),
        ]
        let types: [(String, JSONTree)] = [("ref_type", .string("x")), ("param_type", .string("y"))]
        let members = parameters.enumerated().map { ("p\($0.offset)", JSONTree.object(types + $0.element)) }
        return .object([("store", .object([("parameters", .object(members))]))])
    }

    private mutating func mappings(_ ids: [String]) -> [(String, JSONTree)] {
        let names = gates + configs + layers
        var overrides: [(String, JSONTree)] = []
        for name in names where random.once(in: 2) {
            let mapping: [JSONTree] = (0..<random.below(4)).map { _ in
                let trigger: [(String, JSONTree)] = [
                    ("rule_name", .string(random.pick(["r0", "r1", "r9"]))),
                    ("start_time", .raw(random.pick(WeirdValues.times))),
                ]
                return .object([
                    ("new_config_name", .string(random.pick(names))), ("rules", .array([.object(trigger)])),
                ])
            }
            overrides.append((name, .array(mapping)))
        }
        let rules = (0..<2).map { ("r\($0)", JSONTree.object(rule($0, ids))) }
        return [("overrides", .object(overrides)), ("override_rules", .object(rules))]
    }
}

extension WeirdValues {
    static let times = ["0", "1", "-1", "null", "1700000000000", "9223372036854775807", "-9223372036854775808"]
}
