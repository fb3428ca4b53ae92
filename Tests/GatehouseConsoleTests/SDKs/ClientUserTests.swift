// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseConsole
import GatehouseEvaluation
import GatehouseSpec
import NIOHTTP1
import Synchronization
import Testing

/// What requests of clients tell of their user beside the member `user`.
struct ClientUserTests {
    private static func run(
        _ options: ConsoleOptions = TestSpecs.options(SDKSpecs.document),
        _ body: @Sendable @escaping (TestConsole, String) async throws -> Void
    ) async throws {
        try await TestConsole.run(options) { console in
            let key: Value = ["type": "CLIENT", "description": "A", "scopes": ["none_hash_enabled"]]
            try await body(console, try await console.createKey(key).secret)
        }
    }

    @Test("Devices that come with statsigMetadata.stableID alone have the groups of customIDs.stableID")
    func devices() async throws {
        try await ClientUserTests.run { console, key in
            var groups: Set<String> = []
            for number in 0..<100 {
                let device = Value.string("device-\(number)")
                func group(_ path: String, _ body: Object) async throws -> Value {
                    let answer = try await console.ask(path, key, .object(body))
                    return path == "/v1/initialize"
                        ? answer["dynamic_configs"]["devices"]["value"]["group"] : answer["value"]["group"]
                }
                let metadata: Object = ["stableID": device, "exposureLoggingDisabled": true]
                let expected = try await group(
                    "/v1/get_config",
                    [
                        "configName": "devices", "user": ["customIDs": ["stableID": device]],
                        "statsigMetadata": ["exposureLoggingDisabled": true],
                    ])
                groups.insert(expected.string ?? "")
                for user: Value in [[:], ["userID": "u"], ["customIDs": ["companyID": "c"]], ["customIDs": nil], nil] {
                    let answer = try await group(
                        "/v1/get_config",
                        ["configName": "devices", "user": user, "statsigMetadata": .object(metadata)])
                    #expect(answer == expected, "\(number) \(user)")
                }
                let started = try await group(
                    "/v1/initialize",
                    ["user": ["customIDs": []], "hash": "none", "statsigMetadata": .object(metadata)])
                #expect(started == expected)
                // A device ID that the user brings counts, in any of the spellings that SDKs read.
                for own: Value in [["stableID": device], ["stableid": device]] {
                    let answer = try await group(
                        "/v1/get_config",
                        [
                            "configName": "devices", "user": ["customIDs": own],
                            "statsigMetadata": ["stableID": "another", "exposureLoggingDisabled": true],
                        ])
                    #expect(answer == expected)
                }
            }
            #expect(groups == ["control", "test"])
        }
    }

    @Test("Exposures of devices are counted, wherever their ID stands in the request")
    func counts() async throws {
        try await TestConsole.run { console in
            try await console.author(.POST, "experiments", ["name": "devices", "idType": "stableID"])
            try await console.author(.PUT, "experiments/devices/start")
            let groups = try await console.author(.GET, "experiments/devices")["groups"].array ?? []
            let key = try await console.createKey(["type": "CLIENT", "description": "A"]).secret
            for number in 0..<20 {
                _ = try await console.ask(
                    "/v1/get_config", key,
                    ["configName": "devices", "user": [:], "statsigMetadata": ["stableID": .string("a\(number)")]])
            }
            func exposure(_ members: Object) -> Value {
                let rule: Object = ["config": "devices", "ruleID": groups[0]["id"]]
                let event: Object = ["eventName": "statsig::config_exposure", "metadata": .object(rule)]
                return .object(Object(event.map { ($0, $1) } + members.map { ($0, $1) }))
            }
            let events: [Value] = [
                exposure(["user": ["userID": "u"], "statsigMetadata": ["stableID": "b0"]]), exposure([:]),
                exposure(["user": ["customIDs": ["stableID": "b2"]]]),
                exposure(["user": ["customIDs": ["stableid": "b3"]]]), exposure(["user": nil]),
            ]
            let response = try await console.ask(
                "/v1/log_event", key,
                ["events": .array(events), "statsigMetadata": ["stableID": "b1"], "user": ["userID": "shared"]])
            #expect(response == ["success": true])
            let counted = try await console.author(.GET, "experiments/devices/cumulative_exposures")
            // 20 of get_config, and b0 to b3.
            #expect((counted.array ?? []).reduce(0) { $0 + ($1["results"][0]["exposures"].integer ?? 0) } == 24)
            let users = try await console.stored("statsig::config_exposure").prefix(5).map { $0["user"] }
            #expect(users.filter { $0["userID"] == "shared" }.count == 2)
        }
    }

    @Test("Initialize infers the user agent, the address, the app's version and its language, where the user has none")
    func inference() async throws {
        let chrome =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
        var options = TestSpecs.options(SDKSpecs.document)
        options.trustedProxies = ["127.0.0.1"]
        try await ClientUserTests.run(options) { console, key in
            func gates(_ user: Value, _ metadata: Value = [:], _ headers: [(String, String)] = []) async throws -> Set<
                String
            > {
                let answer = try await console.ask(
                    "/v1/initialize", key, ["user": user, "hash": "none", "statsigMetadata": metadata],
                    headers: headers)
                let gates = answer["feature_gates"].object ?? [:]
                return Set(gates.filter { $0.value["value"] == true }.map(\.name)).subtracting(["soon"])
            }
            #expect(try await gates([:]) == [])
            #expect(try await gates([:], [:], [("User-Agent", chrome)]) == ["chrome"])
            #expect(try await gates(["userAgent": "curl/8"], [:], [("User-Agent", chrome)]) == [])
            #expect(try await gates(["userAgent": ""], [:], [("User-Agent", chrome)]) == ["chrome"])
            #expect(try await gates([:], ["appVersion": "2.1", "locale": "fr_FR"]) == ["version", "locale"])
            #expect(
                try await gates(["appVersion": "1", "locale": "de"], ["appVersion": "2.1", "locale": "fr_FR"]) == [])
            #expect(try await gates(["custom": ["appVersion": "1"]], ["appVersion": "2.1"]) == [])
            #expect(try await gates(["appVersion": nil], ["appVersion": "2.1", "locale": 5]) == ["version"])
            for (header, value, isThere) in [
                ("X-Forwarded-For", "203.0.113.7", true), ("X-Forwarded-For", "1.2.3.4, 203.0.113.7, 127.0.0.1", true),
                ("X-Forwarded-For", "203.0.113.7, 1.2.3.4", false), ("X-Forwarded-For", "unknown", false),
                ("Forwarded", "for=203.0.113.7:4711;proto=https", true), ("Forwarded", "for=\"[2001:db8::7]:1\"", true),
                ("Forwarded", "for=_hidden", false), ("X-Forwarded-For", "::ffff:203.0.113.7", true),
            ] {
                let found = try await gates([:], [:], [(header, value)])
                #expect(found == (isThere ? ["address"] : []), "\(header): \(value)")
                #expect(try await gates(["ip": "192.0.2.1"], [:], [(header, value)]) == [])
            }
        }
        // Without a trusted proxy the header says nothing.
        try await ClientUserTests.run { console, key in
            let answer = try await console.ask(
                "/v1/initialize", key, ["user": [:], "hash": "none"], headers: [("X-Forwarded-For", "203.0.113.7")])
            #expect(answer["feature_gates"]["address"]["value"] == false)
            #expect(answer["user"]["ip"] == "127.0.0.1")
        }
    }

    @Test("A document without a default environment is served without one")
    func environment() async throws {
        try await TestConsole.run(TestSpecs.options(SDKSpecs.document)) { console in
            for version in ["v1", "v2"] {
                let key = try await console.createKey(["type": "SERVER", "description": "A"])
                let document = try await console.get("/\(version)/download_config_specs", key: key.secret)
                #expect(document.json.object?["default_environment"] == nil)
                let ruleset = try Ruleset(document: document.body)
                let context = EvaluationContext(clock: { 0 })
                #expect(!ruleset.checkGate("production", for: User(userID: "u"), in: context))
                let own = try await console.createKey([
                    "type": "SERVER", "description": "A", "environments": ["production"],
                ])
                let tiered = try await console.get("/\(version)/download_config_specs", key: own.secret)
                #expect(tiered.json["default_environment"] == "production")
            }
            let client = try await console.createKey(["type": "CLIENT", "description": "A"]).secret
            let answer = try await console.ask("/v1/check_gate", client, ["gateName": "production", "user": [:]])
            #expect(answer["value"] == false)
        }
    }

    @Test("Initialize has no updates as long as the answers are the same, whatever the document's time")
    func updates() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "gatehouse-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let list = folder.appending(path: "vip")
        try Data("+AAAAAAAA\n".utf8).write(to: list)
        let clock = TestTime()
        var options = TestSpecs.options(SDKSpecs.document)
        options.idLists = folder.path
        options.clock = { clock.now }
        try await ClientUserTests.run(options) { console, key in
            @Sendable func ask(_ user: Value, since time: Value, hash: Value = "none") async throws -> Value {
                try await console.ask("/v1/initialize", key, ["user": user, "hash": hash, "sinceTime": time])
            }
            let same: Value = ["has_updates": false]
            let first = try await ask(["userID": "a"], since: nil)
            #expect(first["feature_gates"]["soon"]["value"] == false)
            let time = first["time"]
            #expect(try #require(time.integer) >= 1_700_000_000_001)
            #expect(try await ask(["userID": "a"], since: time) == same)
            #expect(try await ask(["userID": "a"], since: .double(time.double ?? 0)) == same)
            // The document's time alone, another user, another form, another device: nothing says that the client has these.
            #expect(try await ask(["userID": "a"], since: 1_700_000_000_001)["has_updates"] == true)
            #expect(try await ask(["userID": "b"], since: time)["has_updates"] == true)
            #expect(try await ask(["userID": "a"], since: time, hash: "djb2")["has_updates"] == true)
            for other: Value in [0, -1, "1", 1e300, nil] {
                #expect(try await ask(["userID": "a"], since: other)["has_updates"] == true)
            }
            #expect(try await ask(["userID": "a"], since: time) == same)

            // A time comes.
            clock.now = 1_800_000_003_000
            let opened = try await ask(["userID": "a"], since: time)
            #expect(opened["feature_gates"]["soon"]["value"] == true)
            #expect(try await ask(["userID": "a"], since: opened["time"]) == same)
            // Another device still has the first answers.
            #expect(try await ask(["userID": "a"], since: time)["has_updates"] == true)

            // An ID joins the list.
            let digest = SHA256.digest(Array("a".utf8).span)
            let line = "+" + Data(digest).base64EncodedString().prefix(8) + "\n"
            try Data(("+AAAAAAAA\n" + line).utf8).write(to: list)
            try await until("the list has grown") {
                try await ask(["userID": "a"], since: opened["time"])["feature_gates"]["vip"]["value"] == true
            }
            // Time goes back, and with it the answer; the time of the response doesn't.
            let latest = try await ask(["userID": "a"], since: nil)
            clock.now = 1_800_000_001_000
            let back = try await ask(["userID": "a"], since: latest["time"])
            #expect(back["feature_gates"]["soon"]["value"] == false)
            #expect(try #require(back["time"].integer) > (latest["time"].integer ?? 0))
        }
    }
}

/// A time that a test moves.
private final class TestTime: Sendable {
    private let value = Mutex<Int64>(1_800_000_001_000)

    var now: Int64 {
        get { value.withLock { $0 } }
        set { value.withLock { $0 = newValue } }
    }
}
