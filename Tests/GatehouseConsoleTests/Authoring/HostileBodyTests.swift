// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseConsole
import GatehouseEvaluation
import NIOHTTP1
import Testing

/// Bodies that are made to get past checks, or to take long.
struct HostileBodyTests {
    @Test("A member of the wrong type is refused in a body of more than a megabyte too")
    func largeBody() async throws {
        try await TestConsole.run { console in
            // More than half a million values, in conditions that have several forms.
            let numbers = Value.array((0..<10_000).map { .integer(Int64($0 % 10)) })
            let condition: Value = ["type": "user_id", "operator": "any", "targetValue": numbers]
            func rules(_ count: Int) -> Value {
                [["name": "r", "passPercentage": 100, "conditions": .array(Array(repeating: condition, count: count))]]
            }
            try await console.refuse(
                .POST, "gates", ["name": "large", "rules": rules(60), "isEnabled": "not a bool"], "isEnabled")
            try await console.author(.POST, "gates", ["name": "large", "rules": rules(2), "isEnabled": true])
        }
    }

    @Test("Values that a config's schema takes too long to check are refused")
    func expensiveSchema() async throws {
        try await TestConsole.run { console in
            let patterns = (0..<300).map { "\"^p\($0)_[a-z]*\": {\"type\": \"number\"}" }.joined(separator: ",")
            let value = Value.object(Object((0..<300).map { ("p\($0)_x", .integer(1)) }))
            let response = try await console.send(
                .POST, "/console/v1/dynamic_configs",
                json: [
                    "name": "patterns", "schema": .string("{\"patternProperties\": {\(patterns)}}"),
                    "defaultValue": value,
                ])
            #expect(response.status == 400)
            #expect(response.text.contains("takes too long to check"))
            try await console.refuse(
                .POST, "dynamic_configs",
                ["name": "endless", "schema": "{\"$ref\": \"#\"}", "defaultValue": [:]], "defaultValue")
            try await console.author(
                .POST, "dynamic_configs",
                [
                    "name": "cheap", "schema": "{\"patternProperties\": {\"^p\": {\"type\": \"number\"}}}",
                    "defaultValue": value,
                ])
        }
    }

    @Test("A value that is accepted can be served, and one that is nested too deep for that is refused")
    func nesting() async throws {
        @Sendable func nested(_ levels: Int) -> Value {
            (0..<levels).reduce([:]) { value, _ in ["a": value] }
        }
        try await TestConsole.run { console in
            func config(_ name: String, _ levels: Int) -> Value {
                let rule: Value = [
                    "name": "r", "passPercentage": 100, "conditions": [["type": "public"]],
                    "returnValue": nested(levels),
                ]
                return ["name": .string(name), "rules": [rule]]
            }
            try await console.refuse(.POST, "dynamic_configs", config("too_deep", 120), "body")
            try await console.author(.POST, "dynamic_configs", config("deep", 90))
            for version in ["v1", "v2"] {
                #expect(try await console.ruleset(version).config("deep", "u").value == nested(90))
            }
            let text = String(repeating: "{a:", count: 120) + "1" + String(repeating: "}", count: 120)
            try await console.refuse(
                .POST, "dynamic_configs", ["name": "json5", "defaultValueJson5": .string(text)], "defaultValueJson5")
        }
    }

    @Test(
        "JSON5's numbers that JSON doesn't have are refused", arguments: ["NaN", "Infinity", "-Infinity", "[1, +NaN]"])
    func numbersOfJSON5(number: String) async throws {
        try await TestConsole.run { console in
            try await console.refuse(
                .POST, "dynamic_configs", ["name": "json5", "defaultValueJson5": .string("{a: \(number)}")],
                "defaultValueJson5")
        }
    }

    @Test(
        "A document with a value that can't be read isn't imported as an empty one", arguments: ["1e400", #""\ud800""#])
    func unreadableValues(value: String) async throws {
        let text = """
            {"has_updates":true,"time":1,"feature_gates":{},"dynamic_configs":{},"layer_configs":{},"condition_map":{},\
            "experiment_to_layer":{},"unknown":\(value)}
            """
        try await TestConsole.run { console in
            let reply = try await console.send(
                .POST, "/console/v1/import", body: Array(text.utf8), headers: [("Content-Type", "application/json")])
            #expect(reply.status == 400)
            #expect(reply.text.contains("must be JSON that can be read"))
        }
    }

    @Test("Numbers that JSON can't write are refused", arguments: ["NaN", "Infinity", "-Infinity", "1e400"])
    func numbers(text: String) async throws {
        try await TestConsole.run { console in
            try await console.refuse(
                .POST, "dynamic_configs", ["name": "json5", "defaultValueJson5": .string("{a: \(text)}")],
                "defaultValueJson5")
            let body = "{\"name\":\"json\",\"defaultValue\":{\"a\":\(text)}}"
            let response = try await console.send(.POST, "/console/v1/dynamic_configs", body: Array(body.utf8))
            #expect(response.status == 400)
            #expect(response.json["errors"][0]["property"] == "body")
        }
    }

    @Test("Names with control characters are refused", arguments: ["abc\0def", "abc\u{7}def"])
    func controlCharacters(name: String) async throws {
        try await TestConsole.run { console in
            for path in ["tags", "teams", "unit_id_types"] {
                try await console.refuse(.POST, path, ["name": .string(name)], "name")
            }
            try await console.refuse(.POST, "target_app", ["name": .string(name), "description": ""], "name")
            try await console.refuse(
                .POST, "users/invite", ["role": "member", "emails": [.string(name)]], "emails.0")
        }
    }

    @Test("Members stay as they are, in their order, and unknown ones are refused wherever they are")
    func memberOrder() async throws {
        try await TestConsole.run { console in
            let rule = """
                {"environments":null,"name":"r","passPercentage":10.50,"conditions":[{"targetValue":null,"type":"public"}],\
                "returnValue":{"b":1,"a":2}}
                """
            let body = JSONText.value(Array("{\"name\":\"kept\",\"rules\":[\(rule)]}".utf8))
            let created = try await console.author(.POST, "gates", body)["rules"][0]
            #expect(created["conditions"].jsonText == #"[{"targetValue":null,"type":"public"}]"#)
            try await console.author(.PATCH, "gates/kept", ["description": "d"])
            let read = try await console.author(.GET, "gates/kept")["rules"][0]
            #expect(read.jsonText == created.jsonText)
            #expect(
                read.object?.map(\.name).prefix(5)
                    == ["environments", "name", "passPercentage", "conditions", "returnValue"])
            for unknown in [
                #"{"name":"r","passPercentage":10,"conditions":[],"note":1}"#,
                #"{"name":"r","passPercentage":10,"conditions":[{"type":"public","note":{"b":1}}]}"#,
            ] {
                let body = JSONText.value(Array("{\"name\":\"other\",\"rules\":[\(unknown)]}".utf8))
                let property = unknown.contains("public") ? "rules.0.conditions.0.note" : "rules.0.note"
                try await console.refuse(.POST, "gates", body, property)
            }
        }
    }
}
