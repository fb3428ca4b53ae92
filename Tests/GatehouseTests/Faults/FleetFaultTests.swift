// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse
import TestServers
import Testing

@Suite("Faults of a fleet", .serialized)
struct FleetFaultTests {
    private func client(_ server: FaultServer, _ time: VirtualTime, _ storage: any DocumentStorage) -> GatehouseClient {
        var options = Scenario.options(server, time)
        options.storage = StorageOptions(storage, timeout: .seconds(20))
        return GatehouseClient(key: Scenario.key, options: options)
    }

    /// Lets time pass until a condition holds, each client's next try at a time.
    private func pass(
        _ time: VirtualTime, _ clients: [GatehouseClient], until condition: () -> Bool
    ) async throws {
        try await waitUntil("it has come about") {
            if condition() { return true }
            let pauses = clients.map(\.status.nextAttempt)
            let wakeUps = time.wakeUps
            if pauses.allSatisfy({ $0.map(wakeUps.contains) ?? false }) { await time.advanceToNextWakeUp() }
            return condition()
        }
    }

    @Test("What the storage has isn't downloaded")
    func hit() async throws {
        let folder = try TemporaryFolder()
        let time = VirtualTime()
        try await FaultServer.run({ _ in Answer(json: Documents.document(time: 1)) }) { server in
            let storage = FileStorage(directory: folder.path("storage"), time: time)
            let first = client(server, time, storage)
            #expect(await first.start(within: .seconds(60)).origin == .network)
            let count = server.requestCount
            let second = client(server, time, storage)
            #expect(await second.start(within: .seconds(60)).origin == .storage)
            #expect(server.requestCount == count)
            #expect(!second.status.isStale)
            await second.shutdown()
            await first.shutdown()
        }
    }

    @Test("One process downloads for all, and another does when that one is gone")
    func leader() async throws {
        let folder = try TemporaryFolder()
        let time = VirtualTime()
        try await FaultServer.run({ _ in Answer(json: Documents.document(time: 1)) }) { server in
            let clients = (0..<3).map { _ in
                client(server, time, FileStorage(directory: folder.path("storage"), time: time))
            }
            for client in clients { #expect(await client.start(within: .seconds(60)).isReady) }
            #expect(server.requestCount == 1)
            server.respond(with: Answer(json: Documents.document(time: 2)))
            try await pass(time, clients) { clients.allSatisfy { $0.status.documentTime == 2 } }
            let pollers = clients.filter { $0.status.isPoller == true }
            #expect(pollers.count == 1)
            #expect(Set(server.requests.map { $0[header: "statsig-server-session-id"] }).count <= 2)

            // A process that ends orderly leaves the lease to others at once.
            await pollers.first?.shutdown()
            let others = clients.filter { $0.status.phase == .running }
            #expect(others.count == 2)
            server.respond(with: Answer(json: Documents.document(time: 3)))
            let gone = time.elapsed()
            try await pass(time, others) { others.allSatisfy { $0.status.documentTime == 3 } }
            #expect(time.elapsed() - gone <= Scenario.interval * 2)
            #expect(others.allSatisfy { !$0.status.isStale })
            for client in others { await client.shutdown() }
        }
    }

    @Test("The process that downloads is killed: another takes over when its lease has ended")
    func killed() async throws {
        let folder = try TemporaryFolder()
        let time = VirtualTime()
        let storage = FileStorage(directory: folder.path("storage"), time: time)
        // A killed process leaves its lease, which no process prolongs.
        let lease = Lease(
            key: StorageKey.lease(of: Scenario.key), owner: "killed", duration: .seconds(15), note: "1:1")
        try await storage.write(Array(Documents.document(time: 1).utf8), for: StorageKey.specs(of: Scenario.key))
        #expect(try await storage.acquire(lease) == .held)
        try await FaultServer.run({ _ in Answer(json: Documents.document(time: 2)) }) { server in
            let client = client(server, time, storage)
            #expect(await client.start(within: .seconds(60)).origin == .storage)
            try await pass(time, [client]) { client.status.isPoller == false }
            #expect(client.status.documentTime == 1)
            #expect(server.requestCount == 0)
            #expect(!client.status.isStale)
            try await pass(time, [client]) { client.status.documentTime == 2 }
            #expect(client.status.isPoller == true)
            // The lease's 15 s, and an interval.
            #expect(time.elapsed() <= .seconds(25))
            await client.shutdown()
        }
    }

    @Test("The storage is damaged: everybody downloads, and mends it")
    func damaged() async throws {
        let folder = try TemporaryFolder()
        let time = VirtualTime()
        let storage = FileStorage(directory: folder.path("storage"), time: time)
        try await storage.write(Array("garbage".utf8), for: StorageKey.specs(of: Scenario.key))
        try await FaultServer.run({ _ in Answer(json: Documents.document(time: 1)) }) { server in
            let client = client(server, time, storage)
            let outcome = await client.start(within: .seconds(60))
            #expect(outcome.origin == .network)
            #expect(client.status.lastError?.part == .storage)
            #expect(client.status.problems == [])
            let stored = try await storage.read(StorageKey.specs(of: Scenario.key))
            #expect(stored == Array(Documents.document(time: 1).utf8))
            await client.shutdown()
        }
    }

    @Test("The process that downloads has no network: another one has")
    func leaderWithoutNetwork() async throws {
        let folder = try TemporaryFolder()
        let time = VirtualTime()
        try await FaultServer.run({ _ in Answer(status: 500) }) { broken in
            try await FaultServer.run({ _ in Answer(json: Documents.document(time: 1)) }) { server in
                let storage = FileStorage(directory: folder.path("storage"), time: time)
                let unlucky = client(broken, time, storage)
                async let start = unlucky.start(within: .seconds(600))
                try await broken.waitForRequests(1)
                let lucky = client(server, time, storage)
                async let other = lucky.start(within: .seconds(600))
                try await waitUntil("both have the document") {
                    if let pause = time.nextWakeUp, pause < .seconds(15),
                        unlucky.status.nextAttempt != nil || lucky.status.nextAttempt != nil
                    {
                        await time.advance(by: pause)
                    }
                    return unlucky.status.documentTime == 1 && lucky.status.documentTime == 1
                }
                _ = await (start, other)
                #expect(unlucky.status.origin == .storage)
                await unlucky.shutdown()
                await lucky.shutdown()
            }
        }
    }
}
