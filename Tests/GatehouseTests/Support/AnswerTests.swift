// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestServers
import Testing

/// What each fault looks like on the wire.
@Suite("Answers")
struct AnswerTests {
    private static let json = Answer(json: "0123456789")
    private static let head = "HTTP/1.1 200 Whatever\r\nContent-Length: 10\r\nContent-Type: application/json\r\n\r\n"
    private static let chunkedHead =
        "HTTP/1.1 200 Whatever\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n"

    private func ask(_ server: FaultServer) throws -> BareSocket {
        let socket = try BareSocket(server.url)
        try socket.send("GET / HTTP/1.1\r\n\r\n")
        return socket
    }

    @Test(
        "Answers that end in a closed connection",
        arguments: [
            (json.cut(after: 4), head + "0123"),
            (json.cut(after: 0), head),
            (json.chunked(4).cut(after: 12), chunkedHead + "4\r\n0123\r\n4\r\n"),
            (json.chunked(4).cut(after: 14), chunkedHead + "4\r\n0123\r\n4\r\n45"),
            (json.untilClose(), head.replacing("Content-Length: 10", with: "Connection: close") + "0123456789"),
            (json.dripping(7, every: .milliseconds(1)).cut(after: 10), head + "0123456789"),
            (.hangUp, ""),
        ])
    func closed(answer: Answer, expected: String) async throws {
        try await FaultServer.run(answer) { server in
            let socket = try ask(server)
            #expect(try await socket.readToEnd() == expected)
        }
    }

    @Test(
        "Answers after which the connection goes on",
        arguments: [
            (json, head + "0123456789"),
            (json.chunked(4), chunkedHead + "4\r\n0123\r\n4\r\n4567\r\n2\r\n89\r\n0\r\n\r\n"),
            (.noContent, "HTTP/1.1 204 Whatever\r\n\r\n"),
            (.notModified.with("A", "b"), "HTTP/1.1 304 Whatever\r\nA: b\r\n\r\n"),
            (.redirect(to: "/x"), "HTTP/1.1 302 Whatever\r\nContent-Length: 0\r\nLocation: /x\r\n\r\n"),
        ])
    func keptAlive(answer: Answer, expected: String) async throws {
        try await FaultServer.run { server in
            server.respond(with: answer, .hangUp)
            let socket = try ask(server)
            try socket.send("GET / HTTP/1.1\r\n\r\n")
            #expect(try await socket.readToEnd() == expected)
            #expect(server.requestCount == 2)
        }
    }

    @Test("A reset is one", arguments: [json.cut(after: 3, .reset), .reset])
    func reset(answer: Answer) async throws {
        try await FaultServer.run(answer) { server in
            let socket = try ask(server)
            let error = await #expect(throws: POSIXError.self) { _ = try await socket.readToEnd() }
            #expect(error?.code == .ECONNRESET)
        }
    }

    @Test(
        "A stall lasts until the client leaves",
        arguments: [(json.cut(after: 3, .stall), head + "012"), (.silence, "")])
    func stall(answer: Answer, expected: String) async throws {
        try await FaultServer.run(answer) { server in
            var socket: BareSocket? = try ask(server)
            #expect(try await socket?.read(until: expected) == expected)
            try await server.waitForRequests(1)
            #expect(try await socket?.read(for: .milliseconds(20)) == "")
            #expect(server.openConnections == 1)
            socket = nil
            try await waitUntil("the connection is closed") { server.openConnections == 0 }
        }
    }

    @Test("A stall ends when the server stops")
    func stallUntilStop() async throws {
        try await FaultServer.run(.silence) { server in
            let socket = try ask(server)
            try await server.waitForRequests(1)
            try await server.stop()
            #expect(try await socket.readToEnd() == "")
        }
    }

    @Test("Drops fall one at a time")
    func drip() async throws {
        try await FaultServer.run(Self.json.dripping(40, every: .milliseconds(30))) { server in
            let start = ContinuousClock.now
            let socket = try ask(server)
            #expect(try await socket.read(until: "9") == Self.head + "0123456789")
            #expect(ContinuousClock.now - start >= .milliseconds(60))
        }
    }
}
