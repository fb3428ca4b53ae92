// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Gatehouse
import TestServers
import Testing

/// What a fleet shares is the document in use, whatever was there before.
@Suite("The storage of a fleet is kept", .serialized)
struct StorageUpkeepTests {
    private let time = VirtualTime()
    private let folder: TemporaryFolder
    private let storage: FileStorage
    private let key = StorageKey.specs(of: Scenario.key)

    init() throws {
        folder = try TemporaryFolder()
        storage = FileStorage(directory: folder.path("storage"), time: time)
    }

    private func client(
        _ server: FaultServer, _ change: (inout ClientOptions) -> Void = { _ in }
    ) -> GatehouseClient {
        var options = Scenario.options(server, time)
        options.storage = StorageOptions(storage, timeout: .seconds(600))
        change(&options)
        return GatehouseClient(key: Scenario.key, options: options)
    }

    private func stored() async throws -> UInt64? {
        let bytes = try await storage.read(key) ?? []
        let text = String(decoding: bytes, as: UTF8.self)
        return (1...9 as ClosedRange<UInt64>).first { text == Documents.document(time: $0) }
    }

    private func remove(_ suffix: String) throws {
        for name in try folder.names("storage") where name.hasSuffix(suffix) {
            try FileManager.default.removeItem(atPath: folder.path("storage/\(name)"))
        }
    }

    /// Clients ask one after the other, several times.
    private func rounds(_ clients: GatehouseClient..., count: Int = 2) async {
        for _ in 0..<count {
            for client in clients { await client.refresh() }
        }
    }

    @Test("It is emptied while nothing changes: the next process doesn't wait, and fills it again")
    func emptied() async throws {
        try await FaultServer.run(Scenario.honest(1)) { server in
            let clients = (0..<4).map { _ in client(server) }
            await clients[0].start(within: .seconds(3_600))
            await clients[1].start(within: .seconds(3_600))
            await rounds(clients[0], clients[1])
            try remove("")
            await rounds(clients[0], clients[1])
            #expect(await clients[2].start(within: .seconds(3_600)).origin == .network)
            #expect(try await stored() == 1)
            #expect(await clients[3].start(within: .seconds(3_600)).origin == .storage)
            let count = server.requestCount
            await rounds(clients[0], clients[1], clients[2], clients[3])
            #expect(server.requestCount == count + 2)
            #expect(clients.map(\.status.isPoller) == [true, false, false, false])
            for client in clients {
                #expect(client.status.problems == [])
                await client.shutdown()
            }
        }
    }

    @Test("Its poller's document and lease are lost with a fault: they are there again one round after the cure")
    func lost() async throws {
        try await FaultServer.run(Scenario.honest(1)) { server in
            let (first, second) = (client(server), client(server))
            await first.start(within: .seconds(3_600))
            await second.start(within: .seconds(3_600))
            await rounds(first, second)
            try remove("")
            try FileManager.default.removeItem(atPath: storage.directory)
            try folder.put([1], "storage")
            await rounds(first, second)
            #expect(first.status.problems.map(\.part) == [.storage])
            #expect(second.status.problems.map(\.part) == [.storage])
            try FileManager.default.removeItem(atPath: storage.directory)
            await rounds(first, second, count: 1)
            #expect(try await stored() == 1)
            for client in [first, second] {
                #expect(client.status.problems == [])
                await client.shutdown()
            }
        }
    }

    @Test("It is damaged while nothing changes: it is mended")
    func damaged() async throws {
        try await FaultServer.run(Scenario.honest(1)) { server in
            let (first, second) = (client(server), client(server))
            await first.start(within: .seconds(3_600))
            await rounds(first)
            try await storage.write(Array("garbage".utf8), for: key)
            await second.start(within: .seconds(3_600))
            await rounds(first, second)
            #expect(try await stored() == 1)
            for client in [first, second] {
                #expect(client.status.documentTime == 1)
                #expect(client.status.problems == [])
                await client.shutdown()
            }
        }
    }

    @Test("It fails for a while, and nothing changes meanwhile: the fault is forgotten")
    func failing() async throws {
        try await FaultServer.run(Scenario.honest(1)) { server in
            let client = client(server)
            await client.start(within: .seconds(3_600))
            await rounds(client)
            try FileManager.default.moveItem(atPath: storage.directory, toPath: folder.path("aside"))
            try folder.put([1], "storage")
            await rounds(client)
            #expect(client.status.problems.map(\.part) == [.storage])
            #expect(client.status.isPoller == nil)
            #expect(client.status.consecutiveFailures == 0)
            #expect(client.status.age == .zero)
            try FileManager.default.removeItem(atPath: storage.directory)
            await rounds(client)
            #expect(client.status.problems == [])
            #expect(client.status.isPoller == true)
            #expect(try await stored() == 1)
            await client.shutdown()
        }
    }

    @Test("What it has is older than what a new process brings along: the others get the newer one")
    func older() async throws {
        try await storage.write(Array(Documents.document(time: 1).utf8), for: key)
        try await FaultServer.run(Scenario.honest(2)) { server in
            let newer = client(server) { $0.bootstrap = Array(Documents.document(time: 2).utf8) }
            await newer.start(within: .seconds(3_600))
            let other = client(server)
            await other.start(within: .seconds(3_600))
            await rounds(newer, other)
            #expect(newer.status.documentTime == 2)
            #expect(other.status.documentTime == 2)
            let version = try await stored()
            #expect(version == 2)
            await other.shutdown()
            await newer.shutdown()
        }
    }

    @Test("Another process polls from now on: the others needn't read the document again each time")
    func succession() async throws {
        try await FaultServer.run(Scenario.honest(1)) { server in
            let (first, second, third) = (client(server), client(server), client(server))
            for client in [first, second, third] { await client.start(within: .seconds(3_600)) }
            await rounds(first, second, third)
            await first.shutdown()
            await rounds(second, third)
            #expect(second.status.isPoller == true)
            // A reader sees now that it is gone.
            try remove(".specs")
            let count = server.requestCount
            await rounds(third)
            #expect(server.requestCount == count)
            #expect(third.status.problems == [])
            #expect(third.status.age == .zero)
            await third.shutdown()
            await second.shutdown()
        }
    }

    @Test("A process that only follows keeps its cache as young as its document")
    func followerCache() async throws {
        let directory = folder.path("cache")
        try await FaultServer.run(Scenario.honest(1)) { server in
            let first = client(server)
            await first.start(within: .seconds(3_600))
            await rounds(first)
            let second = client(server) { $0.cacheDirectory = directory }
            await second.start(within: .seconds(3_600))
            time.setWallTime(time.wallTime() + 3_600_000)
            await rounds(first, second)
            #expect(second.status.isPoller == false)
            await second.shutdown()
            await first.shutdown()
        }
        var options = ClientOptions(network: nil, cacheDirectory: directory)
        options.time = time
        options.logger = Scenario.logger
        let later = GatehouseClient(key: Scenario.key, options: options)
        #expect(await later.start(within: .seconds(60)).age == .zero)
        await later.shutdown()
    }
}
