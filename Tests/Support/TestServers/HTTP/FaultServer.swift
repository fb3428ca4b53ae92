// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
@_exported public import GatehouseTesting
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
public import NIOSSL

/// An HTTP/1.1 server on 127.0.0.1 that answers as a test tells it.
///
/// A connection's requests are answered one after the other. Safe to use from any task.
public final class FaultServer: Sendable {
    /// Decides what to do about a request; it is cancelled when the connection is closed.
    public typealias Responder = @Sendable (ReceivedRequest) async -> Answer

    private struct State {
        var responder: Responder
        var requests: [ReceivedRequest] = []
        var isOpen = false
        var listener: (any Channel)?
        var connectionCount = 0
        var connections: [Int: any Channel] = [:]
    }

    private let reservation: ReservedPort
    private let tls: NIOSSLContext?
    private let state: NIOLockedValueBox<State>

    private init(_ responder: @escaping Responder, tls: NIOSSLContext?) throws {
        reservation = try ReservedPort()
        self.tls = tls
        state = NIOLockedValueBox(State(responder: responder))
    }

    // MARK: - Running

    /// Starts a server on a port of its own.
    ///
    /// - Parameters:
    ///   - responder: Decides what to do about requests; unless told, there is nothing to be found.
    ///   - tls: The certificate and its key, `nil` for a server without TLS.
    /// - Returns: The server, to be stopped in the end.
    /// - Throws: If there is no free port.
    public static func start(
        _ responder: @escaping Responder = { _ in Answer(status: 404) }, tls: NIOSSLContext? = nil
    ) async throws -> FaultServer {
        let server = try FaultServer(responder, tls: tls)
        try await server.restart()
        return server
    }

    /// Runs a server for as long as `body` takes.
    ///
    /// - Parameters:
    ///   - responder: Decides what to do about requests; unless told, there is nothing to be found.
    ///   - tls: The certificate and its key, `nil` for a server without TLS.
    ///   - isolation: Where to run `body`.
    ///   - body: What to do meanwhile.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws, or an error if there is no free port.
    @discardableResult
    public static func run<R>(
        _ responder: @escaping Responder = { _ in Answer(status: 404) }, tls: NIOSSLContext? = nil,
        isolation: isolated (any Actor)? = #isolation, _ body: (FaultServer) async throws -> R
    ) async throws -> R {
        let server = try await start(responder, tls: tls)
        do {
            let result = try await body(server)
            try await server.stop()
            return result
        } catch {
            try? await server.stop()
            throw error
        }
    }

    /// Runs a server that gives one answer until it is told another.
    ///
    /// - Parameters:
    ///   - answer: The answer.
    ///   - isolation: Where to run `body`.
    ///   - body: What to do meanwhile.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws, or an error if there is no free port.
    @discardableResult
    public static func run<R>(
        _ answer: Answer, isolation: isolated (any Actor)? = #isolation, _ body: (FaultServer) async throws -> R
    ) async throws -> R {
        try await run({ _ in answer }, tls: nil, body)
    }

    /// Closes all connections and refuses new ones; the port stays reserved.
    public func stop() async throws {
        let listener = state.withLockedValue { state in
            state.isOpen = false
            defer { state.listener = nil }
            return state.listener
        }
        try? await listener?.close()
        for connection in state.withLockedValue({ Array($0.connections.values) }) {
            try? await connection.close()
        }
        try await waitUntil("the connections are closed") { openConnections == 0 }
    }

    /// Listens at the port again.
    public func restart() async throws {
        state.withLockedValue { $0.isOpen = true }
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture { try serve(channel) }
            }
            .bind(host: "127.0.0.1", port: port).get()
        state.withLockedValue { $0.listener = listener }
    }

    // MARK: - Asking

    /// The URL without a path: `http://127.0.0.1:<port>`.
    public var url: String { reservation.url }

    /// The port.
    public var port: Int { reservation.number }

    /// All requests so far, in the order in which they came.
    public var requests: [ReceivedRequest] {
        state.withLockedValue { $0.requests }
    }

    /// How many requests have come so far.
    public var requestCount: Int {
        state.withLockedValue { $0.requests.count }
    }

    /// How many connections are open.
    public var openConnections: Int {
        state.withLockedValue { $0.connections.count }
    }

    /// How many connections there have been.
    public var connectionCount: Int {
        state.withLockedValue { $0.connectionCount }
    }

    /// Waits until at least so many requests have come.
    ///
    /// - Parameters:
    ///   - count: How many, counted from the start.
    ///   - limit: How long to wait at most, in real time.
    /// - Returns: All requests so far.
    /// - Throws: ``WaitedTooLong``, or `CancellationError`.
    @discardableResult
    public func waitForRequests(
        _ count: Int, within limit: Duration = .seconds(20)
    ) async throws -> [ReceivedRequest] {
        try await waitUntil("\(count) requests have come", within: limit) { requestCount >= count }
        return requests
    }

    // MARK: - Telling

    /// From now on decides like this.
    public func respond(_ responder: @escaping Responder) {
        state.withLockedValue { $0.responder = responder }
    }

    /// From now on gives these answers, the last one again and again.
    ///
    /// - Parameters:
    ///   - first: The first answer.
    ///   - others: Those to the requests that follow.
    public func respond(with first: Answer, _ others: Answer...) {
        let answers = [first] + others
        let given = NIOLockedValueBox(0)
        respond { _ in
            given.withLockedValue { given in
                defer { given += 1 }
                return answers[min(given, answers.count - 1)]
            }
        }
    }

    // MARK: - Connections

    private func serve(_ channel: any Channel) throws {
        let number: Int? = state.withLockedValue { state in
            guard state.isOpen else { return nil }
            state.connectionCount += 1
            state.connections[state.connectionCount] = channel
            return state.connectionCount
        }
        guard let number else {
            channel.close(promise: nil)
            return
        }
        let (requests, sink) = AsyncStream.makeStream(of: ReceivedRequest.self)
        let work = Task {
            for await request in requests {
                let responder = state.withLockedValue { $0.responder }
                let answer = await responder(request)
                guard (try? await send(answer, on: channel)) == true else { break }
            }
            try? await channel.close()
        }
        channel.closeFuture.whenComplete { [self] _ in
            sink.finish()
            work.cancel()
            state.withLockedValue { $0.connections[number] = nil }
        }
        let reader = RequestReader(connection: number) { [self] request in
            state.withLockedValue { $0.requests.append(request) }
            sink.yield(request)
        }
        if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
        try channel.pipeline.syncOperations.addHandler(reader)
    }

    /// - Returns: Whether the connection goes on.
    private func send(_ answer: Answer, on channel: any Channel) async throws -> Bool {
        let bytes = answer.bytes
        if let pace = answer.pace {
            for start in stride(from: 0, to: bytes.count, by: pace.bytes) {
                let part = bytes[start..<min(start + pace.bytes, bytes.count)]
                try await channel.writeAndFlush(ByteBuffer(bytes: part))
                try await Task.sleep(for: pace.pause)
            }
        } else if !bytes.isEmpty {
            try await channel.writeAndFlush(ByteBuffer(bytes: bytes))
        }
        switch answer.ending {
        case .keepAlive: return true
        case .close: return false
        case .reset:
            // Closing sends RST when there is nothing to linger for.
            try await (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
            return false
        case .stall:
            while true { try await Task.sleep(for: .seconds(3_600)) }
        }
    }
}
