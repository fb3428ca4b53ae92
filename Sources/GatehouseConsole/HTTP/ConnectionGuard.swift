// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

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

    private let state = Mutex(State())

    /// The number of open connections.
    var count: Int { state.withLock { $0.entries.count } }

    func add(_ channel: any Channel) {
        state.withLock { $0.entries[ObjectIdentifier(channel)] = Entry(channel: channel) }
    }

    func remove(_ channel: any Channel) {
        let entry = state.withLock { $0.entries.removeValue(forKey: ObjectIdentifier(channel)) }
        for handler in (entry?.handlers ?? [:]).values { handler() }
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
        for channel in channels { channel.close(mode: .all, promise: nil) }
    }
}

/// Registers a connection, and closes it when a body on it takes too long or comes too slowly.
///
/// It stands behind the HTTP decoder of each connection and is used on the connection's event loop only.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// The time that a body has before its rate counts.
    private static let grace = TimeAmount.seconds(10)
    private static let interval = TimeAmount.seconds(2)

    private let limits: ConsoleLimits
    private let connections: Connections
    private let metrics: ConsoleMetrics
    private var requestsInProgress = 0
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
    }

    func channelInactive(context: ChannelHandlerContext) {
        stopChecking()
        connections.remove(context.channel)
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        stopChecking()
        connections.remove(context.channel)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            requestsInProgress += 1
            bodyStart = .now()
            bodyBytes = 0
            if check == nil { scheduleCheck(context) }
        case .body(let buffer): bodyBytes += buffer.readableBytes
        case .end: stopChecking()
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { requestsInProgress -= 1 }
        context.write(data, promise: promise)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { connections.clientLeft(context.channel) }
        context.fireUserInboundEventTriggered(event)
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
            if isTooSlow(.now() - bodyStart) {
                metrics.connectionClosed()
                context.close(promise: nil)
            } else {
                scheduleCheck(context)
            }
        }
    }

    private func isTooSlow(_ elapsed: TimeAmount) -> Bool {
        // Behind an earlier request on the same connection a body waits for the server.
        guard requestsInProgress <= 1 else { return false }
        if elapsed >= TimeAmount(limits.bodyDeadline) { return true }
        guard elapsed > ConnectionGuard.grace else { return false }
        let seconds = Double((elapsed - ConnectionGuard.grace).nanoseconds) / 1e9
        return Double(bodyBytes) < seconds * Double(limits.minimumBodyRate)
    }
}
