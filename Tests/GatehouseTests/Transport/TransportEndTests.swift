// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Gatehouse
import TestServers
import Testing

/// When an exchange ends, and what becomes of its connection.
@Suite("Transport, ends")
struct TransportEndTests {
    private static let json = #"{"hello":"world"}"#
    /// Answers that never end.
    private static let endless: [Answer] = [
        .silence, Answer(json: json).cut(after: 0, .stall), Answer(json: json).cut(after: 5, .stall),
        Answer(json: json).chunked(4).cut(after: 9, .stall), Answer(json: json).gzipped().cut(after: 15, .stall),
        Answer(body: [UInt8](repeating: 1, count: 1_000_000)).dripping(1, every: .milliseconds(2)),
    ]

    // MARK: - Deadlines

    @Test("Time is up when the client's clock says so", arguments: endless)
    func timeout(answer: Answer) async throws {
        let time = VirtualTime()
        try await FaultServer.run(answer) { server in
            try await Transport.run(time: time) { transport in
                let request = HTTPRequest.to(server, timeout: .seconds(3_600))
                let sending = Task { try await transport.send(request) }
                try await server.waitForRequests(1)
                try await time.waitForSleepers(1)
                #expect(time.nextWakeUp == .seconds(3_600))
                await time.advance(by: .seconds(3_600) - .milliseconds(1))
                #expect(time.sleeperCount == 1 && server.openConnections == 1)
                await time.advance(by: .milliseconds(1))
                await #expect(throws: TransportError.timeout(.seconds(3_600))) { try await sending.value }
                try await waitUntil("the connection is closed") { server.openConnections == 0 }
            }
        }
    }

    @Test("Redirects take the same time, all in all")
    func timeoutOfRedirects() async throws {
        let time = VirtualTime()
        try await FaultServer.run { server in
            server.respond { request in
                guard request.path != "/end" else { return .silence }
                await time.advance(by: .seconds(4))
                return .redirect(to: "/end")
            }
            try await Transport.run(time: time) { transport in
                let request = HTTPRequest.to(server, timeout: .seconds(10))
                let sending = Task { try await transport.send(request) }
                try await server.waitForRequests(2)
                #expect(time.nextWakeUp == .seconds(6))
                await time.advance(by: .seconds(6))
                await #expect(throws: TransportError.timeout(.seconds(10))) { try await sending.value }
            }
        }
    }

    @Test("Nothing waits on when an answer is there, or a failure", arguments: [Answer(json: json), .hangUp])
    func nothingLeft(answer: Answer) async throws {
        let time = VirtualTime()
        try await FaultServer.run(answer) { server in
            try await Transport.run(time: time) { transport in
                for _ in 0..<20 { _ = try? await transport.send(.to(server)) }
                try await waitUntil("nobody sleeps") { time.sleeperCount == 0 }
            }
        }
    }

    @Test("A cancelled task gets no answer, and the connection is closed", arguments: endless)
    func cancelled(answer: Answer) async throws {
        try await FaultServer.run(answer) { server in
            try await Transport.run { transport in
                let request = HTTPRequest.to(server)
                let sending = Task { try await transport.send(request) }
                try await server.waitForRequests(1)
                sending.cancel()
                await #expect(throws: TransportError.cancelled) { try await sending.value }
                try await waitUntil("the connection is closed") { server.openConnections == 0 }
            }
        }
    }

    @Test("A task that is cancelled already gets no answer")
    func cancelledBefore() async throws {
        try await FaultServer.run(.silence) { server in
            try await Transport.run { transport in
                let request = HTTPRequest.to(server)
                let sending = Task {
                    withUnsafeCurrentTask { $0?.cancel() }
                    return try await transport.send(request)
                }
                await #expect(throws: TransportError.cancelled) { try await sending.value }
                try await waitUntil("the connection is closed") { server.openConnections == 0 }
            }
        }
    }

    // MARK: - Connections

    @Test("Connections are kept alive, and replaced when the server has closed them")
    func keepAlive() async throws {
        try await FaultServer.run(Answer(json: Self.json)) { server in
            try await Transport.run { transport in
                for _ in 0..<5 { #expect(try await transport.send(.to(server)).isSuccess) }
                #expect(server.connectionCount == 1)
                try await server.stop()
                await #expect(throws: TransportError.self) { try await transport.send(.to(server)) }
                try await server.restart()
                #expect(try await transport.send(.to(server)).isSuccess)
                #expect(server.connectionCount == 2)
            }
        }
    }

    @Test("Many requests at once are all answered")
    func many() async throws {
        try await FaultServer.run { server in
            server.respond { request in Answer(json: request.path) }
            try await Transport.run { transport in
                let requests = (0..<100).map { HTTPRequest.to(server, "/\($0)") }
                let bodies = try await withThrowingTaskGroup(of: [UInt8].self) { group in
                    for request in requests { group.addTask { try await transport.send(request).body } }
                    return try await group.reduce(into: Set<String>()) {
                        $0.insert(String(decoding: $1, as: UTF8.self))
                    }
                }
                #expect(bodies == Set((0..<100).map { "/\($0)" }))
            }
        }
    }

    @Test("Closing ends what is under way, frees all sockets and may be done twice")
    func close() async throws {
        try await FaultServer.run { server in
            server.respond { request in request.path == "/" ? Answer(json: Self.json) : .silence }
            let transport = Transport(NetworkOptions(), time: SystemTime())
            #expect(try await transport.send(.to(server)).isSuccess)
            let request = HTTPRequest.to(server, "/silent")
            let sending = Task { try await transport.send(request) }
            try await server.waitForRequests(2)
            #expect(server.openConnections >= 1)
            await transport.close()
            try await waitUntil("the connections are closed") { server.openConnections == 0 }
            await #expect(throws: TransportError.cancelled) { try await sending.value }
            await transport.close()
            await #expect(throws: TransportError.network("the connections are closed")) {
                try await transport.send(request)
            }
        }
    }

    @Test("A client of the caller is used, and left open")
    func ownClient() async throws {
        try await FaultServer.run(Answer(json: Self.json)) { server in
            let client = HTTPClient()
            var options = NetworkOptions()
            options.httpClient = client
            for round in 1...2 {
                try await Transport.run(options) { transport in
                    let reply = try await transport.send(.to(server))
                    #expect(reply.body == Array(Self.json.utf8))
                    await #expect(throws: TransportError.bodyTooLarge(maximum: 3)) {
                        try await transport.send(.to(server, maximumBodyBytes: 3))
                    }
                }
                #expect(server.requestCount == 2 * round)
            }
            // Throws when it is shut down already.
            try await client.shutdown()
        }
    }

    // MARK: - Proxies

    @Test("A proxy is asked for the server, and only it gets what is for the proxy")
    func proxy() async throws {
        try await FaultServer.run { proxy in
            let connected = Answer(raw: Array("HTTP/1.1 200 Connected\r\n\r\n".utf8), ending: .keepAlive)
            proxy.respond(with: connected, Answer(json: Self.json))
            var options = NetworkOptions()
            options.proxy = ProxyOptions(host: "127.0.0.1", port: proxy.port, credentials: ("me", "secret"))
            try await Transport.run(options) { transport in
                let request = HTTPRequest(
                    url: "http://example.invalid/a", headers: [("STATSIG-API-KEY", "k")], timeout: .seconds(60),
                    maximumBodyBytes: 100)
                let reply = try await transport.send(request)
                #expect(reply.body == Array(Self.json.utf8))
            }
            let requests = proxy.requests
            #expect(requests.map(\.method) == ["CONNECT", "GET"])
            #expect(requests.map(\.path) == ["example.invalid:80", "/a"])
            #expect(requests.map { $0[header: "proxy-authorization"] } == ["Basic bWU6c2VjcmV0", nil])
            #expect(requests.map { $0[header: "statsig-api-key"] } == [nil, "k"])
        }
    }

    @Test("A proxy that refuses is the network's fault", arguments: ["http", "https"])
    func refusingProxy(scheme: String) async throws {
        try await FaultServer.run(Answer(status: 407)) { proxy in
            var options = NetworkOptions()
            options.proxy = ProxyOptions(host: "127.0.0.1", port: proxy.port)
            try await Transport.run(options) { transport in
                let request = HTTPRequest(
                    url: "\(scheme)://example.invalid/a", timeout: .seconds(60), maximumBodyBytes: 100)
                let error = await #expect(throws: TransportError.self) { try await transport.send(request) }
                guard case .network? = error else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                #expect(proxy.requests.map(\.method) == ["CONNECT"])
            }
        }
    }
}
