// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Gatehouse
import GatehouseRedis
import TestServers
import Testing

/// What else may listen at the port.
@Suite("A server that isn't Redis", .timeLimit(.minutes(3)))
struct RedisGarbageTests {
    func storage(_ server: ByteServer, commandTimeout: Duration = .milliseconds(200)) -> RedisStorage {
        RedisStorage(
            port: server.number, password: nil, connectTimeout: .seconds(20), commandTimeout: commandTimeout)
    }

    /// The errors of all calls, and the longest time one took.
    func errors(_ storage: RedisStorage) async -> (errors: [RedisError?], time: Duration) {
        let lease = Lease(key: "lease", owner: "owner", duration: .seconds(600))
        let calls: [() async throws -> Void] = [
            { _ = try await storage.read("key") },
            { try await storage.write([1], for: "key") },
            { _ = try await storage.acquire(lease) },
            { try await storage.release(lease) },
        ]
        var (errors, time): ([RedisError?], Duration) = ([], .zero)
        for call in calls {
            let start = ContinuousClock.now
            errors.append(await #expect(throws: RedisError.self) { try await call() })
            time = max(time, ContinuousClock.now - start)
        }
        return (errors, time)
    }

    /// Whether the storage works again once the server is one.
    func heals(_ server: ByteServer, _ storage: RedisStorage) async throws {
        server.behave(.send(Array("$5\r\nhello\r\n".utf8)))
        try await waitUntil("the server's reply is read") {
            (try? await storage.read("key")) == Array("hello".utf8)
        }
        #expect(try await RedisStorage(port: server.number, commandTimeout: .seconds(20)).read("key")?.count == 5)
    }

    @Test(
        "says something else",
        arguments: [
            "HTTP/1.1 400 Bad Request\r\n\r\n", "\0\0\0\0", "hello\n", "\r\n", "$-7\r\n", "$x\r\n",
            "$99999999999999999999999\r\n", "*2147483647\r\n", "*-1\r\n", "*1\r\n$1\r\na\r\n", "*1\r\n*1\r\n*1\r\n",
            ":twelve\r\n", "+OK\r\n+OK\r\n", "$1\r\na\r\n$1\r\nb\r\n", ":1\r\n:2\r\n", "%1\r\n", "_\r\n",
        ])
    func otherReply(reply: String) async throws {
        try await ByteServer.run(.send(Array(reply.utf8))) { server in
            let storage = storage(server, commandTimeout: .seconds(20))
            let (errors, _) = await errors(storage)
            #expect(errors.map { $0?.code } == [.badReply, .badReply, .badReply, .badReply])
            try await heals(server, storage)
        }
    }

    @Test("answers what wasn't asked", arguments: ["+PONG\r\n", "+\r\n"])
    func wrongKind(reply: String) async throws {
        try await ByteServer.run(.send(Array(reply.utf8))) { server in
            let storage = storage(server, commandTimeout: .seconds(20))
            let (errors, _) = await errors(storage)
            #expect(errors.map { $0?.code } == [.badReply, .badReply, .badReply, .badReply])
            try await heals(server, storage)
        }
    }

    @Test("says only half of it", arguments: ["", "$", "$5", "$5\r\nhel", "+O", "-ERR", "$500000000\r\nabc"])
    func halfReply(reply: String) async throws {
        try await ByteServer.run(.send(Array(reply.utf8))) { server in
            let storage = storage(server)
            let (errors, time) = await errors(storage)
            #expect(errors.map { $0?.code } == [.timeout, .timeout, .timeout, .timeout])
            #expect(time < .seconds(20))
            server.behave(.sendAndClose(Array(reply.utf8)))
            let patient = self.storage(server, commandTimeout: .seconds(20))
            let codes = await self.errors(patient).errors.map { $0?.code }
            #expect(codes == [.unreachable, .unreachable, .unreachable, .unreachable])
            try await heals(server, patient)
        }
    }

    @Test("never comes to an end, byte by byte")
    func trickle() async throws {
        try await ByteServer.run(.trickle(Array("$5000000\r\n".utf8))) { server in
            let storage = storage(server)
            let (errors, time) = await errors(storage)
            #expect(errors.map { $0?.code } == [.timeout, .timeout, .timeout, .timeout])
            #expect(time < .seconds(20))
            try await heals(server, storage)
        }
    }

    @Test("never comes to an end, as fast as it can", arguments: ["$9999999999\r\n", "+", "-", ":", "x"])
    func flood(start: String) async throws {
        let bytes = Array(start.utf8) + [UInt8](repeating: 0x41, count: 60_000)
        try await ByteServer.run(.flood(bytes)) { server in
            let storage = storage(server)
            let (errors, time) = await errors(storage)
            for error in errors { #expect([.timeout, .badReply].contains(error?.code)) }
            #expect(time < .seconds(20))
            try await heals(server, storage)
        }
    }

    @Test("says anything at random")
    func random() async throws {
        var generator = SystemRandomNumberGenerator()
        let seed = UInt64.random(in: .min ... .max, using: &generator)
        var numbers = SplitMix(state: seed)
        let alphabet = Array("$*+-:0123456789\r\n\r\n\0a".utf8) + [0xFF]
        try await ByteServer.run(.send([])) { server in
            let storage = storage(server, commandTimeout: .milliseconds(20))
            for _ in 0..<200 {
                let reply = (0..<Int.random(in: 1...40, using: &numbers)).map { _ in
                    alphabet[Int.random(in: 0..<alphabet.count, using: &numbers)]
                }
                server.behave(Bool.random(using: &numbers) ? .send(reply) : .sendAndClose(reply))
                // Chance may say what is a reply; anything else is an error of the storage.
                do {
                    _ = try await storage.read("key")
                } catch {
                    #expect(error is RedisError, "seed \(seed), \(reply)")
                }
            }
            try await heals(server, RedisStorage(port: server.number, commandTimeout: .seconds(20)))
        }
    }

    @Test(
        "refuses in its own words",
        arguments: [
            ("-LOADING Redis is loading the dataset in memory\r\n", "LOADING"),
            ("-MOVED 3999 127.0.0.1:6381\r\n", "MOVED"), ("-ERR unknown command\r\n", "ERR"),
            ("-no code at all\r\n", "ERR"), ("-\r\n", "ERR"), ("- X\r\n", "ERR"),
            ("-ERR unknown command `GET`, with args beginning with: `statsig|secret-1234`, \r\n", "ERR"),
            ("-BUSY \u{1B}[31m\0" + String(repeating: "secret-1234", count: 30_000) + "\r\n", "BUSY"),
        ])
    func refusal(reply: String, code: String) async throws {
        try await ByteServer.run(.send(Array(reply.utf8))) { server in
            let storage = storage(server, commandTimeout: .seconds(20))
            for error in await errors(storage).errors {
                #expect(error?.code == .refused(code))
                #expect((error?.description.utf8.count ?? .max) < 400)
                if reply.contains("args") { #expect(error?.description.contains("secret") == false) }
                #expect(error?.description.contains("\u{1B}") == false)
            }
            try await heals(server, storage)
        }
    }

    @Test("repeats the password that it is sent")
    func password() async throws {
        let password = "a-password"
        try await ByteServer.run(.send(Array("-ERR unknown command 'AUTH' '\(password)'\r\n".utf8))) { server in
            let storage = RedisStorage(port: server.number, password: password, commandTimeout: .seconds(20))
            let error = await #expect(throws: RedisError.self) { try await storage.read("key") }
            #expect(error?.code == .refused("ERR"))
            #expect(error?.description.contains(password) == false)
            var text = ""
            dump(storage, to: &text)
            dump(error, to: &text)
            #expect(!text.contains(password))
        }
    }

    @Test("closes the connection in the middle of a write, which no signal tells")
    func brokenPipe() async throws {
        try await ByteServer.run(.sendAndClose([])) { server in
            // In a process of its own: others here ignore the signal for all.
            await #expect(processExitsWith: .exitCode(7)) { [port = server.number as Int] in
                signal(SIGPIPE, SIG_DFL)
                let storage = RedisStorage(port: port, connectTimeout: .seconds(20), commandTimeout: .seconds(20))
                for _ in 0..<20 {
                    let value = [UInt8](repeating: 1, count: 20_000_000)
                    let error = await #expect(throws: RedisError.self) { try await storage.write(value, for: "key") }
                    guard error?.code == .unreachable else { exit(1) }
                }
                exit(7)
            }
            #expect(server.connectionCount == 20)
        }
    }
}

/// Random numbers that can be had again.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
