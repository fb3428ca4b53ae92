// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Foundation
import Gatehouse
import TestServers
import TestSupport
import Testing

@Suite("Transport")
struct TransportTests {
    private static let json = #"{"hello":"world"}"#

    // MARK: - Bodies

    @Test(
        "Bodies arrive whatever they travel in",
        arguments: [
            Answer(json: json), Answer(json: json).chunked(3), Answer(json: json).untilClose(),
            Answer(json: json).gzipped(), Answer(json: json).gzipped().chunked(1), Answer(json: json).deflated(),
            Answer(json: json).deflated().untilClose(),
            Answer(json: json).gzipped().dripping(7, every: .milliseconds(1)),
            Answer(json: json).chunked(5).dripping(1, every: .microseconds(10)),
        ])
    func bodies(answer: Answer) async throws {
        try await FaultServer.run(answer) { server in
            try await Transport.run { transport in
                let reply = try await transport.send(.to(server))
                #expect(reply.isSuccess && reply.body == Array(Self.json.utf8))
                #expect(reply[header: "CONTENT-type"] == "application/json")
                #expect(reply[header: "x-none"] == nil)
            }
        }
    }

    @Test("What gzip itself compresses is unpacked")
    func realGzip() async throws {
        let name = "conformance/syn_all_1/spec.json.gz"
        let packed = Array(try Data(contentsOf: URL(filePath: Fixture.path(name))))
        let answer = Answer(headers: [("Content-Encoding", "gzip")], body: packed)
        try await FaultServer.run(answer) { server in
            try await Transport.run { transport in
                let unpacked = try Fixture.bytes(name)
                let reply = try await transport.send(.to(server))
                #expect(reply.body == unpacked)
            }
        }
    }

    @Test("A large body arrives whole", arguments: [false, true])
    func largeBody(isGzipped: Bool) async throws {
        var body: [UInt8] = Array("0123456789abcdef and so on".utf8)
        while body.count < (isGzipped ? 100_000 : 3_000_000) { body += body }
        let answer = isGzipped ? Answer(body: body).gzipped() : Answer(body: body)
        try await FaultServer.run(answer) { [body] server in
            try await Transport.run { transport in
                let reply = try await transport.send(.to(server, maximumBodyBytes: body.count))
                #expect(reply.body == body)
            }
        }
    }

    @Test("Any status is an answer", arguments: [200, 204, 299, 300, 304, 400, 401, 404, 429, 500, 503])
    func statuses(status: Int) async throws {
        try await FaultServer.run(Answer(status: status).with("Retry-After", "7")) { server in
            try await Transport.run { transport in
                let reply = try await transport.send(.to(server))
                #expect(reply.status == status && reply.body.isEmpty)
                #expect(reply.isSuccess == (200..<300).contains(status))
                #expect(reply[header: "retry-after"] == "7")
            }
        }
    }

    @Test("What a request has reaches the server")
    func requests() async throws {
        try await FaultServer.run { server in
            try await Transport.run { transport in
                _ = try await transport.send(.to(server, "/a%20b?c=%252B", headers: [("X-Key", "k"), ("x-key", "l")]))
                _ = try await transport.send(.to(server, method: .post, body: "{}"))
            }
            let (get, post) = (server.requests[0], server.requests[1])
            #expect(get.method == "GET" && get.path == "/a%20b?c=%252B" && get.body.isEmpty)
            #expect(get.headers.filter { $0.name.lowercased() == "x-key" }.map(\.value) == ["k", "l"])
            #expect(get[header: "accept-encoding"]?.contains("gzip") == true)
            #expect(post.method == "POST" && post.text == "{}")
        }
    }

    @Test("A connection is used for a hundred requests, so that a new address of a server is found")
    func connectionAge() async throws {
        try await FaultServer.run(Answer(json: Self.json)) { server in
            try await Transport.run { transport in
                for _ in 0..<101 { _ = try await transport.send(.to(server)) }
            }
            #expect(server.connectionCount == 2)
        }
    }

    // MARK: - Bounds

    @Test(
        "A body may have as many bytes as asked for, and no more",
        arguments: [
            Answer(json: json), Answer(json: json).chunked(3), Answer(json: json).gzipped(),
            Answer(json: json).deflated().chunked(3), Answer(json: json).untilClose(),
        ])
    func bound(answer: Answer) async throws {
        let count = Self.json.utf8.count
        try await FaultServer.run(answer) { server in
            try await Transport.run { transport in
                let reply = try await transport.send(.to(server, maximumBodyBytes: count))
                #expect(reply.body.count == count)
                await #expect(throws: TransportError.bodyTooLarge(maximum: count - 1)) {
                    try await transport.send(.to(server, maximumBodyBytes: count - 1))
                }
                #expect(try await transport.send(.to(server, maximumBodyBytes: count)).body.count == count)
            }
        }
    }

    @Test("A bomb is let go of as soon as it is too large", arguments: [1 << 20, 100_000])
    func bomb(requestLimit: Int) async throws {
        var options = NetworkOptions()
        options.maximumBodyBytes = 1 << 20
        // It never ends: only the bound can end the download.
        let bomb = Answer.bomb(ofBytes: 8 << 20)
        let answer = bomb.cut(after: bomb.body.count - 1, .stall)
        try await FaultServer.run(answer) { server in
            try await Transport.run(options) { transport in
                await #expect(throws: TransportError.bodyTooLarge(maximum: requestLimit)) {
                    try await transport.send(.to(server, maximumBodyBytes: requestLimit))
                }
                try await waitUntil("the connection is closed") { server.openConnections == 0 }
            }
        }
    }

    // MARK: - Faults

    @Test(
        "What can't be unpacked is garbled",
        arguments: [
            Answer(json: json).gzipped(withoutLast: 1), Answer(json: json).gzipped(withoutLast: 8),
            Answer(json: json).gzipped(withoutLast: 20), Answer(json: json).gzipped(withoutLast: 20).chunked(),
            Answer(json: json).gzipped(withoutLast: 12).untilClose(), Answer(json: json).deflated(withoutLast: 3),
            Answer(json: json).with("Content-Encoding", "gzip"), Answer(json: json).with("content-encoding", "DEFLATE"),
            Answer(headers: [("Content-Encoding", "gzip")], body: Answer(json: json).gzipped().body + [1, 2, 3]),
            .bomb(ofBytes: 1_000),
        ])
    func garbled(answer: Answer) async throws {
        try await FaultServer.run(answer) { server in
            try await Transport.run { transport in
                let error = await #expect(throws: TransportError.self) { try await transport.send(.to(server)) }
                guard case .garbled? = error else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                server.respond(with: Answer(json: Self.json))
                let reply = try await transport.send(.to(server))
                #expect(reply.isSuccess, "and the next request is fine")
            }
        }
    }

    @Test(
        "A connection that breaks is the network's fault",
        arguments: [
            Answer(json: json).cut(after: 0), Answer(json: json).cut(after: 5),
            Answer(json: json).chunked(4).cut(after: 9),
            Answer(json: json).chunked(4).cut(after: 12), Answer(json: json).cut(after: 5, .reset),
            Answer(json: json).gzipped().cut(after: 20), Answer(json: json).gzipped().cut(after: 12, .reset),
            .hangUp, .reset, .garbage, .largeHeaders(ofBytes: 1 << 20),
            Answer(raw: Array("HTTP/1.1 200 OK\r\nContent-Le".utf8), ending: .close),
            Answer(raw: Array("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n".utf8), ending: .close),
            Answer(raw: Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n".utf8), ending: .stall),
        ])
    func network(answer: Answer) async throws {
        try await FaultServer.run(answer) { server in
            try await Transport.run { transport in
                let error = await #expect(throws: TransportError.self) { try await transport.send(.to(server)) }
                guard case .network(let message)? = error, !message.isEmpty else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                server.respond(with: Answer(json: Self.json))
                let reply = try await transport.send(.to(server))
                #expect(reply.isSuccess, "and the next request is fine")
            }
        }
    }

    @Test("Large headers are fine within reason")
    func largeHeaders() async throws {
        try await FaultServer.run(.largeHeaders(ofBytes: 30_000)) { server in
            try await Transport.run { transport in
                let reply = try await transport.send(.to(server))
                #expect(reply[header: "x-large"]?.count == 30_000)
            }
        }
    }

    @Test("A refused connection is reported at once, without waiting for the connect timeout")
    func refused() async throws {
        let port = try ReservedPort()
        try await Transport.run { transport in
            let start = ContinuousClock.now
            let error = await #expect(throws: TransportError.self) {
                try await transport.send(HTTPRequest(url: port.url, timeout: .seconds(60), maximumBodyBytes: 1))
            }
            guard case .network(let message)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(message.contains("refused"))
            #expect(ContinuousClock.now - start < .seconds(8))
        }
    }

    @Test("A host that doesn't exist is the network's fault")
    func unknownHost() async throws {
        try await Transport.run { transport in
            let error = await #expect(throws: TransportError.self) {
                try await transport.send(
                    HTTPRequest(
                        url: "http://does-not-exist.invalid/", timeout: .seconds(60), maximumBodyBytes: 1))
            }
            guard case .network(let message)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(message.contains("does-not-exist.invalid"))
        }
    }

    @Test(
        "What isn't a URL isn't asked",
        arguments: [
            "", "nowhere", "/path", "http://", "https:///path", "ftp://127.0.0.1/", "file:///etc/hosts", "http://a b/",
            "http://[::1/", "unix://socket", "http+unix://%2Ftmp%2Fsocket/", "https+unix://%2Ftmp%2Fsocket/", ":",
            "http:",
        ])
    func invalidURLs(url: String) async throws {
        try await Transport.run { transport in
            await #expect(throws: TransportError.invalidURL) {
                try await transport.send(HTTPRequest(url: url, timeout: .seconds(60), maximumBodyBytes: 1))
            }
        }
    }

    @Test("What can't be a header isn't sent", arguments: ["a\r\nb: c", "a\nb", "a\0b"])
    func invalidHeaders(value: String) async throws {
        try await FaultServer.run { server in
            try await Transport.run { transport in
                await #expect(throws: TransportError.self) {
                    try await transport.send(.to(server, headers: [("statsig-api-key", value)]))
                }
            }
            #expect(server.requestCount == 0)
        }
    }
}
