// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec
import TestSupport
import Testing

/// Documents and users that would make a naive writer crash, hang or fill the memory.
@Suite("Client-initialize response: hostile input")
struct HostileResponseTests {
    /// Generous, since tests run unoptimised.
    private static let limit = Duration.seconds(20)

    private func expectQuick(_ body: () throws -> Void) rethrows {
        let duration = try ThreadTime.measure(body)
        #expect(duration < Self.limit)
    }

    @Test("Gates that name each other make the response blank", arguments: ClientResponseOptions.Format.allCases)
    func cycle(_ format: ClientResponseOptions.Format) throws {
        var project = Project()
        project.gate("fine", Rule("r"))
        for index in 0..<100 { project.gate("g\(index)", Rule("r", .gate(.string("g\((index + 1) % 100)")))) }
        let ruleset = try project.ruleset()
        try expectQuick {
            let user = User(userID: "u", privateAttributes: ["a": 1])
            let response = try ruleset.response(for: user) { $0.format = format }
            #expect(response.isBlank)
            #expect(response["hash_used"]?.string == "")
            #expect(response["user"] == ["userID": "u"])
            #expect(response["evaluated_keys"] == [:])
            #expect((response["pa_hash"] != nil) == (format == .v1))
            let fine = try ruleset.response { $0.gates = ["fine"] }
            #expect(!fine.isBlank)
        }
    }

    @Test("A chain of 10,000 gates makes the response blank")
    func longChain() throws {
        let count = 10_000
        var gates = ""
        var conditions = ""
        for index in 0..<count {
            let separator = index == 0 ? "" : ","
            gates += """
                \(separator)"g\(index)":{"type":"","salt":"","defaultValue":false,"enabled":true,"idType":"userID",\
                "entity":"feature_gate","rules":[{"name":"r","id":"r","passPercentage":100,"returnValue":true,\
                "conditions":["c\(index)"],"idType":"userID"}]}
                """
            conditions += #"\#(separator)"c\#(index)":{"type":"pass_gate","idType":"","targetValue":"g\#(index + 1)"}"#
        }
        let document = """
            {"has_updates":true,"time":1,"dynamic_configs":{},"layer_configs":{},"experiment_to_layer":{},\
            "feature_gates":{\(gates)},"condition_map":{\(conditions)}}
            """
        let ruleset = try Ruleset(document: Array(document.utf8))
        try expectQuick {
            let response = try ruleset.response()
            #expect(response.isBlank)
        }
    }

    @Test("An experiment that leads back to itself by its group has none there")
    func groupCycle() throws {
        var project = Project()
        project.experiment(
            "a", Rule("r1", .group(of: "b", "any", ["Test"]), group: "Test"), Rule("r2", group: "Other"))
        project.experiment(
            "b", Rule("r1", .group(of: "a", "any", ["Other"]), group: "Test"), Rule("r2", group: "Other"))
        let response = try project.ruleset().response()
        // a asks b, which asks a, which can't ask b again and is Other: so b is Test, and so is a.
        #expect(response.entity("dynamic_configs", "a")["group_name"]?.string == "Test")
        // b asks a, which asks b, which can't ask a again and is Other: so a is Other, and b is Test.
        #expect(response.entity("dynamic_configs", "b")["group_name"]?.string == "Test")
    }

    @Test("The group of an experiment that can't be decided is none")
    func unsupportedGroup() throws {
        var project = Project()
        project.experiment("odd", Rule("r", .everyone, .unknown, group: "Test"))
        project.gate("gate", Rule("r", .group(of: "odd", "any", [""])))
        project.gate("unknown", Rule("r", .group(of: "nothing", "any", [""])))
        let response = try project.ruleset().response()
        #expect(response.entity("feature_gates", "gate")["value"]?.bool == true)
        #expect(response.entity("feature_gates", "unknown")["value"]?.bool == true)
    }

    @Test("A graph of experiment groups takes bounded time")
    func groupGraph() throws {
        var project = Project()
        let levels = 30
        for level in 0..<levels {
            let next = Condition.group(of: "e\(level + 1)", "any", ["Test"])
            project.experiment("e\(level)", Rule("r", next, next, next, group: "Test"))
        }
        project.experiment("e\(levels)", Rule("r", group: "Test"))
        let ruleset = try project.ruleset()
        try expectQuick {
            let response = try ruleset.response()
            #expect(response.isBlank)
        }
    }

    @Test("A project of many entities is within the bounds of one call")
    func manyEntities() throws {
        var project = Project()
        project.gate("gate", Rule("r"))
        for index in 0..<300 {
            project.config("c\(index)", Rule("r", .gate("gate"), .notGate("gate")))
        }
        #expect(try project.ruleset().response().names("dynamic_configs").count == 300)
        #expect(Limits.responseEvaluations(entityCount: 300) == 3_000)
    }

    @Test("Many exposures are told once each", arguments: [30, 300])
    func manyExposures(_ count: Int) throws {
        var project = Project()
        for index in 0..<count { project.gate("g\(index)", Rule("r\(index)")) }
        var rule = Rule("all")
        rule.conditions = (0..<count).map { Condition.gate(.string("g\($0)")) }
        rule.conditions += rule.conditions
        project.layer("layer", rule, default: [:])
        let response = try project.ruleset().response()
        let layer = response.entity("layer_configs", "layer")
        for member in ["secondary_exposures", "undelegated_secondary_exposures"] {
            #expect(layer[member]?.array?.count == count)
            #expect(layer[member]?.array?.last?.object?["gate"]?.string == "g\(count - 1)")
        }
    }

    @Test("A user with a megabyte of custom fields gets an answer")
    func hugeUser() throws {
        var project = Project()
        for index in 0..<50 { project.gate("g\(index)", Rule("r", .field("f\(index)", "any", ["x"]))) }
        let fields = Object(
            distinct: (0..<30_000).map { ("field number \($0)", .string("value \"\($0)\" \u{1}")) })
        let user = User(userID: "u", custom: fields)
        let ruleset = try project.ruleset()
        expectQuick {
            let bytes = ruleset.clientInitializeResponse(for: user, in: .plain)
            #expect(bytes.count > 1 << 20)
            let value = Value(json: bytes)
            #expect(value?.object?["user"]?.object?["custom"]?.object?.count == fields.count)
        }
    }

    @Test("Texts are escaped wherever they stand")
    func escapes() throws {
        let odd = "\"\\\n\u{0}é"
        var project = Project()
        project.gate(odd, Rule(odd))
        project.config(odd, Rule(odd, .gate(.string(odd)), group: odd), default: .object(Object([(odd, .string(odd))])))
        let user = User(userID: odd, customIDs: Object([(odd, .string(odd))]))
        for format in ClientResponseOptions.Format.allCases {
            let response = try project.ruleset().response(for: user) { $0.format = format }
            #expect(response.names("feature_gates") == [odd])
            #expect(response["user"]?.object?["userID"]?.string == odd)
        }
    }
}
