// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseConsole
import GatehouseEvaluation
import NIOHTTP1
import Testing

struct ConfigAuthoringTests {
    private static func rule(_ name: String, _ value: Value, _ field: String) -> Value {
        [
            "name": .string(name), "returnValue": value,
            "conditions": [
                ["type": "custom_field", "field": "plan", "operator": "any", "targetValue": [.string(field)]]
            ],
        ]
    }

    @Test("A config has rules by ID and by name, values in JSON and JSON5, and is served as it is")
    func life() async throws {
        try await TestConsole.run { console in
            let created = try await console.send(
                .POST, "/console/v1/dynamic_configs",
                json: [
                    "name": "prices", "defaultValueJson5": "{a: 1, /* comment */ b: [2,],}",
                    "rules": [ConfigAuthoringTests.rule("Pro", ["a": 2], "pro")],
                ])
            #expect(created.status == 201)
            #expect(created.data["defaultValue"] == ["a": 1, "b": [2]])
            #expect(try await console.ruleset().config("prices", "u").value == ["a": 1, "b": [2]])
            #expect(try await console.ruleset("v1").config("prices", "u", custom: ["plan": "pro"]).value == ["a": 2])

            try await console.author(
                .POST, "dynamic_configs/prices/rule", ConfigAuthoringTests.rule("Team", ["a": 3], "team"))
            let changed = try await console.author(
                .PATCH, "dynamic_configs/prices/rule/name/Team", ["returnValue": ["a": 4]])["rules"]
            let id = try #require(changed[1]["id"].string)
            #expect(try await console.author(.GET, "dynamic_configs/prices/rule/\(id)")["returnValue"] == ["a": 4])
            #expect(try await console.ruleset().config("prices", "u", custom: ["plan": "team"]).value == ["a": 4])
            try await console.author(.DELETE, "dynamic_configs/prices/rule/\(id)")
            #expect(try await console.author(.GET, "dynamic_configs/prices/rules").array?.count == 1)

            try await console.author(.PUT, "dynamic_configs/prices/disable")
            for version in ["v1", "v2"] {
                let (value, rule) = try await console.ruleset(version).config("prices", "u", custom: ["plan": "pro"])
                #expect(value == ["a": 1, "b": [2]])
                #expect(rule == "disabled")
            }
            let full = try await console.author(
                .POST, "dynamic_configs/prices",
                ["isEnabled": true, "description": "", "rules": [], "defaultValue": ["c": 1]])
            #expect(full["defaultValueJson5"] == .null)
            #expect(full["salt"] == created.data["salt"])
            try await console.refuse(.POST, "dynamic_configs/prices", ["isEnabled": true], "description")
        }
    }

    @Test("Values that the config's schema forbids are refused, each by its name")
    func schema() async throws {
        try await TestConsole.run { console in
            let schema =
                #"{"type": "object", "required": ["limit"], "properties": {"limit": {"type": "integer", "maximum": 9}}}"#
            var body: Object = ["name": "limits", "schema": .string(schema), "defaultValue": ["limit": 10]]
            try await console.refuse(.POST, "dynamic_configs", .object(body), "defaultValue.limit")
            body["defaultValue"] = [:]
            try await console.refuse(.POST, "dynamic_configs", .object(body), "defaultValue.limit")
            body["defaultValue"] = ["limit": 5]
            try await console.author(.POST, "dynamic_configs", .object(body))
            try await console.refuse(
                .POST, "dynamic_configs/limits/rule", ConfigAuthoringTests.rule("R", ["limit": "x"], "a"),
                "rules.0.returnValue.limit")
            try await console.refuse(.PATCH, "dynamic_configs/limits", ["schema": "{"], "schema")
            try await console.refuse(
                .PATCH, "dynamic_configs/limits", ["defaultValue": ["limit": 1], "defaultValueJson5": "{limit: 2}"],
                "defaultValueJson5")
        }
    }

    @Test("Schemas combine as JSON Schema says, and one that names itself without end is refused in time")
    func schemaVocabulary() async throws {
        let cases: [(schema: String, good: [Value], bad: [Value])] = [
            (#"{"properties": {"a": {"enum": [1, "x"]}}}"#, [["a": 1], ["a": "x"], [:]], [["a": 2]]),
            (#"{"additionalProperties": false, "properties": {"a": {}}}"#, [["a": 1]], [["b": 1]]),
            (#"{"patternProperties": {"^x": {"type": "string"}}}"#, [["x1": "a", "y": 1]], [["x1": 1]]),
            (
                #"{"properties": {"a": {"pattern": "^[a-c]+$", "minLength": 2}}}"#, [["a": "abc"]],
                [["a": "d"], ["a": "a"]]
            ),
            (
                #"{"properties": {"a": {"oneOf": [{"type": "integer"}, {"minimum": 2}]}}}"#, [["a": 1], ["a": 2.5]],
                [["a": 3], ["a": 1.5]]
            ),
            (
                #"{"properties": {"a": {"anyOf": [{"const": 1}, {"type": "null"}]}}}"#, [["a": 1], ["a": nil]],
                [["a": 2]]
            ),
            (#"{"properties": {"a": {"not": {"type": "string"}}}}"#, [["a": 1]], [["a": "x"]]),
            (
                #"{"properties": {"a": {"type": "array", "items": {"type": "number"}, "uniqueItems": true, "minItems": 1}}}"#,
                [["a": [1, 2.5]]], [["a": []], ["a": ["x"]], ["a": [1, 1]]]
            ),
            (
                ##"{"$defs": {"n": {"type": "object", "properties": {"next": {"$ref": "#/$defs/n"}}}}, "$ref": "#/$defs/n"}"##,
                [["next": ["next": [:]]]], [["next": ["next": 1]]]
            ),
            (
                #"{"properties": {"a": {"exclusiveMinimum": 0, "multipleOf": 0.5}}}"#, [["a": 1.5]],
                [["a": 0], ["a": 0.3]]
            ),
            (
                #"{"properties": {"a": {"multipleOf": 0.01}, "b": {"multipleOf": 1000}}}"#,
                [["a": 12.34], ["a": 99.99], ["b": 1_795_870_645_000]], [["a": 12.345], ["b": 1_795_870_645_001]]
            ),
            (
                ##"{"$defs": {"a": {"allOf": [{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/a"}]}}, "$ref": "#/$defs/a"}"##,
                [], [[:]]
            ),
        ]
        try await TestConsole.run { console in
            for (index, row) in cases.enumerated() {
                for (value, status) in row.good.map({ ($0, 201) }) + row.bad.map({ ($0, 400) }) {
                    let name = "config \(index)"
                    let response = try await console.send(
                        .POST, "/console/v1/dynamic_configs",
                        json: ["name": .string(name), "schema": .string(row.schema), "defaultValue": value])
                    #expect(response.status == status, "\(row.schema) \(value.jsonText): \(response.text)")
                    _ = try await console.send(.DELETE, "/console/v1/dynamic_configs/config_\(index)")
                }
            }
        }
    }

    @Test("Variants of a rule share the users it passes, in their proportions")
    func variants() async throws {
        try await TestConsole.run { console in
            var rule = try #require(ConfigAuthoringTests.rule("R", [:], "pro").object)
            rule["variants"] = [
                ["name": "A", "passPercentage": 30, "returnValue": ["v": "A"]],
                ["name": "B", "passPercentage": 70, "returnValue": ["v": "B"]],
            ]
            try await console.author(.POST, "dynamic_configs", ["name": "config", "rules": [.object(rule)]])
            let (newer, older) = (try await console.ruleset(), try await console.ruleset("v1"))
            var count = 0
            for index in 0..<2000 {
                let value = newer.config("config", "u\(index)", custom: ["plan": "pro"]).value["v"]
                #expect(value == older.config("config", "u\(index)", custom: ["plan": "pro"]).value["v"])
                if value == "A" { count += 1 }
            }
            // 600 are to be expected, with a standard deviation of 20.
            #expect((500...700).contains(count))
            #expect(newer.config("config", "u", custom: ["plan": "free"]).value == [:])
        }
    }
}
