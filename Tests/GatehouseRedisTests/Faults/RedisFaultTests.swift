// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse
import GatehouseRedis
import Logging
import TestServers
import Testing

/// A client whose fleet shares a Redis server, whatever becomes of that.
@Suite(
    "A client with Redis", .serialized,
    .enabled(if: RedisProcess.isInstalled, RedisProcess.skipComment))
struct RedisFaultTests {
    let time = VirtualTime()
    let key = SDKKey("secret-0123456789abcdef")

    private func document(_ time: UInt64) -> String {
        #"{"dynamic_configs":{},"layer_configs":{},"experiment_to_layer":{},"condition_map":{},"has_updates":true,"#
            + #""feature_gates":{},"time":\#(time),"checksum":"\#(time)"}"#
    }

    private func client(_ server: FaultServer, _ storage: any DocumentStorage) -> GatehouseClient {
        var options = ClientOptions(network: NetworkOptions(specsURL: server.url))
        options.events = nil
        options.time = time
        options.logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        options.storage = StorageOptions(storage, timeout: .seconds(600))
        return GatehouseClient(key: key, options: options)
    }

    /// Lets the client ask its sources once, and waits until they have answered or failed.
    private func step(_ client: GatehouseClient) async throws {
        func waits() -> Bool { client.status.nextAttempt != nil && client.status.nextAttempt == time.nextWakeUp }
        try await waitUntil("the client waits", within: .seconds(60)) { waits() }
        let before = client.status
        await time.advance(by: before.nextAttempt ?? .zero)
        try await waitUntil("the client asks") { client.status.attempts > before.attempts }
        try await waitUntil("the client waits again", within: .seconds(60)) { waits() }
    }

    @Test("It is down at the start: the client downloads, and shares when Redis is there")
    func downAtStart() async throws {
        let redis = try RedisProcess()
        try await FaultServer.run({ _ in Answer(json: document(1)) }) { server in
            let client = client(server, redis.storage())
            let outcome = await client.start(within: .seconds(3_600))
            #expect(outcome.origin == .network)
            #expect(client.status.problems.map(\.part) == [.storage])
            try await redis.start()
            try await step(client)
            try await step(client)
            #expect(client.status.problems == [])
            #expect(client.status.isPoller == true)
            let stored = try await redis.storage().read(StorageKey.specs(of: key))
            #expect(stored == Array(document(1).utf8))
            await client.shutdown()
        }
    }

    @Test("It is killed and comes back empty: answers and freshness stay")
    func killed() async throws {
        let redis = try await RedisProcess.start()
        try await FaultServer.run({ _ in Answer(json: document(1)) }) { server in
            let client = client(server, redis.storage())
            #expect(await client.start(within: .seconds(3_600)).isReady)
            await redis.stop()
            server.respond(with: Answer(json: document(2)))
            try await step(client)
            #expect(client.status.documentTime == 2)
            #expect(client.status.problems.map(\.part) == [.storage])
            #expect(!client.status.isStale)
            try await redis.start()
            try await step(client)
            try await step(client)
            #expect(client.status.problems == [])
            #expect(try await redis.storage().read(StorageKey.specs(of: key)) == Array(document(2).utf8))
            await client.shutdown()
        }
    }

    @Test("It is killed and comes back empty, and nothing changes meanwhile: it is filled again, and all is well")
    func killedQuietly() async throws {
        let redis = try await RedisProcess.start()
        let document = document(1)
        try await FaultServer.run({ request in
            Answer(json: request.path.contains("sinceTime=1") ? #"{"has_updates":false}"# : document)
        }) { server in
            let client = client(server, redis.storage())
            #expect(await client.start(within: .seconds(3_600)).isReady)
            try await step(client)
            #expect(client.status.isPoller == true)
            await redis.stop()
            try await step(client)
            #expect(client.status.problems.map(\.part) == [.storage])
            #expect(client.status.isPoller == nil)
            #expect(client.status.age == .zero)
            try await redis.start()
            try await step(client)
            #expect(client.status.problems == [])
            #expect(client.status.isPoller == true)
            #expect(try await redis.storage().read(StorageKey.specs(of: key)) == Array(document.utf8))
            await client.shutdown()
        }
    }

    @Test("It stands still for a while: freshness doesn't, and the fault is forgotten")
    func paused() async throws {
        let redis = try await RedisProcess.start()
        let document = document(1)
        try await FaultServer.run({ request in
            Answer(json: request.path.contains("sinceTime=1") ? #"{"has_updates":false}"# : document)
        }) { server in
            let client = client(server, redis.storage(commandTimeout: .seconds(1)))
            #expect(await client.start(within: .seconds(3_600)).isReady)
            redis.pause()
            try await step(client)
            #expect(client.status.problems.map(\.part) == [.storage])
            #expect(client.status.age == .zero)
            redis.resume()
            // A second may be too short for a machine under load.
            for _ in 0..<20 where client.status.problems != [] { try await step(client) }
            #expect(client.status.problems == [])
            await client.shutdown()
        }
    }

    @Test("It answers with garbage")
    func garbage() async throws {
        try await ByteServer.run(.send(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8))) { garbage in
            try await FaultServer.run({ _ in Answer(json: document(1)) }) { server in
                let storage = RedisStorage(
                    port: garbage.number, connectTimeout: .seconds(20), commandTimeout: .seconds(20))
                let client = client(server, storage)
                #expect(await client.start(within: .seconds(3_600)).origin == .network)
                #expect(client.status.problems.map(\.part) == [.storage])
                server.respond(with: Answer(json: document(2)))
                try await step(client)
                #expect(client.status.documentTime == 2)
                await client.shutdown()
            }
        }
    }

    @Test("Ten clients make one download, and one of them takes over from another that is gone")
    func fleet() async throws {
        let redis = try await RedisProcess.start()
        try await FaultServer.run({ _ in Answer(json: document(1)) }) { server in
            let first = client(server, redis.storage())
            #expect(await first.start(within: .seconds(3_600)).origin == .network)
            var others: [GatehouseClient] = []
            for _ in 0..<9 {
                let other = client(server, redis.storage())
                #expect(await other.start(within: .seconds(3_600)).origin == .storage)
                others.append(other)
            }
            #expect(server.requestCount == 1)
            // Redis keeps the time of leases itself, so that this one goes by ending orderly.
            await first.shutdown()
            for other in others { await other.refresh() }
            #expect(others.filter { $0.status.isPoller == true }.count == 1)
            #expect(server.requestCount == 2)
            for other in others { await other.shutdown() }
        }
    }
}
