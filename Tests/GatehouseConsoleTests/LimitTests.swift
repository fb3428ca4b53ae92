// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Foundation
import GatehouseConsole
import GatehouseEvaluation
import MetricsTestKit
import NIOHTTP1
import Testing

/// Each bound of `ConsoleLimits`, exceeded.
struct LimitTests {
    /// Runs a console with its own metrics.
    private static func run(
        _ change: (inout ConsoleOptions) -> Void = { _ in },
        _ body: @Sendable @escaping (TestConsole, TestMetrics) async throws -> Void
    ) async throws {
        let metrics = TestMetrics()
        var options = TestSpecs.options(TestSpecs.twoApps())
        options.metrics = metrics
        change(&options)
        try await TestConsole.run(options) { console in try await body(console, metrics) }
    }

    private static func refused(_ metrics: TestMetrics, _ reason: String) throws -> Int64 {
        try metrics.expectCounter("gatehouse.console.requests.refused", [("reason", reason)]).totalValue
    }

    private static func dropped(_ metrics: TestMetrics, _ reason: String) throws -> Int64 {
        try metrics.expectCounter("gatehouse.console.events.dropped", [("reason", reason)]).totalValue
    }

    @Test("Small compressed bodies that become large values are refused before they are parsed")
    func bombs() async throws {
        try await LimitTests.run { console, metrics in
            let client = try await console.createKey(["type": "CLIENT", "description": "A"]).secret
            func send(_ path: String, _ text: String) async throws -> (status: Int, seconds: Double) {
                let packed = try Gunzip.packed(Array(text.utf8))
                #expect(packed.count <= 64 << 10)
                let start = ContinuousClock.now
                let response = try await console.send(
                    .POST, path, key: client, body: packed, headers: [("Content-Encoding", "gzip")])
                return (response.status, (ContinuousClock.now - start) / .seconds(1))
            }
            func user(_ count: Int) -> String {
                #"{"gateName":"g","user":{"userID":"u","custom":{"a":["#
                    + String(repeating: "0,", count: count) + "0]}}}"
            }
            // 62 MB of zeros are 63 kB compressed.
            for path in ["/v1/initialize", "/v1/check_gate"] {
                #expect(try await send(path, user(31_000_000)).status == 413)
                #expect(try await send(path, user(500_000)).status == 413)
            }
            #expect(try LimitTests.refused(metrics, "decompressed_bytes") == 2)
            #expect(try LimitTests.refused(metrics, "parsed_bytes") == 2)
            let events = #"{"events":["# + String(repeating: "{},", count: 1_500_000) + "{}]}"
            #expect(try await send("/v1/log_event", events).status == 413)
            let large = [UInt8](repeating: 0x20, count: 2 << 20)
            #expect(try await console.send(.POST, "/v1/initialize", key: client, body: large).status == 413)
            #expect(try LimitTests.refused(metrics, "received_bytes") == 1)
            // A user with as many numbers as anybody could need is served.
            #expect(try await send("/v1/check_gate", user(10_000)).status == 200)
        }
    }

    @Test("Bodies in memory have a common bound, of which a key has a quarter")
    func bufferedBytes() async throws {
        try await LimitTests.run({ $0.limits.maximumBufferedBytes = 400_000 }) { console, metrics in
            let key = try await console.createKey(["type": "SERVER", "description": "A"]).secret
            func status(_ count: Int) async throws -> Int {
                let body = #"{"events":[]}"# + String(repeating: " ", count: count)
                return try await console.send(.POST, "/v1/log_event", key: key, body: Array(body.utf8)).status
            }
            #expect(try await status(90_000) == 202)
            #expect(try await status(110_000) == 503)
            #expect(try LimitTests.refused(metrics, "buffered_bytes") == 1)
            // What a request had is free after it.
            for _ in 0..<5 { #expect(try await status(90_000) == 202) }
        }
    }

    @Test("Large requests of one key wait for each other, and too many are refused, while everything else goes on")
    func queue() async throws {
        try await LimitTests.run({
            $0.limits.maximumRunningRequests = 1
            $0.limits.maximumWaitingRequestsPerKey = 2
        }) { console, metrics in
            let key = try await console.createKey(["type": "SERVER", "description": "A"])
            let event = #"{"eventName":"e","value":"\#(String(repeating: "x", count: 200))"},"#
            let body = Array((#"{"events":["# + String(repeating: event, count: 2000) + #"{"eventName":"e"}]}"#).utf8)
            let statuses = try await withThrowingTaskGroup(of: Int.self) { tasks in
                for _ in 0..<12 {
                    tasks.addTask { try await console.send(.POST, "/v1/log_event", key: key.secret, body: body).status }
                }
                #expect(try await console.get("/v1/health").status == 200)
                let rotated = try await console.send(.PATCH, "/console/v1/keys/\(key.id)/rotate")
                #expect(rotated.status == 200)
                return try await tasks.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(statuses).isSubset(of: [202, 401, 429]))
            #expect(statuses.contains(202))
            let refused = Int64(statuses.count { $0 == 429 })
            #expect(refused > 0)
            #expect(try LimitTests.refused(metrics, "waiting_of_key") == refused)
        }
    }

    @Test("Events that exceed a bound are dropped, and the others are stored")
    func events() async throws {
        try await LimitTests.run({
            $0.limits.maximumEventsPerRequest = 8
            $0.limits.maximumEventBytes = 1000
            $0.limits.maximumEventNames = 2
            $0.limits.maximumEventNameBytes = 10
        }) { console, metrics in
            let key = try await console.createKey(["type": "SERVER", "description": "A"]).secret
            func send(_ events: [Value]) async throws -> Int {
                try await console.send(.POST, "/v1/log_event", key: key, json: ["events": .array(events)]).status
            }
            #expect(try await send(Array(repeating: ["eventName": "a"], count: 9)) == 413)
            #expect(try LimitTests.refused(metrics, "events") == 1)
            let status = try await send([
                ["eventName": "a"], ["eventName": "b"], ["eventName": "c"], ["eventName": "abcdefghijk"],
                ["eventName": "a\u{0}b"], ["eventName": "a\u{7F}"], ["name": "a"],
                ["eventName": "a", "value": .string(String(repeating: "x", count: 1000))],
            ])
            #expect(status == 202)
            let counts = try await console.get("/console/v1/event_counts").data
            #expect(counts.array?.count == 2)
            #expect(counts.array?.allSatisfy { $0["count"] == 1 } == true)
            #expect(try LimitTests.dropped(metrics, "names") == 1)
            #expect(try LimitTests.dropped(metrics, "name") == 3)
            #expect(try LimitTests.dropped(metrics, "no_name") == 1)
            #expect(try LimitTests.dropped(metrics, "size") == 1)
        }
    }

    @Test("The oldest events are removed when there are too many of them, or they have too many bytes")
    func stored() async throws {
        let text = String(repeating: "x", count: 800)
        for isByBytes in [false, true] {
            try await LimitTests.run({
                if isByBytes {
                    $0.limits.maximumStoredEventBytes = 5000
                } else {
                    $0.limits.maximumStoredEvents = 5
                }
            }) { console, _ in
                let key = try await console.createKey(["type": "SERVER", "description": "A"]).secret
                for index in 0..<12 {
                    let event: Value = [
                        "eventName": "e", "value": .string(text), "metadata": ["i": .integer(Int64(index))],
                    ]
                    let response = try await console.send(
                        .POST, "/v1/log_event", key: key, json: ["events": [event]])
                    #expect(response.status == 202)
                }
                let left = try await console.get("/console/v1/events/e").data
                #expect(left.array?.map { $0["event"]["metadata"]["i"] } == [11, 10, 9, 8, 7])
                // The count of all that ever came stays.
                #expect(try await console.get("/console/v1/event_counts").data[0]["count"] == 12)
            }
        }
    }

    @Test("PHP's empty arrays for maps are empty maps")
    func emptyArrays() async throws {
        try await LimitTests.run { console, _ in
            let key = try await console.createKey(["type": "SERVER", "description": "A"]).secret
            let user: Value = [
                "userID": "u", "custom": [], "customIDs": [], "privateAttributes": [], "statsigEnvironment": [],
            ]
            let response = try await console.send(
                .POST, "/v1/check_gate", key: key, json: ["gateName": "g", "user": user])
            #expect(response.status == 200)
            let wrong: Value = ["userID": "u", "custom": ["a"]]
            let refused = try await console.send(
                .POST, "/v1/check_gate", key: key, json: ["gateName": "g", "user": wrong])
            #expect(refused.status == 400)
        }
    }
}
