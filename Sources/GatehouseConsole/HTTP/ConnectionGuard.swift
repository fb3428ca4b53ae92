// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import HTTPTypes
internal import HummingbirdCore
internal import NIOCore
internal import NIOHTTPTypes
internal import Synchronization

/// The connections of a console: so that all of them can be closed, and work for clients that have left can stop.
final class Connections: Sendable {
    private struct Entry {
        let channel: any Channel
        var hasLeft = false
        var handlers: [Int: @Sendable () -> Void] = [:]
    }

    private struct State {
        var entries: [ObjectIdentifier: Entry] = [:]
        var lastHandler = 0
    }

    private let metrics: ConsoleMetrics
    private let state = Mutex(State())

    init(_ metrics: ConsoleMetrics) {
        self.metrics = metrics
    }

    func add(_ channel: any Channel) {
        let count = state.withLock { state in
            state.entries[ObjectIdentifier(channel)] = Entry(channel: channel)
            return state.entries.count
        }
        metrics.connections(count)
    }

    func remove(_ channel: any Channel) {
        let (entry, count) = state.withLock { state in
            (state.entries.removeValue(forKey: ObjectIdentifier(channel)), state.entries.count)
        }
        guard let entry else { return }
        metrics.connections(count)
        for handler in entry.handlers.values { handler() }
    }

    /// Notes that the client has closed its side of a connection.
    func clientLeft(_ channel: any Channel) {
        let handlers = state.withLock { state in
            state.entries[ObjectIdentifier(channel)]?.hasLeft = true
            let handlers = state.entries[ObjectIdentifier(channel)]?.handlers ?? [:]
            state.entries[ObjectIdentifier(channel)]?.handlers = [:]
            return handlers
        }
        for handler in handlers.values { handler() }
    }

    /// Does work for the client of a connection; its task is cancelled when the client leaves.
    func run<T: Sendable>(
        for channel: any Channel, _ work: @escaping @Sendable () async throws -> T
    ) async throws -> T {
        let task = Task { try await work() }
        let handler = onLeaving(channel) { task.cancel() }
        defer { forget(handler, of: channel) }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    private func onLeaving(_ channel: any Channel, _ handler: @escaping @Sendable () -> Void) -> Int {
        let (id, hasLeft) = state.withLock { state in
            state.lastHandler += 1
            let entry = state.entries[ObjectIdentifier(channel)]
            guard entry?.hasLeft == false else { return (0, true) }
            state.entries[ObjectIdentifier(channel)]?.handlers[state.lastHandler] = handler
            return (state.lastHandler, false)
        }
        if hasLeft { handler() }
        return id
    }

    private func forget(_ handler: Int, of channel: any Channel) {
        state.withLock { $0.entries[ObjectIdentifier(channel)]?.handlers[handler] = nil }
    }

    /// Closes all connections, whatever they are doing.
    func closeAll() {
        let channels = state.withLock { $0.entries.values.map(\.channel) }
        metrics.closed(.shutdown, count: channels.count)
        for channel in channels { channel.close(mode: .all, promise: nil) }
    }
}

/// Registers a connection, and closes it when its first request doesn't come, when a body takes too long or comes too slowly,
/// and when it is too old.
///
/// It stands behind the HTTP decoder of each connection and is used on the connection's event loop only.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private static let interval = TimeAmount.seconds(2)

    private let limits: ConsoleLimits
    private let connections: Connections
    private let metrics: ConsoleMetrics
    private let start = NIODeadline.now()
    private var requestsInProgress = 0
    /// Closes the connection if no request has come until then.
    private var firstRequest: Scheduled<Void>?
    /// Whether the connection ends with the response that is being written.
    private var isEnding = false
    /// When the body that is being received began, `nil` between bodies.
    private var bodyStart: NIODeadline?
    private var bodyBytes = 0
    private var check: Scheduled<Void>?

    init(_ limits: ConsoleLimits, _ connections: Connections, _ metrics: ConsoleMetrics) {
        self.limits = limits
        self.metrics = metrics
        self.connections = connections
    }

    func handlerAdded(context: ChannelHandlerContext) {
        connections.add(context.channel)
        let deadline = TimeAmount(limits.firstRequestDeadline)
        firstRequest = context.eventLoop.assumeIsolated().scheduleTask(in: deadline) { [self] in
            firstRequest = nil
            metrics.closed(.noRequest)
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        stop()
        connections.remove(context.channel)
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        stop()
        connections.remove(context.channel)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            firstRequest?.cancel()
            firstRequest = nil
            requestsInProgress += 1
            if isExpected(head) {
                context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
            }
            bodyStart = .now()
            bodyBytes = 0
            if check == nil { scheduleCheck(context) }
        case .body(let buffer): bodyBytes += buffer.readableBytes
        case .end: stopChecking()
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var response) where NIODeadline.now() - start > TimeAmount(limits.maximumConnectionAge):
            if !isEnding { metrics.closed(.age) }
            isEnding = true
            response.headerFields[.connection] = "close"
            context.write(wrapOutboundOut(.head(response)), promise: promise)
        case .end where isEnding:
            requestsInProgress -= 1
            context.writeAndFlush(data, promise: promise)
            context.close(promise: nil)
        case .end:
            requestsInProgress -= 1
            context.write(data, promise: promise)
        default: context.write(data, promise: promise)
        }
    }

    /// Whether the client waits for a word before it sends a body, and the body isn't longer than any that is received.
    private func isExpected(_ head: HTTPRequest) -> Bool {
        // Behind an earlier request on the same connection, that one's response comes first.
        guard requestsInProgress == 1, head.headerFields[.expect]?.lowercased() == "100-continue" else { return false }
        let most = max(
            limits.userBody.maximumReceivedBytes, limits.eventBody.maximumReceivedBytes,
            limits.authoringBody.maximumReceivedBytes)
        return head.headerFields[.contentLength].flatMap { Int($0) }.map { $0 <= most } ?? true
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { connections.clientLeft(context.channel) }
        context.fireUserInboundEventTriggered(event)
    }

    /// Closes nothing any more.
    private func stop() {
        firstRequest?.cancel()
        firstRequest = nil
        stopChecking()
    }

    private func stopChecking() {
        bodyStart = nil
        check?.cancel()
        check = nil
    }

    private func scheduleCheck(_ context: ChannelHandlerContext) {
        check = context.eventLoop.assumeIsolated().scheduleTask(in: ConnectionGuard.interval) { [self] in
            check = nil
            guard let bodyStart else { return }
            if let reason = reasonToClose(.now() - bodyStart) {
                metrics.closed(reason)
                context.close(promise: nil)
            } else {
                scheduleCheck(context)
            }
        }
    }

    private func reasonToClose(_ elapsed: TimeAmount) -> ConsoleMetrics.Closure? {
        // Behind an earlier request on the same connection a body waits for the server.
        guard requestsInProgress <= 1 else { return nil }
        if elapsed >= TimeAmount(limits.bodyDeadline) { return .bodyDeadline }
        let grace = TimeAmount(limits.bodyGrace)
        guard elapsed > grace else { return nil }
        let seconds = Double((elapsed - grace).nanoseconds) / 1e9
        return Double(bodyBytes) < seconds * Double(limits.minimumBodyRate) ? .bodyRate : nil
    }
}

/// Stops the acceptance of connections while the maximum number of them is open.
///
/// Without it the server would try again and again to accept a connection that the process has no descriptor for.
struct ConnectionLimit: AvailableConnectionsDelegate {
    /// The descriptors that are left for files and for the server itself.
    private static let reservedFiles = 64

    private let maximum: Int
    private let metrics: ConsoleMetrics
    private var count = 0

    init(_ limits: ConsoleLimits, _ metrics: ConsoleMetrics) {
        var files = rlimit()
        #if canImport(Glibc)
            let status = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &files)
        #else
            let status = getrlimit(RLIMIT_NOFILE, &files)
        #endif
        let open = status == 0 ? Int(clamping: files.rlim_cur) : .max
        maximum = max(1, min(limits.maximumConnections, open - ConnectionLimit.reservedFiles))
        self.metrics = metrics
    }

    mutating func connectionOpened() {
        count += 1
        if count == maximum { metrics.connectionsFull() }
    }

    mutating func connectionClosed() { count -= 1 }

    func isAcceptingNewConnections() -> Bool { count < maximum }
}
