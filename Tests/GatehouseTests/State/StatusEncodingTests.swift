// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Gatehouse
import Logging
import Testing
import TestServers

@Suite("The state as JSON")
struct StatusEncodingTests {
    func json(_ value: some Encodable) throws -> Object {
        try JSONDecoder().decode(Object.self, from: JSONEncoder().encode(value))
    }

    @Test("A client that hasn't started says so, without members it has no value for")
    func idle() throws {
        let client = GatehouseClient(key: ClientTests.key)
        #expect(
            try json(client.status) == [
                "isReady": false, "phase": "idle", "origin": "none", "isStale": true, "issueCount": 0,
                "usageProblemCount": 0,
                "problems": [],
                "consecutiveFailures": 0, "attempts": 0, "usesFallback": false,
                "eventDestination": .string(EventOptions.defaultCollectorURL),
            ])
    }

    @Test("Durations are in seconds, and problems have part, code, message and time")
    func running() async throws {
        let time = VirtualTime()
        try await FaultServer.run { server in
            server.respond(with: Answer(json: Documents.document(time: 1)))
            var options = ClientOptions(network: NetworkOptions(specsURL: server.url))
            options.events = nil
            options.network?.retries = 0
            options.time = time
            options.logger.logLevel = .critical
            let client = GatehouseClient(key: ClientTests.key, options: options)
            var updates = client.updates.makeAsyncIterator()
            let outcome = try json(await client.start())
            #expect(outcome["isReady"] == true)
            #expect(outcome["origin"] == "network")
            #expect(outcome["documentTime"] == 1)
            #expect(outcome["ageSeconds"] == 0)
            #expect(outcome["durationSeconds"] == 0)
            #expect(outcome["error"] == nil)
            let update = try json(try #require(await updates.next()))
            #expect(update["origin"] == "network")
            #expect(update["documentTime"] == 1)
            #expect(update["previousDocumentTime"] == nil)
            #expect(update["issues"] == [])

            server.respond(with: Answer(status: 404))
            try await time.waitForSleepers(1)
            await time.advance(by: .seconds(10))
            try await server.waitForRequests(2)
            // The client counts the failure after it has recorded the problem.
            try await waitUntil("the failure is known") { client.status.consecutiveFailures > 0 }
            await time.advance(by: .milliseconds(500))
            let status = try json(client.status)
            #expect(status["isReady"] == true)
            #expect(status["phase"] == "running")
            #expect((status["ageSeconds"]?.double ?? 0) >= 10)
            #expect(status["consecutiveFailures"] == 1)
            let problem = try #require(status["problems"]?.array?.first?.object)
            #expect(problem.map(\.name) == ["code", "message", "part", "time"])
            #expect(problem["part"] == "download")
            #expect(problem["code"] == "refused")
            #expect(status["lastError"] == .object(problem))
            #expect(!"\(status)".contains(ClientTests.key.secret))
            await client.shutdown()
        }
    }
}
