// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseConsole
import GatehouseEvaluation
import MetricsTestKit
import NIOHTTP1
import Testing

/// The bounds that no option changes.
extension BoundTests {
    static let fixed = [
        Bound(
            name: "maximumNesting", metric: .refused("nesting"), change: { _ in },
            exceed: { (console, _) async throws -> Void in
                func config(_ name: String, _ levels: Int) -> Value {
                    let text = String(repeating: "{a:", count: levels) + "1" + String(repeating: "}", count: levels)
                    return ["name": .string(name), "defaultValueJson5": .string(text)]
                }
                let levels = ConsoleLimits.maximumNesting
                try await console.author(.POST, "dynamic_configs", config("deep", levels))
                try await console.refuse(.POST, "dynamic_configs", config("deeper", levels + 1), "defaultValueJson5")
            }),
        Bound(
            name: "maximumSchemaDepth", metric: .refused("schema_steps"), change: { _ in },
            exceed: { (console, _) async throws -> Void in
                // Each definition refers to the next one.
                func config(_ name: String, _ count: Int) -> Value {
                    let links = (1..<count).map { "\"d\($0 - 1)\": {\"$ref\": \"#/$defs/d\($0)\"}" }
                    let definitions = (links + ["\"d\(count - 1)\": {}"]).joined(separator: ",")
                    return [
                        "name": .string(name), "defaultValue": [:],
                        "schema": .string("{\"$ref\": \"#/$defs/d0\", \"$defs\": {\(definitions)}}"),
                    ]
                }
                let depth = ConsoleLimits.maximumSchemaDepth
                try await console.author(.POST, "dynamic_configs", config("long", depth - 1))
                try await console.refuse(.POST, "dynamic_configs", config("longer", depth), "defaultValue")
            }),
        Bound(
            name: "minimumSchemaSteps", metric: .refused("schema_steps"), change: { _ in },
            exceed: { (console, _) async throws -> Void in
                // A path of references takes a step for each of its bytes, and each member of the value follows it.
                func config(_ name: String, _ count: Int) -> Value {
                    let reference = "#" + String(repeating: "/a", count: count)
                    let value = Value.object(Object((0..<10).map { ("k\($0)", .integer(1)) }))
                    return [
                        "name": .string(name), "defaultValue": value,
                        "schema": .string("{\"additionalProperties\":{\"$ref\":\"\(reference)\"}}"),
                    ]
                }
                try await console.author(.POST, "dynamic_configs", config("cheap", 1000))
                let count = ConsoleLimits.minimumSchemaSteps / 10
                try await console.refuse(.POST, "dynamic_configs", config("expensive", count), "defaultValue")
            }),
        Bound(
            name: "maximumGatesPerRequest", metric: .refused("gates"), change: { _ in },
            exceed: { (console, metrics) async throws -> Void in
                let key = try await console.createKey(["type": "SERVER", "description": "A"]).secret
                func status(_ names: [Value]) async throws -> Int {
                    let body: Value = ["user": ["userID": "a"], "gateNames": .array(names)]
                    return try await console.send(.POST, "/v1/check_gate", key: key, json: body).status
                }
                let most = ConsoleLimits.maximumGatesPerRequest
                #expect(try await status(Array(repeating: "g", count: most)) == 200)
                // A name of another type exceeds no bound.
                #expect(try await status([1]) == 400)
                #expect(throws: (any Error).self) {
                    try metrics.expectCounter("gatehouse.console.requests.refused", [("reason", "gates")])
                }
                #expect(try await status(Array(repeating: "g", count: most + 1)) == 400)
            }),
        Bound(
            name: "maximumFlagKeys", metric: .refused("flag_keys"), change: { _ in },
            exceed: { (console, _) async throws -> Void in
                let key = try await console.createKey(["type": "SERVER", "description": "A"]).secret
                for (count, status) in [(0, 200), (1, 413)] {
                    let flags = Array(repeating: Value.string("f"), count: ConsoleLimits.maximumFlagKeys + count)
                    let response = try await console.send(
                        .POST, "/ofrep/v1/evaluate/flags", key: key,
                        json: ["context": ["targetingKey": "a"], "flags": .array(flags)])
                    #expect(response.status == status)
                }
            }),
    ]

    /// What the console keeps in memory and makes again.
    static var memory: [Bound] {
        let views = [
            ("documents", "SERVER", "/v1/download_config_specs"), ("rulesets", "CLIENT", "/v1/initialize"),
        ].map { (reason: String, type: Value, path: String) in
            Bound(
                name: "maximumViews", metric: .discarded(reason), change: { $0.limits.maximumViews = 2 },
                exceed: { (console, metrics) async throws -> Void in
                    func ask(_ environment: Value) async throws {
                        let key = try await console.createKey([
                            "type": type, "description": "A", "environments": [environment],
                        ]).secret
                        let answer = try await console.send(.POST, path, key: key, json: ["user": ["userID": "a"]])
                        #expect(answer.status == 200)
                    }
                    try await ask("production")
                    try await ask("staging")
                    #expect(throws: (any Error).self) {
                        try metrics.expectCounter("gatehouse.console.memory.discarded", [("reason", reason)])
                    }
                    try await ask("development")
                })
        }
        return views + [
            Bound(
                name: "maximumRememberedAnswers", metric: .discarded("answers"),
                change: { $0.limits.maximumRememberedAnswers = 4 },
                exceed: { (console, _) async throws -> Void in
                    let key = try await console.createKey(["type": "CLIENT", "description": "A"]).secret
                    func answer(_ id: Int, since time: Value = 0) async throws -> Value {
                        let body: Value = ["user": ["userID": .string("u\(id)")], "sinceTime": time]
                        return try await console.send(.POST, "/v1/initialize", key: key, json: body).json
                    }
                    let first = try await answer(0)["time"]
                    #expect(try await answer(0, since: first)["has_updates"] == false)
                    for id in 1...6 { #expect(try await answer(id)["has_updates"] == true) }
                    // The console has forgotten when it gave this time, so the client gets the same answers again.
                    #expect(try await answer(0, since: first)["has_updates"] == true)
                })
        ]
    }
}
