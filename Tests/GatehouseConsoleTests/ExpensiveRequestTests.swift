// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseConsole
import GatehouseEvaluation
import NIOHTTP1
import Testing

/// Requests that take long: what goes on beside them, what they leave behind, and when they end.
struct ExpensiveRequestTests {
    /// A body whose check against a config's schema takes as many steps as its length allows.
    ///
    /// - Parameter byteCount: The length of a member that nothing describes; two steps are allowed for each byte.
    /// - Returns: The body of a request that creates a config.
    private static func expensive(byteCount: Int) -> Value {
        let patterns = (0..<1000).map { "\"^p\($0)_[a-z]*\": {\"type\": \"number\"}" }.joined(separator: ",")
        var members = (0..<1000).map { ("p\($0)_x", Value.integer(1)) }
        members.append(("filler", .string(String(repeating: "x", count: byteCount))))
        return [
            "name": "expensive", "schema": .string("{\"patternProperties\": {\(patterns)}}"),
            "defaultValue": .object(Object(members)),
        ]
    }

    @Test("Health, readiness and rotations are answered while more large requests run than there are threads")
    func others() async throws {
        var options = TestSpecs.options(TestSpecs.twoApps())
        options.limits.maximumRunningRequests = 8
        options.limits.maximumRunningRequestsPerKey = 8
        try await TestConsole.run(options) { console in
            let victim = try await console.createKey(["type": "SERVER", "description": "A"])
            let client = try await console.createKey(["type": "CLIENT", "description": "B"]).secret
            let event = "{\"eventName\":\"e\",\"value\":\"\(String(repeating: "x", count: 150))\"}"
            let events = Array(repeating: event, count: 10_000).joined(separator: ",")
            let body = Array("{\"events\":[\(events)]}".utf8)
            let ended = TestCounter()
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for _ in 0..<8 {
                    tasks.addTask {
                        let response = try await console.send(.POST, "/v1/log_event", key: client, body: body)
                        #expect(response.status == 202)
                        ended.increment()
                    }
                }
                try await Task.sleep(for: .milliseconds(200))
                for _ in 0..<10 {
                    #expect(try await console.get("/v1/health").status == 200)
                    #expect(try await console.get("/v1/ready").status == 200)
                }
                #expect(try await console.send(.PATCH, "/console/v1/keys/\(victim.id)/rotate").status == 200)
                // On the threads that answer these requests, all eight would have to end first.
                #expect(ended.value < 8)
                try await tasks.waitForAll()
            }
        }
    }

    @Test("A schema check stops when the client has left")
    func left() async throws {
        var options = TestConsole.options()
        options.limits.maximumRunningRequests = 1
        try await TestConsole.run(options) { console in
            let text = ExpensiveRequestTests.expensive(byteCount: 2_000_000).jsonText
            @Sendable func seconds(_ body: () async throws -> Void) async rethrows -> Double {
                let start = ContinuousClock.now
                try await body()
                return (ContinuousClock.now - start) / .seconds(1)
            }
            let whole = try await seconds {
                let response = try await console.send(
                    .POST, "/console/v1/dynamic_configs", body: Array(text.utf8))
                #expect(response.text.contains("takes too long to check"))
            }
            // The same request again; its client leaves when it is being checked.
            let connection = try RawConnection(console.url)
            connection.begin("/console/v1/dynamic_configs", key: console.adminKey, byteCount: text.utf8.count)
            connection.send(text)
            try await Task.sleep(for: .seconds(whole / 2))
            connection.leave()
            // A large request waits until the first one has ended.
            let next = try await seconds {
                let tag = "{\"name\":\"a\"\(String(repeating: " ", count: 20_000))}"
                let response = try await console.send(.POST, "/console/v1/tags", body: Array(tag.utf8))
                #expect(response.status == 200)
            }
            #expect(next < whole / 4, "the whole check takes \(whole) s, the next request took \(next) s")
        }
    }

    @Test("The budget of a schema check is that of the request, however many values it has")
    func manyValues() async throws {
        try await TestConsole.run { console in
            let schema = "{\"patternProperties\": {\"^(a|b|c)*$\": {\"type\": \"number\"}}}"
            let value: Value = ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": 1]
            func config(_ count: Int) -> Value {
                let rules = (0..<count).map { index -> Value in
                    [
                        "name": .string("r\(index)"), "passPercentage": 100, "conditions": [["type": "public"]],
                        "returnValue": value,
                    ]
                }
                return [
                    "name": .string("many\(count)"), "schema": .string(schema), "defaultValue": value,
                    "rules": .array(rules),
                ]
            }
            try await console.author(.POST, "dynamic_configs", config(100))
            // A path of references takes steps for each of its parts.
            let reference = "#" + String(repeating: "/a", count: 20_000)
            let long: Value = .object(Object((0..<200).map { ("k\($0)", .integer(1)) }))
            try await console.refuse(
                .POST, "dynamic_configs",
                [
                    "name": "references", "schema": .string("{\"additionalProperties\":{\"$ref\":\"\(reference)\"}}"),
                    "defaultValue": long,
                ], "defaultValue")
        }
    }

    #if os(Linux)
        @Test("Checks of patterns leave no memory behind")
        func memory() async throws {
            try await TestConsole.run { console in
                let patterns = (0..<100).map { "\"^p\($0)_[a-z]*\": {\"type\": \"number\"}" }.joined(separator: ",")
                let value = Value.object(Object((0..<100).map { ("p\($0)_x", .integer(1)) }))
                func create(_ name: String) async throws {
                    try await console.author(
                        .POST, "dynamic_configs",
                        [
                            "name": .string(name), "schema": .string("{\"patternProperties\": {\(patterns)}}"),
                            "defaultValue": value,
                        ])
                }
                try await create("warm_up")
                let before = try ExpensiveRequestTests.residentBytes()
                // 100,000 checks; 4.6 kB for each would be 460 MB.
                for index in 0..<10 { try await create("config\(index)") }
                let grown = try ExpensiveRequestTests.residentBytes() - before
                #expect(grown < 100 << 20, "\(grown >> 20) MiB more")
            }
        }

        private static func residentBytes() throws -> Int {
            let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
            return (Int(fields[1]) ?? 0) * sysconf(Int32(_SC_PAGESIZE))
        }
    #endif
}
