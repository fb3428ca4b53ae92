// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseConsole
import GatehouseEvaluation
import NIOHTTP1
import Testing

/// Every cell of the access matrix, over HTTP: type × scopes × status × endpoint.
struct AccessTests {
    /// A door, and who may pass, written down without the table in the code.
    private struct Door: Sendable {
        let method: HTTPMethod
        let path: String
        var body: Value?
        /// The types that fit, with the scopes of which one is needed for each element.
        let opensFor: [KeyType: [Set<KeyScope>]]
        var success = 200
    }

    private static let reading: Set<KeyScope> = [.omniReadOnly, .omniReadWrite]

    private static func doors(victim: String) -> [Door] {
        let keys: [KeyType: [Set<KeyScope>]] = [.console: [[.canAccessKeys], reading]]
        let changes: [KeyType: [Set<KeyScope>]] = [.console: [[.canAccessKeys], [.omniReadWrite]]]
        let specs: [KeyType: [Set<KeyScope>]] = [.server: [], .client: [[.clientDownloadConfigSpecs]]]
        return [
            Door(method: .GET, path: "/console/v1/keys", opensFor: keys),
            Door(method: .GET, path: "/console/v1/keys/\(victim)", opensFor: keys),
            Door(
                method: .POST, path: "/console/v1/keys", body: ["type": "SCIM", "description": "x"], opensFor: changes),
            Door(method: .PATCH, path: "/console/v1/keys/\(victim)", body: ["description": "y"], opensFor: changes),
            Door(method: .PATCH, path: "/console/v1/keys/\(victim)/rotate", opensFor: changes),
            Door(method: .PATCH, path: "/console/v1/keys/nobody/deactivate", opensFor: changes, success: 404),
            Door(method: .DELETE, path: "/console/v1/keys/nobody", opensFor: changes, success: 404),
            Door(method: .GET, path: "/console/v1/gates", opensFor: [.console: [reading]]),
            Door(
                method: .PUT, path: "/console/v1/gates/nobody/enable", opensFor: [.console: [[.omniReadWrite]]],
                success: 404),
            Door(method: .GET, path: "/console/v1/audit_logs", opensFor: [.console: [reading]]),
            Door(method: .GET, path: "/console/v1/events", opensFor: [.console: [reading]]),
            Door(method: .GET, path: "/console/v1/events/x", opensFor: [.console: [reading]]),
            Door(method: .GET, path: "/console/v1/event_counts", opensFor: [.console: [reading]]),
            Door(method: .GET, path: "/console/v1/metrics", opensFor: [.console: [reading]], success: 404),
            Door(method: .GET, path: "/v1/download_config_specs", opensFor: specs),
            Door(method: .POST, path: "/v2/download_config_specs", opensFor: specs),
            Door(method: .POST, path: "/v1/get_id_lists", opensFor: [.server: []]),
            Door(method: .GET, path: "/v1/id_lists/none", opensFor: [.server: []], success: 404),
            Door(
                method: .POST, path: "/v1/initialize", body: ["user": [:]], opensFor: [.client: []]),
            Door(
                method: .POST, path: "/v1/check_gate", body: evaluation("gateName"),
                opensFor: [.server: [], .client: []]),
            Door(
                method: .POST, path: "/v1/get_config", body: evaluation("configName"),
                opensFor: [.server: [], .client: []]),
            Door(
                method: .POST, path: "/v1/get_layer", body: evaluation("layerName"),
                opensFor: [.server: [], .client: []]),
            Door(
                method: .POST, path: "/ofrep/v1/evaluate/flags/web_gate", body: [:],
                opensFor: [.server: [], .client: []]),
            Door(
                method: .POST, path: "/ofrep/v1/evaluate/flags", body: [:],
                opensFor: [.server: [], .client: [[.noneHashEnabled]]]),
            Door(
                method: .POST, path: "/v1/log_event", body: ["events": []], opensFor: [.server: [], .client: []],
                success: 202),
        ]
    }

    private static func evaluation(_ member: String) -> Value {
        .object([member: "web_gate", "user": [:], "statsigMetadata": ["exposureLoggingDisabled": true]])
    }

    @Test("Every cell of the matrix opens or stays closed", arguments: KeyType.allCases)
    func cells(type: KeyType) async throws {
        try await TestConsole.run(TestSpecs.options(TestSpecs.twoApps())) { console in
            let victim = try await console.createKey(["type": "SCIM", "description": "Victim"]).id
            let granting: [KeyScope] = [
                .omniReadOnly, .omniReadWrite, .clientDownloadConfigSpecs, .noneHashEnabled, .canAccessKeys,
            ]
            let others = Set(KeyScope.allCases).subtracting(granting)
            var sets = (0..<(1 << granting.count)).map { bits in
                Set(granting.enumerated().filter { bits >> $0.offset & 1 == 1 }.map(\.element))
            }
            // The other scopes grant nothing, alone or together.
            sets += others.map { [$0] } + [others]
            for (bits, scopes) in sets.enumerated() {
                let secret = try await console.console.createKey(
                    NewKey(type, description: "\(bits)", scopes: Array(scopes)))
                for door in AccessTests.doors(victim: victim) {
                    let expected: Int
                    if let needed = door.opensFor[type] {
                        expected = needed.allSatisfy { !$0.isDisjoint(with: scopes) } ? door.success : 403
                    } else {
                        expected = 401
                    }
                    let response = try await console.send(door.method, door.path, key: secret, json: door.body)
                    #expect(response.status == expected, "\(type) \(scopes) \(door.method) \(door.path)")
                    #expect(!response.text.contains(secret))
                    if expected == 403 { #expect(response.message == "Insufficient permissions.") }
                }
                _ = try await console.send(.PATCH, "/console/v1/keys/\(secret)/deactivate")
                for door in AccessTests.doors(victim: victim) {
                    let response = try await console.send(door.method, door.path, key: secret, json: door.body)
                    #expect(response.status == 401, "deactivated \(type) \(scopes) \(door.method) \(door.path)")
                    #expect(!response.text.contains(secret))
                }
            }
        }
    }

    @Test("Without a key, or with one that nobody has, everything but health stays closed")
    func strangers() async throws {
        try await TestConsole.run(TestSpecs.options(TestSpecs.twoApps())) { console in
            let unknown = "console-" + String(repeating: "A", count: 43)
            for door in AccessTests.doors(victim: "nobody") {
                for key in [nil, "", "x", unknown, "secret-", String(repeating: "é", count: 5000)] {
                    let response = try await console.send(door.method, door.path, key: key, json: door.body)
                    #expect(response.status == 401, "\(door.method) \(door.path)")
                    #expect(!response.text.contains(unknown))
                    #expect(response.message.hasPrefix("This endpoint only accepts an active "))
                }
            }
            for path in ["/v1/health", "/v1/ready", "/v1/startup"] {
                #expect(try await console.get(path, key: nil).status == 200)
            }
        }
    }

    @Test("A key that is revoked, rotated or deleted stops working at once, also for clients that poll")
    func revocation() async throws {
        try await TestConsole.run(TestSpecs.options(TestSpecs.twoApps())) { console in
            for change in ["deactivate", "rotate", "delete"] {
                let key = try await console.createKey(["type": "SERVER", "description": "A"])
                let path = "/v2/download_config_specs/\(key.secret).json"
                // Each poller goes on over its connection until it is refused.
                let pollers = (0..<8).map { _ in
                    Task {
                        var served = 0
                        while true {
                            let status = try await console.get("\(path)?sinceTime=1700000000000", key: nil).status
                            if status == 401 { return served }
                            try #require(status == 200)
                            served += 1
                        }
                    }
                }
                #expect(try await console.get(path, key: nil).status == 200)
                let response =
                    change == "delete"
                    ? try await console.send(.DELETE, "/console/v1/keys/\(key.id)")
                    : try await console.send(.PATCH, "/console/v1/keys/\(key.id)/\(change)")
                #expect(response.status == 200)
                // Not one request that begins after the acknowledgement gets through.
                #expect(try await console.get(path, key: nil).status == 401)
                for poller in pollers { _ = try await poller.value }
            }
        }
    }
}
