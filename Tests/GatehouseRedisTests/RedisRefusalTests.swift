// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse
import GatehouseRedis
import TestServers
import Testing

@Suite("A Redis that refuses", .enabled(if: RedisProcess.isInstalled, RedisProcess.skipComment))
struct RedisRefusalTests {
    static let password = "p@ss/w:rd 1"
    let lease = Lease(key: "lease", owner: "owner", duration: .seconds(600))

    func refusal(_ body: () async throws -> Void) async throws -> String? {
        let error = try await #require(throws: RedisError.self) { try await body() }
        guard case .refused(let code) = error.code else { return nil }
        #expect(error.description.contains(code))
        #expect(!error.description.contains("\n"))
        return code
    }

    @Test("wants a password")
    func password() async throws {
        let password = RedisRefusalTests.password
        let server = try await RedisProcess.start("--requirepass", password)
        try await server.storage(password: password).write([1], for: "key")
        let encoded = "p%40ss%2Fw%3Ard%201"
        for url in [
            "redis://:\(encoded)@127.0.0.1:\(server.port)", "redis://default:\(encoded)@127.0.0.1:\(server.port)/0",
        ] {
            #expect(try await RedisStorage(url: url, commandTimeout: .seconds(20)).read("key") == [1])
        }

        let without = server.storage()
        #expect(try await refusal { _ = try await without.read("key") } == "NOAUTH")
        #expect(try await refusal { try await without.write([1], for: "key") } == "NOAUTH")
        #expect(try await refusal { _ = try await without.acquire(lease) } == "NOAUTH")
        #expect(try await refusal { try await without.release(lease) } == "NOAUTH")
        let wrong = server.storage(password: "a wrong one")
        for _ in 0..<2 { #expect(try await refusal { _ = try await wrong.read("key") } == "WRONGPASS") }
    }

    @Test("lets a user in with the user's own password only, and to what is the user's")
    func user() async throws {
        let server = try await RedisProcess.start("--user", "alice", "on", ">secret", "~mine*", "+get", "+set")
        func storage(_ password: String) -> RedisStorage {
            RedisStorage(port: server.port, username: "alice", password: password, commandTimeout: .seconds(20))
        }
        try await storage("secret").write([1], for: "mine")
        #expect(try await refusal { try await storage("secret").write([1], for: "other") } == "NOPERM")
        #expect(try await refusal { _ = try await storage("secret").acquire(lease) } == "NOPERM")
        #expect(try await refusal { _ = try await storage("wrong").read("mine") } == "WRONGPASS")
    }

    @Test("is asked for a password that it doesn't have")
    func needlessPassword() async throws {
        let server = try await RedisProcess.start()
        let storage = server.storage(password: "needless-password")
        let error = await #expect(throws: RedisError.self) { try await storage.read("key") }
        #expect(error?.code == .refused("ERR"))
        #expect(error?.description == "Redis: 127.0.0.1:\(server.port) refuses the user or the password (ERR)")
    }

    @Test("has no memory for more")
    func noMemory() async throws {
        let server = try await RedisProcess.start("--maxmemory", "1", "--maxmemory-policy", "noeviction")
        let storage = server.storage()
        #expect(try await refusal { try await storage.write([1], for: "key") } == "OOM")
        #expect(try await storage.read("key") == nil)
        // Redis before 7 begins what a script met with another word.
        let code = try await refusal { _ = try await storage.acquire(lease) }
        #expect(code == "OOM" || code == "ERR")
        try await server.cli("CONFIG", "SET", "maxmemory", "0")
        #expect(try await storage.acquire(lease) == .held)
    }

    @Test("has something else under the key")
    func otherType() async throws {
        let server = try await RedisProcess.start()
        let storage = server.storage()
        try await server.cli("RPUSH", "lease", "element")
        #expect(try await refusal { _ = try await storage.read("lease") } == "WRONGTYPE")
        for _ in 0..<2 {
            let code = try await refusal { _ = try await storage.acquire(lease) }
            #expect(code == "WRONGTYPE" || code == "ERR")
        }
        #expect(try await refusal { try await storage.release(lease) } != nil)
        try await storage.write([1], for: "lease")
        #expect(try await storage.read("lease") == [1])
        // Not a value that a lease has: another program's, without a note.
        #expect(try await storage.acquire(lease) == .taken(note: ""))
        #expect(try await server.cli("GET", "lease") == "\u{1}")
    }

    @Test("is a copy that can't be written")
    func readOnly() async throws {
        let nobody = try ReservedPort()
        let server = try await RedisProcess.start("--replicaof", "127.0.0.1", "\(nobody.number)")
        let storage = server.storage()
        #expect(try await storage.read("key") == nil)
        #expect(try await refusal { try await storage.write([1], for: "key") } == "READONLY")
        try await server.cli("REPLICAOF", "NO", "ONE")
        try await storage.write([1], for: "key")
        #expect(try await storage.read("key") == [1])
    }
}
