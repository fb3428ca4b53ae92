// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import Gatehouse
public import GatehouseEvaluation
internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTPCompression
internal import NIOPosix

/// A server on 127.0.0.1 that serves a project's document and collects events, for tests with a network.
///
///     try await LoopbackServer.run(project) { server in
///         let client = GatehouseClient(key: server.key, options: server.options())
///         await client.start()
///         server.serve(changedProject)
///         await client.refresh()
///         await client.shutdown()
///     }
///
/// It serves these paths, for any key: `GET /v2/download_config_specs/<key>.json` with `sinceTime` and `checksum`,
/// `/v1/get_id_lists`, where there are none, and `POST /v1/log_event`, compressed or not. Safe to use from any task.
public final class LoopbackServer: Sendable {
    private struct State {
        var content: LoopbackContent
        var failure: Int?
        var events: [Object] = []
        var requests: [String] = []
        var listener: (any Channel)?
        var connections: [ObjectIdentifier: any Channel] = [:]
        var isOpen = true
    }

    private let state: NIOLockedValueBox<State>
    /// The port.
    public let port: Int
    /// A key for clients.
    ///
    /// The server accepts any key.
    public let key = SDKKey("secret-loopback")

    // The listener exists before its port is known.
    private init(_ state: NIOLockedValueBox<State>, port: Int) {
        self.state = state
        self.port = port
    }

    // MARK: - Running

    /// Starts a server on a free port.
    ///
    /// - Parameter project: The project to serve.
    /// - Returns: The server. The caller has to stop it.
    /// - Throws: An error if there is no free port.
    public static func start(_ project: TestProject = TestProject()) async throws -> LoopbackServer {
        let state = NIOLockedValueBox(State(content: LoopbackContent(project)))
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try serve(channel, state) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        state.withLockedValue { $0.listener = listener }
        return LoopbackServer(state, port: listener.localAddress?.port ?? 0)
    }

    /// Runs a server until `body` ends.
    ///
    /// - Parameters:
    ///   - project: The project to serve.
    ///   - isolation: The actor on which `body` runs.
    ///   - body: The work that uses the server.
    /// - Returns: The result of `body`.
    /// - Throws: The error of `body`, or an error if there is no free port.
    @discardableResult
    public static func run<R>(
        _ project: TestProject = TestProject(), isolation: isolated (any Actor)? = #isolation,
        _ body: (LoopbackServer) async throws -> R
    ) async throws -> R {
        let server = try await start(project)
        do {
            let result = try await body(server)
            await server.stop()
            return result
        } catch {
            await server.stop()
            throw error
        }
    }

    /// Closes all connections and the port.
    ///
    /// The server can't be started again.
    public func stop() async {
        let channels = state.withLockedValue { state in
            state.isOpen = false
            return [state.listener].compactMap { $0 } + state.connections.values
        }
        for channel in channels { try? await channel.close() }
    }

    // MARK: - For clients

    /// The URL without a path: `http://127.0.0.1:<port>`.
    public var url: String { "http://127.0.0.1:\(port)" }

    /// Options of a client that downloads from this server and sends its events to it.
    ///
    /// The client applies the overrides of ``withOverrides(_:isolation:operation:)``.
    ///
    /// - Parameters:
    ///   - environment: The environment tier.
    ///   - time: The clock. With ``VirtualTime``, a client downloads when the test advances it or calls `refresh()`.
    /// - Returns: The options. The client uses no other server.
    public func options(environment: String? = nil, time: any TimeSource = SystemTime()) -> ClientOptions {
        var options = ClientOptions.offline(environment: environment, time: time).withTaskOverrides
        options.network = NetworkOptions(specsURL: "\(url)/v2/download_config_specs")
        return options
    }

    // MARK: - Content

    /// Replaces the document by a newer one.
    ///
    /// - Parameter project: The project of the new document.
    public func serve(_ project: TestProject) {
        state.withLockedValue { $0.content = LoopbackContent(project, after: $0.content) }
    }

    /// Replaces the document.
    ///
    /// - Parameter document: The document, in either format. Clients keep the one before unless the `time` of this one is newer.
    /// - Throws: `DocumentError` if the document can't be used.
    public func serve(document: [UInt8]) throws {
        let content = try LoopbackContent(document: document)
        state.withLockedValue { $0.content = content }
    }

    /// Responds to all requests with an error from now on.
    ///
    /// - Parameter status: The status, for example 503; `nil` to serve again.
    public func fail(with status: Int?) {
        state.withLockedValue { $0.failure = status }
    }

    // MARK: - Records

    /// The requests so far, each with its method and its path, in order.
    public var requests: [String] { state.withLockedValue { $0.requests } }

    /// The events so far, as clients sent them.
    public var events: [Object] { state.withLockedValue { $0.events } }

    /// Removes and returns the events so far, for tests with too many events for the memory.
    ///
    /// - Returns: The events. ``events`` no longer contains them.
    public func takeEvents() -> [Object] {
        state.withLockedValue { state in
            defer { state.events = [] }
            return state.events
        }
    }

    /// Waits until clients have sent at least a number of events.
    ///
    /// - Parameters:
    ///   - count: The number of events since the start of the server.
    ///   - limit: The maximum time to wait, in real time.
    /// - Returns: All events so far.
    /// - Throws: ``WaitedTooLong``, or `CancellationError`.
    @discardableResult
    public func waitForEvents(_ count: Int, within limit: Duration = .seconds(20)) async throws -> [Object] {
        try await waitUntil("\(count) events have come", within: limit) { events.count >= count }
        return events
    }

    // MARK: - Connections

    private static func serve(_ channel: any Channel, _ state: NIOLockedValueBox<State>) throws {
        let id = ObjectIdentifier(channel)
        let isOpen = state.withLockedValue { state in
            if state.isOpen { state.connections[id] = channel }
            return state.isOpen
        }
        guard isOpen else {
            channel.close(promise: nil)
            return
        }
        channel.closeFuture.whenComplete { _ in state.withLockedValue { $0.connections[id] = nil } }
        let pipeline = channel.pipeline.syncOperations
        try pipeline.configureHTTPServerPipeline()
        try pipeline.addHandler(NIOHTTPRequestDecompressor(limit: .size(LoopbackHandler.maximumBodyBytes)))
        try pipeline.addHandler(LoopbackHandler { answer($0, $1, $2, state) })
    }

    private static func answer(
        _ method: HTTPMethod, _ uri: String, _ body: ByteBuffer, _ state: NIOLockedValueBox<State>
    ) -> LoopbackAnswer {
        state.withLockedValue { state in
            state.requests.append("\(method) \(uri)")
            if let failure = state.failure { return LoopbackAnswer(status: failure) }
            let path = uri.prefix { $0 != "?" }
            if path.hasPrefix("/v2/download_config_specs/") { return state.content.answer(to: uri) }
            if path.hasPrefix("/v1/get_id_lists") { return LoopbackAnswer(json: "{}") }
            guard path == "/v1/log_event" else { return LoopbackAnswer(status: 404) }
            guard let events = LoopbackServer.events(in: body) else { return LoopbackAnswer(status: 400) }
            state.events += events
            return LoopbackAnswer(status: 202, json: #"{"success":true}"#)
        }
    }

    private static func events(in body: ByteBuffer) -> [Object]? {
        let value: Value? = body.withUnsafeReadableBytes { bytes in
            bytes.withMemoryRebound(to: UInt8.self) { bytes in
                bytes.baseAddress.flatMap { Value(json: Text(base: $0, count: bytes.count)) }
            }
        }
        return value?.object?["events"]?.array?.compactMap(\.object)
    }
}
