// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseConsole
import GatehouseEvaluation
import NIOHTTP1
import Testing

struct OpenFeatureTests {
    private static let path = "/ofrep/v1/evaluate/flags"

    @Test("Flags of every type resolve, with reason, variant and metadata")
    func single() async throws {
        try await TestConsole.run(TestSpecs.options(TestSpecs.twoApps())) { console in
            let key = try await console.createKey(["type": "CLIENT", "description": "A"]).secret
            func evaluate(
                _ flag: String, _ context: Value = ["targetingKey": "tester", "environment": "production"]
            ) async throws -> TestResponse {
                try await console.send(.POST, "\(OpenFeatureTests.path)/\(flag)", key: key, json: ["context": context])
            }
            let gate = try await evaluate("web_gate")
            #expect(gate.status == 200)
            #expect(
                gate.json == [
                    "key": "web_gate", "value": true, "reason": "TARGETING_MATCH", "variant": "segment",
                    "metadata": ["kind": "gate", "ruleID": "segment", "idType": "userID"],
                ])
            let other: Value = ["targetingKey": "u1", "environment": "production"]
            #expect(try await evaluate("web_gate", other).json["value"] == false)
            #expect(try await evaluate("web_gate", other).json["reason"] == "DEFAULT")
            #expect(try await evaluate("web_config").json["reason"] == "STATIC")
            #expect(try await evaluate("web_gate", ["environment": "staging"]).json["variant"] == "staging")
            #expect(try await evaluate("web_config").json["value"] == ["color": "blue", "size": 2, "ratio": 0.5])
            for separator in [".", "/", "%2F"] {
                #expect(try await evaluate("web_config\(separator)color").json["value"] == "blue")
                #expect(try await evaluate("web_config\(separator)size").json["value"] == 2)
                #expect(try await evaluate("web_config\(separator)ratio").json["value"] == 0.5)
            }
            for name in ["nothing", "web_config.nothing", "segment:testers", "web_gate.x", ".", "web_config."] {
                let missing = try await evaluate(name)
                #expect(missing.status == 404, "\(name)")
                #expect(missing.json["errorCode"] == "FLAG_NOT_FOUND")
                #expect(missing.json["key"].string == name)
            }
            #expect(try await console.console.eventCount(named: "statsig::gate_exposure") == 4)
        }
    }

    @Test("A context that can't be read is refused in OpenFeature's words")
    func refusals() async throws {
        try await TestConsole.run(TestSpecs.options(TestSpecs.twoApps())) { console in
            let key = try await console.createKey(["type": "SERVER", "description": "A"]).secret
            for (body, code) in [
                ("{", "PARSE_ERROR"), ("[]", "PARSE_ERROR"), (#"{"context":1}"#, "INVALID_CONTEXT"),
                (#"{"context":{"targetingKey":1}}"#, "INVALID_CONTEXT"),
            ] {
                for path in ["\(OpenFeatureTests.path)/web_gate", OpenFeatureTests.path] {
                    let response = try await console.send(.POST, path, key: key, body: Array(body.utf8))
                    #expect(response.status == 400)
                    #expect(response.json["errorCode"].string == code, "\(body)")
                }
            }
            for body in ["", "{}", #"{"context":null}"#, #"{"context":{"a":{"b":[1]},"custom":{"c":1}}}"#] {
                let response = try await console.send(
                    .POST, "\(OpenFeatureTests.path)/web_gate", key: key, body: Array(body.utf8))
                #expect(response.status == 200, "\(body)")
            }
        }
    }

    @Test("All flags come at once, and only when they have changed")
    func bulk() async throws {
        try await TestConsole.run(TestSpecs.options(TestSpecs.twoApps())) { console in
            let key = try await console.createKey(["type": "SERVER", "description": "A"]).secret
            func all(_ user: Value, _ tag: String? = nil) async throws -> TestResponse {
                try await console.send(
                    .POST, OpenFeatureTests.path, key: nil,
                    json: ["context": ["targetingKey": user, "environment": "production"]],
                    headers: [("Authorization", "Bearer \(key)")] + (tag.map { [("If-None-Match", $0)] } ?? []))
            }
            let first = try await all("tester")
            #expect(first.status == 200)
            let names = (first.json["flags"].array ?? []).compactMap { $0["key"].string }
            #expect(
                names == [
                    "web_gate", "ios_gate", "untagged_gate", "web_config", "web_config.color", "web_config.size",
                    "web_config.ratio",
                ])
            #expect(first.headers.first(name: "access-control-expose-headers")?.contains("ETag") == true)
            let tag = try #require(first.headers.first(name: "etag"))
            for known in [tag, "W/\(tag)", "\"x\", \(tag)", "*"] {
                let same = try await all("tester", known)
                #expect(same.status == 304)
                #expect(same.body.isEmpty)
                #expect(same.headers.first(name: "etag") == tag)
            }
            #expect(try await all("tester", "\"x\"").status == 200)
            // Another user has another answer.
            #expect(try await all("u1", tag).status == 200)
            try await console.console.importSpecs([try TestSpecs.sample()])
            #expect(try await all("tester", tag).status == 200)
        }
    }

    private static func run(
        _ body:
            @Sendable @escaping (TestConsole, _ all: @Sendable (Value, String) async throws -> [Value]) async throws ->
            Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "gatehouse-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let digest = SHA256.digest(Array("vip".utf8).span)
        try Data("+\(Data(digest).base64EncodedString().prefix(8))\n".utf8).write(to: folder.appending(path: "vip"))
        var options = TestSpecs.options(SDKSpecs.document)
        options.idLists = folder.path
        try await TestConsole.run(options) { console in
            let key = try await console.createKey(["type": "SERVER", "description": "A"]).secret
            try await body(console) { body, query in
                let response = try await console.send(.POST, OpenFeatureTests.path + query, key: key, json: body)
                return response.json["flags"].array ?? []
            }
        }
    }

    @Test("All flags have the parameters as flags of their own, with the values and reasons that one flag has")
    func parameters() async throws {
        try await OpenFeatureTests.run { console, all in
            let key = try await console.createKey(["type": "CLIENT", "description": "A"]).secret
            for user in ["vip", "u1", "u2"] {
                let context: Value = ["targetingKey": .string(user), "customIDs": ["stableID": .string(user)]]
                let flags = try await all(["context": context], "")
                let keys = flags.compactMap { $0["key"].string }
                #expect(Set(keys).count == keys.count)
                let expected: Set<String> = [
                    "plain", "plain.color", "plain.size", "plain.a.b", "devices", "devices.group", "page", "page.title",
                    "store", "store.fixed", "store.gated", "bandit", "bandit.variant", "vip",
                ]
                #expect(expected.isSubset(of: keys), "\(expected.subtracting(keys))")
                for flag in flags {
                    let name = try #require(flag["key"].string)
                    let single = try await console.send(
                        .POST, "\(OpenFeatureTests.path)/\(name)", key: key, json: ["context": context])
                    #expect(single.json == flag, "\(name)")
                }
                func flag(_ name: String) -> Value { flags.first { $0["key"].string == name } ?? .null }
                #expect(flag("page.title")["value"] == (user == "vip" ? "Hello" : "Welcome"))
                #expect(flag("page.title")["reason"] == (user == "vip" ? "SPLIT" : "DEFAULT"))
                #expect(flag("store.gated")["value"] == (user == "vip" ? 1 : 0))
                #expect(flag("vip")["reason"] == (user == "vip" ? "SPLIT" : "DEFAULT"))
                #expect(flag("plain.size")["reason"] == "STATIC")
                #expect(flag("store.fixed")["reason"] == "STATIC")
            }
        }
    }

    @Test("A request may ask for some flags by their keys, in the query or in the body")
    func subset() async throws {
        try await OpenFeatureTests.run { console, all in
            func keys(_ flags: [Value]) -> [String?] { flags.map { $0["key"].string } }
            #expect(keys(try await all([:], "?flags=plain.color,vip")) == ["plain.color", "vip"])
            #expect(keys(try await all([:], "?flags=plain.color&flags=vip")) == ["plain.color", "vip"])
            #expect(keys(try await all(["flags": ["vip", "plain"]], "")) == ["vip", "plain"])
            #expect(keys(try await all(["flags": ["vip"]], "?flags=plain")) == ["vip"])
            #expect(try await all(["flags": []], "") == [])
            #expect(try await all(["flags": nil], "").count > 10)
            let missing = try await all(["flags": ["nothing", "vip"]], "")
            #expect(missing[0]["errorCode"] == "FLAG_NOT_FOUND")
            #expect(missing[0]["key"] == "nothing")
            #expect(missing[1]["value"] == false)
            let key = try await console.createKey(["type": "SERVER", "description": "A"]).secret
            for (count, status) in [(ConsoleLimits.maximumFlagKeys, 200), (ConsoleLimits.maximumFlagKeys + 1, 413)] {
                let many: Value = ["flags": .array(Array(repeating: "vip", count: count))]
                #expect(try await console.send(.POST, OpenFeatureTests.path, key: key, json: many).status == status)
            }
            for flags: Value in ["vip", ["a", 1], ["a": 1]] {
                let refused = try await console.send(.POST, OpenFeatureTests.path, key: key, json: ["flags": flags])
                #expect(refused.status == 400)
                #expect(refused.json["errorCode"] == "PARSE_ERROR")
            }
        }
    }

    @Test("An attribute with the name of a user's member, but of another type, is a custom field")
    func attributes() async throws {
        try await OpenFeatureTests.run { _, all in
            func gates(_ context: Value) async throws -> Set<String> {
                let flags = try await all(["context": context], "?flags=email,custom,vip,production,version,address")
                #expect(flags.count == 6, "\(context)")
                return Set(flags.filter { $0["value"] == true }.compactMap { $0["key"].string })
            }
            let text = try await gates(["targetingKey": "a", "custom": "x"])
            #expect(text == ["custom"])
            #expect(try await gates(["targetingKey": "a", "custom": ["custom": "x"]]) == ["custom"])
            #expect(try await gates(["targetingKey": "a", "email": 5]) == ["email"])
            #expect(try await gates(["targetingKey": "a", "email": "5"]) == ["email"])
            let values: [Value] = [1, true, nil, "", [1], ["a"], [], 1.5]
            for name in ["customIDs", "privateAttributes", "statsigEnvironment", "custom", "email", "ip", "locale"] {
                for value in values {
                    let context = Value.object(Object([("targetingKey", "vip"), (name, value)]))
                    #expect(try await gates(context).contains("vip"), "\(name) \(value)")
                }
            }
            #expect(try await gates(["userID": "vip"]) == ["vip"])
            #expect(try await gates(["userID": "vip", "targetingKey": "a"]) == [])
            #expect(try await gates(["userID": ["vip"]]) == [])
            #expect(try await gates(["environment": "production"]) == ["production"])
            #expect(try await gates(["environment": ["tier": "production"]]) == [])
            #expect(
                try await gates(["statsigEnvironment": ["tier": "production"], "environment": "x"]) == ["production"])
            #expect(try await gates(["statsigEnvironment": 1, "environment": "production"]) == ["production"])
            #expect(try await gates(["appVersion": "2.0"]) == ["version"])
            #expect(try await gates(["ip": "203.0.113.7", "custom": ["custom": "y"], "email": nil]) == ["address"])
            #expect(try await gates(["custom": ["email": "7", "custom": "x"], "email": 5]) == ["email", "custom"])
        }
    }

    @Test("Every request that can't be read is refused in OpenFeature's form")
    func forms() async throws {
        try await OpenFeatureTests.run { console, _ in
            let key = try await console.createKey(["type": "SERVER", "description": "A"]).secret
            let bodies: [(String, [(String, String)], Int, String)] = [
                ("{", [], 400, "PARSE_ERROR"), ("[]", [], 400, "PARSE_ERROR"), ("\"x\"", [], 400, "PARSE_ERROR"),
                (#"{"context":[]}"#, [], 400, "INVALID_CONTEXT"), (#"{"context":"a"}"#, [], 400, "INVALID_CONTEXT"),
                (#"{"context":{"targetingKey":null}}"#, [], 400, "INVALID_CONTEXT"),
                (#"{"context":{"targetingKey":{}}}"#, [], 400, "INVALID_CONTEXT"),
                ("{}", [("Content-Encoding", "gzip")], 400, "PARSE_ERROR"),
                ("{}", [("Content-Encoding", "lzma")], 415, "PARSE_ERROR"),
                (String(repeating: " ", count: 2 << 20), [], 413, "PARSE_ERROR"),
            ]
            for (body, headers, status, code) in bodies {
                for path in ["/vip", "/plain/color", ""] {
                    let response = try await console.send(
                        .POST, OpenFeatureTests.path + path, key: key, body: Array(body.utf8), headers: headers)
                    #expect(response.status == status, "\(path) \(body.prefix(40))")
                    #expect(response.json["errorCode"].string == code, "\(path) \(body.prefix(40)): \(response.text)")
                    #expect(response.json["errorDetails"].string?.isEmpty == false)
                    #expect((response.json["key"] != .null) == !path.isEmpty)
                }
            }
        }
    }
}
