// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseRedis
import TestServers
import Testing

@Suite("The URL of a Redis storage")
struct RedisURLTests {
    @Test(
        "is refused with a word on why",
        arguments: [
            ("", "begin with redis://"), ("127.0.0.1/0", "begin with redis://"), ("127.0.0.1:6379", "isn't one"),
            ("http://:hunter2@host", "begin with redis://"), ("rediss://:hunter2@host", "TLS"),
            ("redis://", "host"), ("redis:///0", "host"), ("redis://:hunter2@/1", "host"),
            ("redis://:hunter2@host:0", "port"), ("redis://:hunter2@host:65536", "port"),
            ("redis://:hunter2@host:port", "isn't one"), ("redis://:hunter2@host/first", "database"),
            ("redis://:hunter2@host/-1", "database"), ("redis://:hunter2@host/1/2", "database"),
            ("redis://:hunter2@host/99999999999999999999", "database"),
            ("redis://:hunter2@host/0?ssl=true", "query"), ("redis://:hunter2@host#0", "query"),
            ("redis://hunter2@host", "no password"), ("redis://:hunter2%@host", "isn't one"),
            ("redis://:hunter2 @ho st", "isn't one"),
        ])
    func unusable(url: String, word: String) throws {
        let error = #expect(throws: RedisError.self) { try RedisStorage(url: url) }
        #expect(error?.code == .unusable)
        #expect(error?.description.contains(word) == true, "\(error?.description ?? "") for \(url)")
        #expect(error?.description.contains("hunter2") == false)
    }

    @Test(
        "says where to connect, as whom and to which database",
        arguments: [
            ("redis://127.0.0.1:PORT", "GET key"), ("REDIS://localhost:PORT/", "GET key"),
            ("redis://@127.0.0.1:PORT/0", "GET key"), ("redis://127.0.0.1:PORT/3", "SELECT 3 GET key"),
            ("redis://:p%40ss%2F%25@127.0.0.1:PORT/12", "AUTH p@ss/% SELECT 12 GET key"),
            ("redis://alice:secret@127.0.0.1:PORT", "AUTH alice secret GET key"),
            ("redis://al%3Aice:%C3%A4@127.0.0.1:PORT/", "AUTH al:ice ä GET key"),
        ])
    func usable(url: String, commands: String) async throws {
        try await ByteServer.run(.send(Array("$1\r\na\r\n".utf8))) { server in
            let url = url.replacing("PORT", with: "\(server.number)")
            let storage = try RedisStorage(url: url, connectTimeout: .seconds(20), commandTimeout: .seconds(20))
            #expect(try await storage.read("key") == [0x61])
            let words = String(decoding: server.received, as: UTF8.self).split(separator: "\r\n")
            #expect(words.filter { !$0.hasPrefix("*") && !$0.hasPrefix("$") }.joined(separator: " ") == commands)
        }
    }

    @Test("may have any port and host in the other initializer", arguments: [-1, 0, 65_536, Int.max])
    func strangePorts(port: Int) async throws {
        for host in ["127.0.0.1", "", "no such host", "\0"] {
            let storage = RedisStorage(host: host, port: port, connectTimeout: .seconds(20))
            let error = await #expect(throws: RedisError.self) { try await storage.read("key") }
            #expect(error?.code == .unreachable)
        }
    }

    @Test(
        "may come with any time limits", arguments: [Duration.zero, .seconds(-1), .nanoseconds(1), .seconds(Int64.max)])
    func strangeTimes(duration: Duration) async throws {
        let nobody = try ReservedPort()
        let storage = RedisStorage(port: nobody.number, connectTimeout: duration, commandTimeout: duration)
        await #expect(throws: RedisError.self) { try await storage.read("key") }
        try await ByteServer.run(.send(Array("$1\r\na\r\n".utf8))) { server in
            let storage = RedisStorage(port: server.number, connectTimeout: .seconds(20), commandTimeout: duration)
            // As little as 1 ms may be enough.
            let value = duration > .seconds(1) ? try await storage.read("key") : try? await storage.read("key")
            #expect(value == [0x61] || duration < .seconds(1))
        }
    }
}
