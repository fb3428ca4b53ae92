// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse
import ServiceLifecycle
import TestServers
import Testing

/// What those who wait get, and when.
@Suite("Waiting callers are told", .serialized)
struct RefreshFaultTests {
    @Test("A refresh during a failing round doesn't wait for the next interval")
    func refreshBetweenTries() async throws {
        try await Scenario.run { scenario in
            scenario.server.respond(with: Answer(status: 500))
            try await scenario.step()
            #expect(scenario.client.status.nextAttempt.map { $0 < .seconds(1) } == true)
            async let refreshed = scenario.client.refresh()
            // All that is left of the round, but no interval.
            try await waitUntil("the refresh is over") {
                if let pause = scenario.time.nextWakeUp, pause < .seconds(5),
                    scenario.client.status.nextAttempt == pause
                {
                    await scenario.time.advance(by: pause)
                }
                return scenario.client.status.consecutiveFailures == 2
            }
            #expect(await refreshed.problems.map(\.code) == [.refused])
            #expect(scenario.time.elapsed() < .seconds(14))
        }
    }

    @Test("A refresh goes before the server's wish for patience")
    func refreshDespitePatience() async throws {
        try await Scenario.run { scenario in
            scenario.server.respond(with: Answer(status: 429).with("Retry-After", "200"))
            try await scenario.round()
            let elapsed = scenario.time.elapsed()
            scenario.asker.accept([1, 2])
            scenario.serve(2)
            #expect(await scenario.client.refresh().documentTime == 2)
            #expect(scenario.time.elapsed() == elapsed)
        }
    }

    @Test("Many refreshes at once share a download, and no caller waits for ever")
    func manyRefreshes() async throws {
        try await Scenario.run { scenario in
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<100 { group.addTask { await scenario.client.refresh() } }
            }
            #expect((2...101).contains(scenario.server.requestCount))
            #expect(scenario.time.elapsed() == .zero)
        }
    }

    @Test("A refresh ends with the client")
    func refreshAndShutdown() async throws {
        try await Scenario.run { scenario in
            scenario.server.respond(with: .silence)
            async let refreshed = scenario.client.refresh()
            try await scenario.server.waitForRequests(2)
            #expect(await scenario.client.shutdown(within: .seconds(20)).isComplete)
            #expect(await refreshed.documentTime == 1)
            #expect(scenario.client.status.consecutiveFailures == 0)
            #expect(await scenario.client.refresh().phase == .stopped)
        }
    }

    @Test("A start that is cut short by a shutdown says so")
    func startAndShutdown() async throws {
        try await FaultServer.run({ _ in .silence }) { server in
            let client = GatehouseClient(key: Scenario.key, options: Scenario.options(server, VirtualTime()))
            async let outcome = client.start(within: .seconds(60))
            try await server.waitForRequests(1)
            await client.shutdown()
            #expect(await outcome.error?.code == .stopped)
            #expect(client.status.problems == [])
            #expect(client.status.consecutiveFailures == 0)
        }
    }

    @Test("A start whose task is cancelled ends at once and says so; the client goes on")
    func cancelledStart() async throws {
        try await FaultServer.run({ _ in .silence }) { server in
            let client = GatehouseClient(key: Scenario.key, options: Scenario.options(server, VirtualTime()))
            let start = Task { await client.start(within: .seconds(60)) }
            try await server.waitForRequests(1)
            start.cancel()
            #expect(await start.value.error?.code == .stopped)
            #expect(client.status.phase == .starting)
            await client.shutdown()
        }
    }

    @Test("A start that takes too long says what it was waiting for")
    func lateIDLists() async throws {
        try await FaultServer.run({ request in
            request.path == "/lists" ? .silence : Answer(json: Documents.document(time: 1))
        }) { server in
            let time = VirtualTime()
            var options = Scenario.options(server, time)
            options.idLists = IDListOptions(manifestURL: "\(server.url)/lists")
            let client = GatehouseClient(key: Scenario.key, options: options)
            async let start = client.start(within: .seconds(2))
            try await server.waitForRequests(2)
            // The start is over as far as the document is concerned.
            try await waitUntil("the document is there") { client.status.phase == .running }
            await time.advance(by: .seconds(2))
            let outcome = await start
            #expect(outcome.isReady)
            #expect(outcome.error?.part == .idLists)
            #expect(outcome.error?.code == .timeout)
            await client.shutdown()
        }
    }

    @Test("A second shutdown waits for the same end")
    func twice() async throws {
        let release = Promise<Void>()
        try await FaultServer.run({ _ in Answer(json: Documents.document(time: 1)) }) { server in
            var options = Scenario.options(server, VirtualTime())
            options.storage = StorageOptions(ClosingStorage(release: release), electsOnePoller: false)
            let client = GatehouseClient(key: Scenario.key, options: options)
            await client.start(within: .seconds(60))
            #expect(await !client.shutdown(within: .milliseconds(10)).isComplete)
            #expect(await !client.shutdown(within: .milliseconds(10)).isComplete)
            #expect(client.status.phase == .running)
            release.keep(())
            #expect(await client.shutdown(within: .seconds(20)).isComplete)
            #expect(client.status.phase == .stopped)
        }
    }

    @Test("A service that is told to stop while it starts doesn't go on waiting")
    func serviceStart() async throws {
        try await FaultServer.run({ _ in .silence }) { server in
            let client = GatehouseClient(key: Scenario.key, options: Scenario.options(server, VirtualTime()))
            let group = ServiceGroup(
                configuration: .init(
                    services: [.init(service: client, successTerminationBehavior: .gracefullyShutdownGroup)],
                    logger: Scenario.logger))
            let run = Task { try await group.run() }
            try await server.waitForRequests(1)
            await group.triggerGracefulShutdown()
            try await run.value
            #expect(client.status.phase == .stopped)
        }
    }

    @Test("A client without sources runs until it is shut down", arguments: [true, false])
    func offline(hasDocument: Bool) async throws {
        var options = ClientOptions(network: nil)
        options.time = VirtualTime()
        options.logger = Scenario.logger
        if hasDocument { options.bootstrap = Array(Documents.document(time: 1).utf8) }
        let client = GatehouseClient(key: Scenario.key, options: options)
        let outcome = await client.start(within: .seconds(60))
        #expect(outcome.isReady == hasDocument)
        #expect(outcome.error == nil)
        var updates = client.updates.makeAsyncIterator()
        #expect(await client.refresh().phase == .running)
        #expect(client.status.isStale == !hasDocument)
        #expect(client.status.nextAttempt == nil)
        #expect(await client.shutdown(within: .seconds(20)).isComplete)
        #expect(await updates.next() == nil)
        #expect(client.status.phase == .stopped)
        #expect(client.checkGate("a_gate", for: User(userID: "a")) == hasDocument)
    }
}

/// A storage that takes its time to close.
private struct ClosingStorage: DocumentStorage {
    let release: Promise<Void>

    func read(_ key: String) async throws -> [UInt8]? { nil }
    func write(_ bytes: [UInt8], for key: String) async throws {}
    func close() async { await release.value() }
}
