// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseCLI
import GatehouseReview
import TestServers
import Testing

/// `gatehouse check` and `gatehouse format`, and where their documents come from.
@Suite struct CheckTests {
    private static let sound = #"""
        {
          "has_updates": true, "time": 1700000000000, "experiment_to_layer": {}, "dynamic_configs": {
            "pricing": {
              "type": "dynamic_config", "salt": "s", "entity": "dynamic_config", "enabled": true, "idType": "userID",
              "defaultValue": {"price": 9.5, "tags": ["a"]}, "rules": []
            }
          },
          "layer_configs": {}, "condition_map": {
            "pro": {"type": "user_field", "targetValue": ["pro"], "operator": "any", "field": "plan", "idType": "userID"},
            "later": {"type": "current_time", "targetValue": 1800000000000, "operator": "after", "idType": "userID"}
          },
          "feature_gates": {
            "new_checkout": {
              "type": "feature_gate", "salt": "s", "entity": "feature_gate", "enabled": true, "idType": "userID",
              "defaultValue": false, "rules": [{
                "name": "Pro users", "id": "pro", "groupName": "Pro", "passPercentage": 100, "idType": "userID",
                "conditions": ["pro"], "returnValue": true
              }]
            },
            "after_launch": {
              "type": "feature_gate", "salt": "s", "entity": "feature_gate", "enabled": true, "idType": "userID",
              "defaultValue": false, "rules": [{
                "name": "r", "id": "r", "passPercentage": 100, "idType": "userID", "conditions": ["later"],
                "returnValue": true
              }]
            }
          }
        }
        """#

    private static func tool() throws -> CommandLineTool {
        let tool = try CommandLineTool()
        try tool.write(sound.utf8, to: "flags.json")
        return tool
    }

    @Test func findsFaultsAndFails() async throws {
        let tool = try TestDocument.tool()
        let result = try await tool.run(["check", "spec.json"])
        #expect(result.status == 1)
        #expect(
            result.output == """
                spec.json: feature_gates.dropped: the member "salt" is missing, so the entity is left out
                spec.json: condition "odd": the condition type "moon_phase" is unknown

                """)
        #expect(result.errors == "gatehouse: error: spec.json: 2 problems\n")
    }

    @Test func passesASoundDocument() async throws {
        let result = try await Self.tool().run(["check", "flags.json"])
        #expect(result.status == 0)
        #expect(result.output.isEmpty)
        #expect(result.errors.isEmpty)
    }

    @Test func holdsExpectationsAgainstAnswers() async throws {
        let tool = try Self.tool()
        let user = #""user":{"custom":{"plan":"pro"}}"#
        let passing = [
            #"{\#(user),"name":"new_checkout","value":true,"rule":"pro","group":"Pro"}"#,
            #"{"name":"new_checkout","kind":"gate","value":false,"rule":"default","group":null}"#,
            #"{"name":"pricing","value":{"tags":["a"],"price":9.50}}"#,
            #"{"name":"pricing","parameters":{"price":9.5}}"#,
            #"{"name":"after_launch","value":true,"time":"2027-06-01"}"#,
            #"{"name":"after_launch","value":false,"time":1800000000000}"#, "",
        ]
        try tool.write((passing.joined(separator: "\n") + "\n").utf8, to: "good.jsonl")
        let good = try await tool.run(["check", "flags.json", "--expect", "good.jsonl"])
        #expect(good.status == 0, "\(good.errors)\(good.output)")
        #expect(good.output.isEmpty)

        let failing = [
            #"{\#(user),"name":"new_checkout","value":false,"rule":"staff","group":"Staff"}"#,
            #"{"name":"pricing","parameters":{"price":7,"size":1}}"#, #"{"name":"new_chekout","value":true}"#,
        ]
        try tool.write(failing.joined(separator: "\n").utf8, to: "bad.jsonl")
        let bad = try await tool.run(["check", "flags.json", "--expect", "bad.jsonl"])
        #expect(bad.status == 1)
        #expect(
            bad.output == #"""
                bad.jsonl:1: new_checkout for User(custom: {"plan":"pro"}): value is true, expected false; rule is "pro", \#
                expected "staff"; group is "Pro", expected "Staff"
                bad.jsonl:2: pricing for User(): parameter "price" is 9.5, expected 7; parameter "size" is missing, expected 1
                bad.jsonl:3: no entity is named "new_chekout"; did you mean "new_checkout"?

                """#)
        #expect(bad.errors == "gatehouse: error: flags.json: 3 problems\n")
    }

    @Test(
        arguments: [
            (#"{"name":"pricing"}"#, "give at least one of value, parameters, rule and group"),
            (#"{"value":true}"#, #"the member "name" is missing"#),
            (#"{"name":"pricing","valu":1}"#, #"the member "valu" is unknown; did you mean "value"?"#),
            (#"{"name":"pricing","rule":1}"#, #"the member "rule" has a value of another type"#),
            (#"{"name":"pricing","value":1,"time":"soon"}"#, #"time: "soon" is neither a date nor ms since 1970"#),
            ("[]", "expected a JSON object"),
        ])
    func namesAMalformedExpectation(_ line: String, _ message: String) async throws {
        let tool = try Self.tool()
        try tool.write("\n\(line)\n".utf8, to: "cases.jsonl")
        let result = try await tool.run(["check", "flags.json", "--expect", "cases.jsonl"])
        #expect(result.status == 1)
        #expect(result.errors == "gatehouse: error: cases.jsonl:2: \(message)\n")
    }

    @Test func formatsStably() async throws {
        let tool = try Self.tool()
        let first = try await tool.run(["format", "flags.json"])
        #expect(first.status == 0)
        #expect(first.output.contains("\"name\": \"Pro users\",\n"))
        #expect(!first.output.contains("\"time\""))
        let second = try await tool.run(["format", "-"], input: first.output)
        #expect(second.output == first.output)
        let whole = try await tool.run(["format", "flags.json", "--keep-time"])
        try tool.write(whole.output.utf8, to: "formatted.json")
        #expect(try await tool.run(["check", "formatted.json"]).status == 0)
    }

    @Test func readsDocumentsFromStandardInputAndURLs() async throws {
        let tool = try Self.tool()
        let arguments = ["--user", #"{"custom":{"plan":"pro"}}"#, "new_checkout", "--format", "jsonl"]
        let expected = #""name":"new_checkout","value":true"#
        let piped = try await tool.run(["evaluate", "-"] + arguments, input: Self.sound)
        #expect(piped.output.contains(expected), "\(piped.errors)")
        try await FaultServer.run { server in
            server.respond(with: Answer(json: Self.sound))
            let tool = try Self.tool()
            let fetched = try await tool.run(["evaluate", "\(server.url)/specs.json?k=secret-key"] + arguments)
            #expect(fetched.output.contains(expected), "\(fetched.errors)")
            server.respond(with: Answer(status: 404))
            let missing = try await tool.run(["check", "\(server.url)/specs.json?k=secret-key"])
            #expect(missing.status == 1)
            #expect(missing.errors == "gatehouse: error: \(server.url)/…: HTTP 404\n")
        }
    }

    @Test func takesPatternsAndDates() async throws {
        let tool = try Self.tool()
        let result = try await tool.run([
            "evaluate", "flags.json", "--user", "{}", "*_launch", "new_?heckout", "--format", "jsonl", "--now",
            "2027-06-01T12:00:00Z",
        ])
        #expect(result.status == 0)
        #expect(result.output.split(separator: "\n").count == 2)
        #expect(result.output.contains(#""name":"after_launch","value":true"#))
        #expect(result.output.contains(#""name":"new_checkout","value":false"#))
        let none = try await tool.run(["evaluate", "flags.json", "--user", "{}", "x*"])
        #expect(none.status == 1)
        let bad = try await tool.run(["evaluate", "flags.json", "--user", "{}", "--now", "tomorrow"])
        #expect(bad.status == 2)
    }

    @Test(
        arguments: [
            ("new_checkout", "new_*", true), ("new_checkout", "*", true), ("new_checkout", "n*_c*t", true),
            ("new_checkout", "new_checkout?", false), ("a", "??", false), ("", "*", true), ("aab", "*ab", true),
            ("store/price", "store/*", true), ("é", "?", true),
        ])
    func matchesPatterns(_ name: String, _ pattern: String, _ matches: Bool) {
        #expect(NamePattern.matches(name, pattern) == matches)
    }
}
