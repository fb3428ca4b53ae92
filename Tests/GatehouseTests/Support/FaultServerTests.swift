// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Gatehouse
import TestServers
import Testing

@Suite("Fault server")
struct FaultServerTests {
    private func send(_ request: HTTPRequest) async throws -> HTTPReply {
        try await Transport.run { try await $0.send(request) }
    }

    @Test("Requests are kept as they came")
    func requests() async throws {
        try await FaultServer.run { server in
            #expect(try await send(.to(server, "/nowhere")).status == 404)
            server.respond(with: Answer(json: #"{"a":1}"#))
            let reply = try await send(
                .to(
                    server, "/a/b%20c?d=%2F&e", method: .post, headers: [("X-One", "1: 2"), ("x-two", "")], body: "body"
                ))
            #expect(reply.status == 200 && reply.body == Array(#"{"a":1}"#.utf8))
            #expect(reply[header: "Content-type"] == "application/json")

            let requests = server.requests
            #expect(requests.map(\.method) == ["GET", "POST"])
            #expect(requests.map(\.path) == ["/nowhere", "/a/b%20c?d=%2F&e"])
            #expect(requests[1].text == "body" && requests[0].body.isEmpty)
            #expect(requests[1][header: "x-one"] == "1: 2" && requests[1][header: "X-Two"] == "")
            #expect(requests[1][header: "x-three"] == nil)
            #expect(requests.map(\.connection) == [1, 2] && server.connectionCount == 2)
            try await waitUntil("the connections are closed") { server.openConnections == 0 }
        }
    }

    @Test("Requests in pieces, and two in one piece, are understood")
    func pieces() async throws {
        try await FaultServer.run { server in
            server.respond { request in Answer(json: "<\(request.path)\(request.text)>") }
            let socket = try BareSocket(server.url)
            for byte in "POST /a HTTP/1.1\r\nContent-length: 3\r\n\r\nxyz".utf8 { try socket.send([byte]) }
            #expect(try await socket.read(until: "</axyz>").hasPrefix("HTTP/1.1 200 "))
            try socket.send("GET /b HTTP/1.1\r\n\r\nGET /c HTTP/1.1\r\n\r\nGET /d HT")
            _ = try await socket.read(until: "</c>")
            #expect(server.requests.map(\.path) == ["/a", "/b", "/c"])
        }
    }

    @Test(
        "What isn't a request ends the connection", arguments: ["what?\r\n\r\n", "GET / HTTP/1.1\r\nno colon\r\n\r\n"])
    func malformed(text: String) async throws {
        try await FaultServer.run { server in
            let socket = try BareSocket(server.url)
            try socket.send(text)
            #expect(try await socket.readToEnd() == "")
            #expect(server.requestCount == 0)
        }
    }

    @Test("Answers come in order, the last one again and again")
    func inOrder() async throws {
        try await FaultServer.run { server in
            server.respond(with: Answer(status: 500), Answer(status: 503), .noContent)
            var statuses: [Int] = []
            for _ in 0..<4 { statuses.append(try await send(.to(server)).status) }
            #expect(statuses == [500, 503, 204, 204])
        }
    }

    @Test("A server that has stopped refuses connections, and listens again at the same port")
    func restarts() async throws {
        try await FaultServer.run(Answer(json: "{}")) { server in
            let url = server.url
            for round in 1...3 {
                #expect(try await send(.to(server)).status == 200)
                let idle = try BareSocket(url)
                try await waitUntil("it is accepted") { server.connectionCount == round * 2 }
                try await server.stop()
                #expect(server.openConnections == 0)
                #expect(try await idle.readToEnd() == "")
                #expect(throws: POSIXError.self) { _ = try BareSocket(url) }
                try await server.restart()
                #expect(server.url == url)
            }
            #expect(server.requestCount == 3)
        }
    }

    @Test("Two servers and reserved ports are apart")
    func ports() async throws {
        try await FaultServer.run { one in
            try await FaultServer.run { other in
                let port = try ReservedPort()
                #expect(Set([one.url, other.url, port.url]).count == 3)
                #expect(throws: POSIXError.self) { _ = try BareSocket(port.url) }
                _ = try BareSocket(other.url)
            }
        }
    }

    @Test("A responder may take its time, and is cancelled with the connection")
    func slowResponder() async throws {
        try await FaultServer.run { server in
            let time = VirtualTime()
            server.respond { _ in
                do { try await time.sleep(for: .seconds(1)) } catch { return Answer(status: 500) }
                return Answer(json: "{}")
            }
            async let reply = send(.to(server))
            try await time.waitForSleepers(1)
            await time.advance(by: .seconds(1))
            #expect(try await reply.status == 200)

            var socket: BareSocket? = try BareSocket(server.url)
            try socket?.send("GET / HTTP/1.1\r\n\r\n")
            try await time.waitForSleepers(1)
            socket = nil
            try await waitUntil("the responder is cancelled") { time.sleeperCount == 0 }
        }
    }

    @Test("gzip understands what is compressed", arguments: [0, 1, 258, 259, 100_000])
    func compression(count: Int) async throws {
        var body = (0..<count).map { UInt8(truncatingIfNeeded: $0 * $0 >> 3) }
        body += [UInt8](repeating: 0xEE, count: count)
        let file = FileManager.default.temporaryDirectory.appending(path: "gatehouse-\(UUID()).gz")
        defer { try? FileManager.default.removeItem(at: file) }
        try await FaultServer.run(Answer(body: body).gzipped().untilClose()) { server in
            let socket = try BareSocket(server.url)
            try socket.send("GET / HTTP/1.1\r\n\r\n")
            let bytes = try await socket.read { _ in false }
            let head = Array("HTTP/1.1 200 Whatever\r\nConnection: close\r\nContent-Encoding: gzip\r\n\r\n".utf8)
            #expect(bytes.starts(with: head))
            try Data(bytes.dropFirst(head.count)).write(to: file)
        }
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", file.path]
        process.standardOutput = pipe
        try process.run()
        let unpacked = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(Array(unpacked) == body)
    }
}
