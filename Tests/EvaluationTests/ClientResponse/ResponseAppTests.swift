// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec
import TestSupport
import Testing

/// Which app a response is for, and what that app sees.
@Suite("Client-initialize response: apps")
struct ResponseAppTests {
    private func project(_ members: Object) -> Project {
        var project = Project()
        project.gate("everybody's", Rule("r"))
        project.config("web", Rule("c"), members: ["targetAppIDs": ["web"]])
        project.config("both", Rule("c"), members: ["targetAppIDs": ["web", "ios"]])
        project.config("nobody's", Rule("c"), members: ["targetAppIDs": []])
        project.gate("app", Rule("r", Condition(type: "target_app", operator: "any", target: ["web"])))
        project.members = members
        project.members["param_stores"] = ["store": ["parameters": [:], "targetAppIDs": ["ios"]]]
        return project
    }

    private static let keys: Object = [
        "app_id": "server", "sdk_keys_to_app_ids": ["web-key": "web", "null-key": nil, "ios-key": "ios"],
    ]

    private func names(_ members: Object, key: String? = nil, app: String? = nil, strict: Bool = false) throws
        -> [String]
    {
        let response = try project(members).ruleset().response {
            $0.clientKey = key
            $0.targetAppID = app
            $0.hidesFromUnknownKeys = strict
        }
        return response.names("feature_gates") + response.names("dynamic_configs") + response.names("param_stores")
    }

    private static let everything = ["everybody's", "app", "web", "both", "nobody's", "store"]

    @Test("Without a key or an app nothing is left out")
    func none() throws {
        #expect(try names(Self.keys) == Self.everything)
        #expect(try names(Self.keys, app: "") == Self.everything)
        #expect(try names(Self.keys, strict: true) == Self.everything)
    }

    @Test("A key's app sees what is meant for it, and nothing that doesn't say for whom it is")
    func key() throws {
        #expect(try names(Self.keys, key: "web-key") == ["web", "both"])
        #expect(try names(Self.keys, key: "ios-key") == ["both", "store"])
        #expect(try names(Self.keys, key: "ios-key", app: "web") == ["web", "both"])
        #expect(try names(Self.keys, app: "other").isEmpty)
    }

    @Test("An unknown key sees everything, or nothing if that is asked for")
    func unknown() throws {
        #expect(try names(Self.keys, key: "unknown") == Self.everything)
        #expect(try names(Self.keys, key: "unknown", strict: true).isEmpty)
        #expect(try names(Self.keys, key: "web-key", strict: true) == ["web", "both"])
        // The document knows this one; it has no app.
        #expect(try names(Self.keys, key: "null-key") == Self.everything)
        #expect(try names(Self.keys, key: "null-key", strict: true) == Self.everything)
    }

    @Test("A client that sees nothing isn't told of session replay either")
    func strictReplay() throws {
        var members = Self.keys
        members["session_replay_info"] = ["sampling_rate": 1]
        let ruleset = try project(members).ruleset()
        let response = try ruleset.response {
            $0.clientKey = "unknown"
            $0.hidesFromUnknownKeys = true
        }
        #expect(response["can_record_session"] == nil)
        #expect(response["has_updates"]?.bool == true)
        #expect(try ruleset.response { $0.clientKey = "unknown" }["can_record_session"]?.bool == true)
    }

    @Test("The map of hashed keys replaces that of keys, whatever it has")
    func hashedKeys() throws {
        var members = Self.keys
        let hash = DJB2.hash("ios-key")
        members["hashed_sdk_keys_to_app_ids"] = .object(Object([(String(hash), .string("ios"))]))
        #expect(try names(members, key: "ios-key") == ["both", "store"])
        #expect(try names(members, key: "web-key") == Self.everything)
        #expect(try names(members, key: "web-key", strict: true).isEmpty)
    }

    @Test("Without maps of keys a key has the document's app")
    func documentApp() throws {
        #expect(try names(["app_id": "web"], key: "any") == ["web", "both"])
        #expect(try names(["app_id": "web"], key: "any", strict: true) == ["web", "both"])
        #expect(try names([:], key: "any") == Self.everything)
        #expect(try names(["app_id": 7], key: "any").isEmpty)
    }

    @Test("Conditions on the app compare the one that was selected")
    func condition() throws {
        var project = Project()
        project.config(
            "app", Rule("yes", Condition(type: "target_app", operator: "any", target: ["web"])),
            members: ["targetAppIDs": ["web", "ios"]])
        let other = try project.ruleset()
        for (app, rule) in [("web", "yes"), ("ios", "default")] {
            let response = try other.response { $0.targetAppID = app }
            #expect(response.entity("dynamic_configs", "app")["rule_id"]?.string == rule)
        }
    }
}
