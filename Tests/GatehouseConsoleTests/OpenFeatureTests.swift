// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

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
            func evaluate(_ flag: String, _ context: Value = ["targetingKey": "tester"]) async throws -> TestResponse {
                try await console.send(.POST, "\(OpenFeatureTests.path)/\(flag)", key: key, json: ["context": context])
            }
            let gate = try await evaluate("web_gate")
            #expect(gate.status == 200)
            #expect(
                gate.json == [
                    "key": "web_gate", "value": true, "reason": "TARGETING_MATCH", "variant": "segment",
                    "metadata": ["kind": "gate", "ruleID": "segment", "idType": "userID"],
                ])
            #expect(try await evaluate("web_gate", ["targetingKey": "u1"]).json["value"] == false)
            #expect(try await evaluate("web_gate", ["targetingKey": "u1"]).json["reason"] == "STATIC")
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
                    .POST, OpenFeatureTests.path, key: nil, json: ["context": ["targetingKey": user]],
                    headers: [("Authorization", "Bearer \(key)")] + (tag.map { [("If-None-Match", $0)] } ?? []))
            }
            let first = try await all("tester")
            #expect(first.status == 200)
            let names = (first.json["flags"].array ?? []).compactMap { $0["key"].string }
            #expect(names == ["web_gate", "ios_gate", "untagged_gate", "web_config"])
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
}
