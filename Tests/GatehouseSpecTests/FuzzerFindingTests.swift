// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec
import Testing

/// Documents that made an evaluation take unbounded time or memory, or made two calls disagree.
@Suite("What the fuzzer found", .timeLimit(.minutes(1)))
struct FuzzerFindingTests {
    private static let context = EvaluationContext(clock: { 0 })
    private static let user = User(userID: "u", email: "a")

    private static func ruleset(
        gates: String = "", configs: String = "", layers: String = "", conditions: String = ""
    ) throws -> Ruleset {
        let text = """
            {"has_updates":true,"time":1,"feature_gates":{\(gates)},"dynamic_configs":{\(configs)},\
            "layer_configs":{\(layers)},"condition_map":{\(conditions)},"experiment_to_layer":{}}
            """
        return try Ruleset(document: Array(text.utf8))
    }

    private static func spec(_ rules: [String], extra: String = "") -> String {
        """
        {"type":"t","salt":"s","enabled":true,"defaultValue":{},"idType":"userID","entity":"e",\
        "rules":[\(rules.joined(separator: ","))]\(extra)}
        """
    }

    private static func rule(_ conditions: [String], returning value: String = "true", extra: String = "") -> String {
        let ids = conditions.map { "\"\($0)\"" }.joined(separator: ",")
        return """
            {"name":"r","id":"r","passPercentage":100,"returnValue":\(value),"idType":"userID","conditions":[\(ids)]\(extra)}
            """
    }

    private static func condition(_ type: String, _ field: String, _ comparison: String, _ target: String) -> String {
        """
        {"type":"\(type)","idType":"userID","field":"\(field)","operator":"\(comparison)","targetValue":\(target)}
        """
    }

    private static func joined(_ count: Int, _ body: (Int) -> String) -> String {
        (0..<count).map(body).joined(separator: ",")
    }

    @Test("A gate that asks very many others, several times each, is answered")
    func manyGates() throws {
        let count = 300
        let ids = (0..<count).map { "c\($0)" }
        let ruleset = try FuzzerFindingTests.ruleset(
            gates: FuzzerFindingTests.joined(count) {
                "\"g\($0)\":" + FuzzerFindingTests.spec([FuzzerFindingTests.rule([], returning: "\($0 != 298)")])
            } + ",\"all\":" + FuzzerFindingTests.spec([FuzzerFindingTests.rule(ids + ids + ids)]) + ",\"most\":"
                + FuzzerFindingTests.spec([FuzzerFindingTests.rule(Array((ids + ids + ids).filter { $0 != "c298" }))]),
            conditions: FuzzerFindingTests.joined(count) {
                "\"c\($0)\":" + FuzzerFindingTests.condition("pass_gate", "", "any", "\"g\($0)\"")
            })
        let user = FuzzerFindingTests.user
        #expect(!ruleset.checkGate("all", for: user, in: FuzzerFindingTests.context))
        let most = ruleset.gate("most", for: user, in: FuzzerFindingTests.context)
        #expect(most.value)
        #expect(most.secondaryExposures.count == 897)
        #expect(most.secondaryExposures.prefix(299).map(\.gate) == (0..<count).filter { $0 != 298 }.map { "g\($0)" })
    }

    @Test("A layer that merges very many parameters gives them all, each with its rule")
    func mergedLayer() throws {
        func object(_ range: Range<Int>) -> String {
            "{" + range.map { "\"p\($0)\":\($0)" }.joined(separator: ",") + "}"
        }
        let rules = [0..<60, 30..<90, 80..<1_000].map { FuzzerFindingTests.rule([], returning: object($0)) }
        let ruleset = try FuzzerFindingTests.ruleset(
            layers: "\"l\":" + FuzzerFindingTests.spec(rules, extra: ",\"useNewLayerEval\":true"))
        let layer = ruleset.layer("l", for: FuzzerFindingTests.user, in: FuzzerFindingTests.context)
        #expect(layer.value?.map(\.name) == (0..<1_000).map { "p\($0)" })
        #expect(layer["p999"] == 999)
    }

    @Test("Objects of any size are compared as a whole", arguments: [3, 64, 65, 500])
    func largeObjects(count: Int) throws {
        func object(_ change: (Int) -> (String, Value)?) -> Value { .object(Object((0..<count).compactMap(change))) }
        let target = FuzzerFindingTests.joined(count) { "\"m\($0)\":\"v\($0)\"" }
        let ruleset = try FuzzerFindingTests.ruleset(
            gates: "\"g\":" + FuzzerFindingTests.spec([FuzzerFindingTests.rule(["c"])]),
            conditions: "\"c\":" + FuzzerFindingTests.condition("user_field", "o", "eq", "{\(target)}"))
        func passes(_ value: Value) -> Bool {
            var user = User(userID: "u")
            user.setCustom(value, for: "o")
            return ruleset.checkGate("g", for: user, in: FuzzerFindingTests.context)
        }
        #expect(passes(object { ("m\($0)", .string("v\($0)")) }))
        #expect(passes(object { ("m\(count - 1 - $0)", .string("v\(count - 1 - $0)")) }))
        #expect(!passes(object { ("m\($0)", .string($0 == 2 ? "v" : "v\($0)")) }))
        #expect(!passes(object { ($0 == 2 ? "x" : "m\($0)", .string("v\($0)")) }))
        #expect(!passes(object { $0 == 2 ? nil : ("m\($0)", .string("v\($0)")) }))
        #expect(!passes(object { ("m\($0)", $0 == 2 ? .null : .string("v\($0)")) }))
    }

    @Test(
        "A graph of experiment groups is evaluated in bounded time, whether it is large or its parts are",
        arguments: [20, 5_000])
    func experimentGroups(conditions: Int) throws {
        let experiment = try FuzzerFindingTests.experimentGroups(conditions)
            .experiment("e0", for: FuzzerFindingTests.user, in: FuzzerFindingTests.context)
        #expect(experiment.reason == .tooDeep)
        #expect(experiment.json == "null")
    }

    @Test("The explanation of such a graph takes bounded time, too")
    func explanationOfExperimentGroups() throws {
        let told = try FuzzerFindingTests.experimentGroups(20)
            .explain(.experiment, "e0", for: FuzzerFindingTests.user, in: FuzzerFindingTests.context)
        #expect(told.reason == .tooDeep)
        #expect(told.value == "null")
        #expect(told.ruleID.isEmpty)
        #expect((5_000...20_000).contains(told.text.split(separator: "\n").count))
    }

    /// Twenty experiments, each of which asks for the next one's group twice.
    private static func experimentGroups(_ conditions: Int) throws -> Ruleset {
        let depth = 20
        return try ruleset(
            configs: joined(depth) { index in
                let ids = [String](repeating: "k", count: conditions) + ["c\(index + 1)", "c\(index + 1)"]
                return "\"e\(index)\":" + spec([rule(ids, returning: "{}", extra: ",\"groupName\":\"G\"")])
            },
            conditions: "\"k\":" + condition("public", "", "any", "null") + ","
                + joined(depth + 1) { "\"c\($0)\":" + condition("experiment_group", "e\($0)", "any", "[\"G\"]") })
    }

    @Test("An explanation has the same reason and value as the evaluation, also where texts contain line ends")
    func explanation() throws {
        let ruleset = try FuzzerFindingTests.ruleset(
            configs: "\"e\":"
                + FuzzerFindingTests.spec([
                    FuzzerFindingTests.rule(["c"], returning: "{\n \"a\" : [ 1,\n \"x\\n y\" ]\n}")
                ]),
            conditions: "\"c\":" + FuzzerFindingTests.condition("ip_based", "country", "none", "[\n \"US\"\n]"))
        let context = EvaluationContext(clock: { 0 }, countryLookup: nil)
        let result = ruleset.dynamicConfig("e", for: FuzzerFindingTests.user, in: context)
        let told = ruleset.explain(.dynamicConfig, "e", for: FuzzerFindingTests.user, in: context)
        #expect(result.reason == .countryLookupNotLoaded)
        #expect(told.reason == .countryLookupNotLoaded)
        #expect(told.value == result.json)
        #expect(told.value == #"{"a":[1,"x\n y"]}"#)
        #expect(told.rules.first?.conditions.first?.target == "[\"US\"]")
    }
}
