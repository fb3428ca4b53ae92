// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Gatehouse
import ServiceLifecycle
import TestServers
import Testing

@Suite("Beginnings and ends", .serialized)
struct LifecycleFaultTests {
    @Test("A client is shut down in the middle of a download")
    func shutdown() async throws {
        try await FaultServer.run({ _ in .silence }) { server in
            let time = VirtualTime()
            let client = GatehouseClient(key: Scenario.key, options: Scenario.options(server, time))
            async let start = client.start(within: .seconds(60))
            try await server.waitForRequests(1)
            #expect(await client.shutdown(within: .seconds(20)).isComplete)
            #expect(await !start.isReady)
            #expect(client.status.phase == .stopped)
            #expect(!client.checkGate("a_gate", for: User(userID: "a")))
            try await waitUntil("the connection is closed") { server.openConnections == 0 }
            #expect(await client.start().error?.code == .stopped)
        }
    }

    @Test("Without an answer a start still ends")
    func deadline() async throws {
        try await FaultServer.run({ _ in .silence }) { server in
            let time = VirtualTime()
            let client = GatehouseClient(key: Scenario.key, options: Scenario.options(server, time))
            async let start = client.start(within: .seconds(2))
            try await server.waitForRequests(1)
            await time.advance(by: .seconds(2))
            let outcome = await start
            #expect(!outcome.isReady)
            #expect(outcome.duration == .seconds(2))
            #expect(outcome.error?.code == .timeout)
            #expect(client.status.phase == .starting)
            await client.shutdown()
        }
    }

    @Test("A client without references ends")
    func dropped() async throws {
        try await FaultServer.run({ _ in Answer(json: Documents.document(time: 1)) }) { server in
            let time = VirtualTime()
            var client: GatehouseClient? = GatehouseClient(
                key: Scenario.key, options: Scenario.options(server, time))
            #expect(await client?.start(within: .seconds(60)).isReady == true)
            var updates = client?.updates.makeAsyncIterator()
            #expect(server.openConnections == 1)
            client = nil
            #expect(await updates?.next() == nil)
            try await waitUntil("the connection is closed") { server.openConnections == 0 }
            try await waitUntil("nobody sleeps") { time.sleeperCount == 0 }
        }
    }

    @Test("A client is a service: it ends with its group")
    func service() async throws {
        try await FaultServer.run({ _ in Answer(json: Documents.document(time: 1)) }) { server in
            let client = GatehouseClient(key: Scenario.key, options: Scenario.options(server, VirtualTime()))
            let group = ServiceGroup(
                configuration: .init(
                    services: [.init(service: client, successTerminationBehavior: .gracefullyShutdownGroup)],
                    logger: Scenario.logger))
            let run = Task { try await group.run() }
            try await waitUntil("the client is ready") { client.status.isReady }
            await group.triggerGracefulShutdown()
            try await run.value
            #expect(client.status.phase == .stopped)
        }
    }

    @Test("Two clients of a process know nothing of each other")
    func two() async throws {
        try await FaultServer.run({ request in
            request.path.contains("first")
                ? Answer(json: Documents.document(time: 1)) : Answer(json: Documents.document(time: 2, isOn: false))
        }) { server in
            let time = VirtualTime()
            let first = GatehouseClient(key: SDKKey("secret-first"), options: Scenario.options(server, time))
            let second = GatehouseClient(key: SDKKey("secret-second"), options: Scenario.options(server, time))
            await first.start(within: .seconds(60))
            await second.start(within: .seconds(60))
            let user = User(userID: "a")
            #expect(first.checkGate("a_gate", for: user))
            #expect(!second.checkGate("a_gate", for: user))
            first.updateOverrides { $0.setGate("a_gate", to: false) }
            second.updateOverrides { $0.setGate("a_gate", to: true, for: "a") }
            #expect(!first.checkGate("a_gate", for: user))
            #expect(second.checkGate("a_gate", for: user))
            await first.shutdown()
            await second.shutdown()
        }
    }

    @Test("A refresh asks at once")
    func refresh() async throws {
        try await Scenario.run { scenario in
            scenario.asker.accept([1, 2])
            scenario.serve(2)
            let status = await scenario.client.refresh()
            #expect(status.documentTime == 2)
            scenario.asker.accept([2])
            scenario.server.respond(with: Answer(status: 401))
            #expect(await scenario.client.refresh().problems.map(\.code) == [.unauthorized])
            #expect(scenario.time.elapsed() == .zero)
        }
    }

    @Test("What the program brings along answers until there is something newer")
    func bootstrap() async throws {
        try await FaultServer.run({ _ in .silence }) { server in
            let time = VirtualTime()
            var options = Scenario.options(server, time)
            options.bootstrap = Array(Documents.document(time: 1).utf8)
            let client = GatehouseClient(key: Scenario.key, options: options)
            let outcome = await client.start(within: .seconds(60))
            #expect(outcome.origin == .bootstrap)
            #expect(outcome.age == nil)
            #expect(client.status.isStale)
            await client.shutdown()

            server.respond(with: Answer(json: Documents.document(time: 2)))
            options.startRequirement = .confirmedDocument
            let patient = GatehouseClient(key: Scenario.key, options: options)
            #expect(await patient.start(within: .seconds(60)).origin == .network)
            await patient.shutdown()
        }
    }

    @Test("A file is watched: good edits count, bad ones are told")
    func file() async throws {
        let folder = try TemporaryFolder()
        try folder.put(Array(Documents.document(time: 1, checksum: "same").utf8), "specs.json")
        var options = ClientOptions(network: nil)
        options.file = folder.path("specs.json")
        options.logger = Scenario.logger
        let client = GatehouseClient(key: SDKKey(""), options: options)
        #expect(await client.start(within: .seconds(60)).origin == .file)
        let user = User(userID: "a")
        #expect(client.checkGate("a_gate", for: user))
        // The edit changes neither time nor checksum.
        try folder.put(Array(Documents.document(time: 1, checksum: "same", isOn: false).utf8), "specs.json")
        try await waitUntil("the edit counts") { !client.checkGate("a_gate", for: user) }
        try folder.put(Array("{".utf8), "specs.json")
        try await waitUntil("the bad edit is told") { !client.status.problems.isEmpty }
        #expect(client.status.problems.first?.part == .file)
        #expect(client.status.problems.first?.message.contains("specs.json: ") == true)
        #expect(client.gate("a_gate", for: user).reason == .recognized)
        try FileManager.default.removeItem(atPath: folder.path("specs.json"))
        try await waitUntil("the loss is told") { client.status.problems.first?.code == .unreadable }
        try folder.put(Array(Documents.document(time: 1).utf8), "specs.json")
        try await waitUntil("all is well") { client.status.problems.isEmpty }
        #expect(client.checkGate("a_gate", for: user))
        await client.shutdown()
    }

    @Test("A thousand starts and ends leave nothing behind")
    func thousand() async throws {
        try await FaultServer.run({ _ in Answer(json: Documents.document(time: 1)) }) { server in
            let folder = try TemporaryFolder()
            let time = VirtualTime()
            var options = Scenario.options(server, time)
            options.cacheDirectory = folder.path("cache")
            var clients: [Weak] = []
            for _ in 0..<1_000 {
                let client = GatehouseClient(key: Scenario.key, options: options)
                clients.append(Weak(client: client))
                #expect(await client.start(within: .seconds(60)).isReady)
                #expect(await client.shutdown(within: .seconds(60)).isComplete)
            }
            try await waitUntil("all connections are closed") { server.openConnections == 0 }
            #expect(time.sleeperCount == 0)
            #expect(try folder.names("cache").count == 1)
            #expect(clients.allSatisfy { $0.client == nil })
        }
    }

    private struct Weak {
        weak var client: GatehouseClient?
    }
}
