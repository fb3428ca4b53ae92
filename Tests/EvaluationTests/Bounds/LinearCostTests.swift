// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec
import TestSupport
import Testing

/// What grows with the size of a document grows in proportion to it.
@Suite("Costs that are linear", .serialized)
struct LinearCostTests {
    /// How many times as long `body` takes for four times the size: 4 if it is linear, 16 if it is quadratic.
    ///
    /// Processor time of this thread, the best of a few attempts, so that other work on the machine hardly counts.
    private static func growth(from count: Int, _ body: (Int) throws -> Void) rethrows -> Double {
        func cost(_ count: Int) throws -> Duration {
            var best = Duration.seconds(1_000)
            for _ in 0..<3 { best = min(best, try ThreadTime.measure { try body(count) }) }
            return best
        }
        return try cost(4 * count) / cost(count)
    }

    private static func document(_ members: String) -> [UInt8] {
        Array(
            """
            {"has_updates":true,"time":1,"feature_gates":{},"dynamic_configs":{},"layer_configs":{},"condition_map":{},\
            "experiment_to_layer":{},\(members)}
            """.utf8)
    }

    private static func autotune(groupIDs: [String], modelIDs: [String], weights: Int) -> [UInt8] {
        let groups = groupIDs.map { "{\"name\":\"n\",\"id\":\"\($0)\",\"parameterValues\":{\"a\":1}}" }
        let numbers = (0..<weights).map { "\"f\($0)\":1" }.joined(separator: ",")
        let models = modelIDs.map {
            "\"\($0)\":{\"alpha\":1,\"intercept\":1,\"records\":1,\"weightsNumerical\":{\(numbers)},\"weightsCategorical\":{}}"
        }
        return document(
            """
            "cmab_configs":{"m":{"salt":"s","defaultValue":{},"idType":"userID","enabled":true,"version":1,"sampleRate":0,\
            "higherIsBetter":true,"groups":[\(groups.joined(separator: ","))],"config":{\(models.joined(separator: ","))}}}
            """)
    }

    @Test("Loading an autotune takes time in proportion to its groups")
    func autotuneGroups() throws {
        let documents = [500, 2_000].map { count in
            let ids = (0..<count).map { "g\($0)" }
            return (count, Self.autotune(groupIDs: ids, modelIDs: ids.reversed(), weights: 1))
        }
        let byCount = Dictionary(uniqueKeysWithValues: documents)
        let growth = try Self.growth(from: 500) { count in _ = try Ruleset(document: byCount[count] ?? []) }
        #expect(growth < 9)
    }

    @Test("Groups of one ID share their model's rows")
    func sharedModels() throws {
        let count = 1_000
        let bytes = Self.autotune(
            groupIDs: Array(repeating: "g", count: count), modelIDs: ["g", "g", "other"], weights: count)
        let ruleset = try Ruleset(document: bytes)
        // A row for each weight of each group would be 100 MB.
        #expect(ruleset.memoryByteCount < 4 << 20)
        let result = ruleset.experiment(
            "m", for: User(userID: "u", custom: ["f1": 1]), in: EvaluationContext(clock: { 0 }, random: { 0 }))
        #expect(result.ruleID == "g")
    }

    @Test("Reading all parameters of a store takes time in proportion to their number")
    func parameterStore() throws {
        let rulesets = try [500, 2_000].map { count in
            let parameters = (0..<count).map {
                "\"p\($0)\":{\"ref_type\":\"static\",\"param_type\":\"number\",\"value\":\($0)}"
            }
            let members = "\"param_stores\":{\"s\":{\"parameters\":{\(parameters.joined(separator: ","))}}}"
            return (count, try Ruleset(document: Self.document(members)))
        }
        let byCount = Dictionary(uniqueKeysWithValues: rulesets)
        let context = EvaluationContext(clock: { 0 })
        var wrong = 0
        let growth = Self.growth(from: 500) { count in
            for index in 0..<count {
                // As the getters of a client do, which bind the store to the user each time.
                let store = byCount[count]?.parameterStore("s", for: User(), in: context)
                if store?["p\(index)", default: -1] != index { wrong += 1 }
            }
        }
        #expect(growth < 9)
        #expect(wrong == 0)
    }
}
