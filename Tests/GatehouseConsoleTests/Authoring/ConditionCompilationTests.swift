// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseConsole
import GatehouseEvaluation
import NIOHTTP1
import Testing

/// Conditions as people author them, and as documents have them.
struct ConditionCompilationTests {
    private static let table: [(authored: Value, served: Value)] = [
        (["type": "public"], ["type": "public", "targetValue": nil, "operator": nil, "field": nil]),
        (
            ["type": "user_id", "operator": "any", "targetValue": ["a", 1, 2.5]],
            ["type": "user_field", "targetValue": ["a", "1", "2.5"], "operator": "any", "field": "userID"]
        ),
        (
            ["type": "email", "operator": "str_contains_none", "targetValue": "@x"],
            ["type": "user_field", "targetValue": ["@x"], "operator": "str_contains_none", "field": "email"]
        ),
        (
            ["type": "email", "operator": "regex", "targetValue": ["^a"]],
            ["type": "user_field", "targetValue": "^a", "operator": "str_matches", "field": "email"]
        ),
        (
            ["type": "ip_address", "operator": "none", "targetValue": ["1.2.3.4"]],
            ["type": "user_field", "targetValue": ["1.2.3.4"], "operator": "none", "field": "ip"]
        ),
        (
            ["type": "locale", "operator": "any", "targetValue": ["de"]],
            ["type": "user_field", "targetValue": ["de"], "operator": "any", "field": "locale"]
        ),
        (
            ["type": "app_version", "operator": "version_gte", "targetValue": ["1.2"]],
            ["type": "user_field", "targetValue": "1.2", "operator": "version_gte", "field": "appVersion"]
        ),
        (
            ["type": "device_model", "operator": "is_null"],
            ["type": "user_field", "targetValue": nil, "operator": "eq", "field": "device_model"]
        ),
        (
            ["type": "custom_field", "field": "age", "operator": "gte", "targetValue": "18"],
            [
                "type": "user_field", "targetValue": 18, "operator": "gte", "field": "age",
                "additionalValues": ["custom_field": "age"],
            ]
        ),
        (
            ["type": "custom_field", "field": "day", "operator": "before", "targetValue": 1_600_000_000_000],
            [
                "type": "user_field", "targetValue": 1_600_000_000_000, "operator": "before", "field": "day",
                "additionalValues": ["custom_field": "day"],
            ]
        ),
        (
            ["type": "custom_field", "field": "tags", "operator": "array_contains_all", "targetValue": ["a", "b"]],
            [
                "type": "user_field", "targetValue": ["a", "b"], "operator": "array_contains_all", "field": "tags",
                "additionalValues": ["custom_field": "tags"],
            ]
        ),
        (
            ["type": "country", "operator": "any", "targetValue": ["DE"]],
            ["type": "ip_based", "targetValue": ["DE"], "operator": "any", "field": "country"]
        ),
        (
            ["type": "browser_name", "operator": "any", "targetValue": ["Chrome"]],
            ["type": "ua_based", "targetValue": ["Chrome"], "operator": "any", "field": "browser_name"]
        ),
        (
            ["type": "os_version", "operator": "version_lt", "targetValue": "10"],
            ["type": "ua_based", "targetValue": "10", "operator": "version_lt", "field": "os_version"]
        ),
        (
            ["type": "environment_tier", "targetValue": "staging"],
            ["type": "environment_field", "targetValue": ["staging"], "operator": "any", "field": "tier"]
        ),
        (
            ["type": "time", "operator": "after", "targetValue": 5],
            ["type": "current_time", "targetValue": 5, "operator": "after", "field": nil]
        ),
        (
            ["type": "unit_id", "customID": "stableID", "operator": "none", "targetValue": ["s"]],
            [
                "type": "unit_id", "targetValue": ["s"], "operator": "none", "field": "stableID",
                "additionalValues": ["custom_id": "stableID"], "idType": "stableID",
            ]
        ),
        (
            ["type": "passes_gate", "targetValue": ["asked"]],
            ["type": "pass_gate", "targetValue": "asked", "operator": nil, "field": nil]
        ),
        (
            ["type": "fails_segment", "targetValue": "some"],
            ["type": "fail_gate", "targetValue": "segment:some", "operator": nil, "field": nil]
        ),
        (
            ["type": "target_app", "operator": "any", "targetValue": ["web"]],
            ["type": "target_app", "targetValue": ["web"], "operator": "any", "field": nil]
        ),
    ]

    @Test("Each condition has its form in documents, named by the hash of its text, and inline in the older format")
    func table() async throws {
        try await TestConsole.run { console in
            try await console.author(.POST, "gates", ["name": "asked"])
            try await console.author(.POST, "segments", ["name": "some", "type": "id_list"])
            let rules = ConditionCompilationTests.table.enumerated().map { index, row -> Value in
                ["name": .string("\(index)"), "passPercentage": 100, "conditions": [row.authored]]
            }
            try await console.author(.POST, "gates", ["name": "gate", "rules": .array(rules)])
            let key = try await console.createKey(["type": "SERVER", "description": "A"]).secret
            let newer = try await console.get("/v2/download_config_specs", key: key).json
            let older = try await console.get("/v1/download_config_specs", key: key).json
            let olderGate = older["feature_gates"].array?.first { $0["name"] == "gate" } ?? .null
            let conditions = try #require(newer["condition_map"].object)
            for (index, row) in ConditionCompilationTests.table.enumerated() {
                let defaults: Value = ["additionalValues": [:], "idType": "userID"]
                let expected = Object(
                    (defaults.object.map(Array.init) ?? []) + (row.served.object.map(Array.init) ?? []))
                let id = newer["feature_gates"]["gate"]["rules"][index]["conditions"][0].string ?? ""
                let condition = conditions[id] ?? .null
                #expect(condition == .object(expected), "\(row.authored.jsonText)")
                #expect(id == String(ConditionCompilationTests.hash(condition.jsonText)))
                var inline = olderGate["rules"][index]["conditions"][0].object ?? [:]
                #expect(inline["isDeviceBased"]?.bool == (expected["idType"] == "stableID"))
                inline["isDeviceBased"] = nil
                #expect(inline == expected)
            }
        }
    }

    /// djb2, of ASCII text.
    private static func hash(_ text: String) -> UInt32 {
        text.utf8.reduce(0) { $0 &* 31 &+ UInt32($1) }
    }
}
