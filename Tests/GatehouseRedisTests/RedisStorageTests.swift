// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse
import GatehouseRedis
import TestServers
import Testing

@Suite("A storage in Redis", .enabled(if: RedisProcess.isInstalled, RedisProcess.skipComment))
struct RedisStorageTests {
    @Test("does what is asked of storages:", arguments: StorageContract.allCases)
    func contract(contract: StorageContract) async throws {
        let server = try await RedisProcess.start()
        let port = server.port
        try await contract.check {
            RedisStorage(port: port, connectTimeout: .seconds(20), commandTimeout: .seconds(20))
        }
        await server.stop()
    }

    @Test("has values and leases where and as others expect them")
    func layout() async throws {
        let server = try await RedisProcess.start()
        let storage = server.storage(keyPrefix: "mine:")
        let key = StorageKey.specs(of: SDKKey("secret-key"))
        try await storage.write(Array("{}".utf8), for: key)
        #expect(try await server.cli("GET", "mine:\(key)") == "{}")
        #expect(try await server.storage().read(key) == nil)
        #expect(try await server.storage().read("mine:" + key) == Array("{}".utf8))

        let lease = Lease(key: "lease", owner: "owner-1", duration: .seconds(600), note: "1783|x")
        #expect(try await storage.acquire(lease) == .held)
        #expect(try await server.cli("GET", "mine:lease") == "owner-1|1783|x")
        let rest = try #require(Int(try await server.cli("PTTL", "mine:lease")))
        #expect((300_000...600_000).contains(rest))
        try await storage.release(lease)
        #expect(try await server.cli("EXISTS", "mine:lease") == "0")
        #expect(try await server.cli("PTTL", "mine:\(key)") == "-1")
    }

    @Test("keeps to its database")
    func databases() async throws {
        let server = try await RedisProcess.start()
        let third = RedisStorage(port: server.port, database: 3)
        try await third.write([1], for: "key")
        #expect(try await server.storage().read("key") == nil)
        #expect(try await server.cli("-n", "3", "GET", "key") == "\u{1}")
        #expect(try await RedisStorage(url: "redis://127.0.0.1:\(server.port)/3").read("key") == [1])
        let error = await #expect(throws: RedisError.self) {
            try await RedisStorage(port: server.port, database: 99).read("key")
        }
        #expect(error?.code == .refused("ERR"))
    }

    // MARK: Connection

    @Test("has one connection for any number of calls, and gives it back")
    func oneConnection() async throws {
        let server = try await RedisProcess.start()
        do {
            let storage = server.storage()
            #expect(try await server.connectionCount() == 0)
            try await withThrowingTaskGroup { group in
                for number in 0..<UInt8(100) {
                    group.addTask {
                        try await storage.write([number], for: "key\(number)")
                        #expect(try await storage.read("key\(number)") == [number])
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await server.connectionCount() == 1)
            await storage.close()
            try await waitUntil("the connection is closed") { try await server.connectionCount() == 0 }
            #expect(try await storage.read("key7") == [7])
            #expect(try await server.connectionCount() == 1)
        }
        try await waitUntil("the connection is closed with the storage") {
            try await server.connectionCount() == 0
        }
    }

    @Test("doesn't notice that the server closed an idle connection")
    func idleConnection() async throws {
        let server = try await RedisProcess.start()
        let storage = server.storage()
        try await storage.write([1], for: "key")
        for _ in 0..<5 {
            #expect(try await server.cli("CLIENT", "KILL", "TYPE", "normal") == "1")
            // The server says so before the connection's end has come here.
            try await waitUntil("the server has no connection") { try await server.connectionCount() == 0 }
            #expect(try await storage.read("key") == [1])
        }
    }

    @Test("is an error without a server, and works as soon as there is one")
    func downAtStart() async throws {
        let server = try RedisProcess()
        let storage = server.storage()
        for _ in 0..<3 {
            let error = await #expect(throws: RedisError.self) { try await storage.read("key") }
            #expect(error?.code == .unreachable)
            #expect(error?.description == "Redis: cannot connect to 127.0.0.1:\(server.port): Connection refused")
        }
        try await server.start()
        #expect(try await storage.read("key") == nil)
    }

    @Test("outlives a server that is killed and started again")
    func killed() async throws {
        let server = try await RedisProcess.start()
        let storage = server.storage()
        let lease = Lease(key: "lease", owner: "owner", duration: .seconds(600))
        #expect(try await storage.acquire(lease) == .held)
        await server.stop()
        for _ in 0..<3 {
            let error = await #expect(throws: RedisError.self) { try await storage.acquire(lease) }
            #expect(error?.code == .unreachable)
        }
        try await server.start()
        #expect(try await storage.acquire(lease) == .held)
        #expect(try await storage.read("key") == nil)
    }

    // MARK: A server that stands still

    @Test("gives up on a server that stands still, and is in step when it goes on")
    func stalled() async throws {
        let server = try await RedisProcess.start()
        let storage = server.storage(commandTimeout: .milliseconds(300))
        try await server.storage().write([1], for: "one")
        try await server.storage().write([2], for: "two")
        // Connected, and then also anew: the system accepts connections for a server that stands still.
        try await waitUntil("the storage is connected") { (try? await storage.read("one")) == [1] }
        server.pause()
        for _ in 0..<2 {
            let start = ContinuousClock.now
            let error = await #expect(throws: RedisError.self) { try await storage.read("one") }
            #expect(error?.code == .timeout)
            #expect(ContinuousClock.now - start < .seconds(20))
        }
        server.resume()
        try await waitUntil("the server is as quick as before") { (try? await storage.read("two")) != nil }
        for _ in 0..<10 {
            try await waitUntil("one is read") {
                guard let value = try? await storage.read("one") else { return false }
                #expect(value == [1])
                return true
            }
        }
    }

    @Test("ends a cancelled call at once, and gives its reply to no other")
    func cancelledCall() async throws {
        let server = try await RedisProcess.start()
        let storage = server.storage()
        try await storage.write([1], for: "one")
        try await storage.write([2], for: "two")
        server.pause()
        let call = Task { try await storage.read("one") }
        // Long enough to be sent, most of the time.
        try await Task.sleep(for: .milliseconds(50))
        call.cancel()
        await #expect(throws: CancellationError.self) { try await call.value }
        server.resume()
        #expect(try await storage.read("two") == [2])
        #expect(try await storage.read("one") == [1])
    }

    @Test("doesn't send what was cancelled before its turn")
    func cancelledInQueue() async throws {
        try await ByteServer.run(.send([])) { server in
            let storage = RedisStorage(port: server.number, connectTimeout: .seconds(20), commandTimeout: .seconds(1))
            let first = Task { try await storage.read("first") }
            try await waitUntil("the first command has come") { !server.received.isEmpty }
            let second = Task { try await storage.write([1], for: "second") }
            second.cancel()
            await #expect(throws: CancellationError.self) { try await second.value }
            await #expect(throws: RedisError.self) { try await first.value }

            server.behave(.send(Array("$1\r\na\r\n".utf8)))
            try await waitUntil("there is a reply") { (try? await storage.read("third")) == [0x61] }
            let received = String(decoding: server.received, as: UTF8.self)
            #expect(received.contains("first") && received.contains("third"))
            #expect(!received.contains("second"))
        }
    }
}
