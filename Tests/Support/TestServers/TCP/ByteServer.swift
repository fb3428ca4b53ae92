// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// A TCP server on 127.0.0.1 that answers whatever it receives with the same bytes.
///
/// Safe to use from any task.
public final class ByteServer: Sendable {
    /// What to do about received bytes.
    public enum Behaviour: Sendable {
        /// Send these, and go on.
        case send([UInt8])
        /// Send these and close.
        case sendAndClose([UInt8])
        /// Send these again and again, as long as the client reads them.
        case flood([UInt8])
        /// Send these, then one more byte every 20 ms.
        case trickle([UInt8])
    }

    private let port: ReservedPort
    private let listener: NIOLockedValueBox<(any Channel)?>
    private let behaviour: NIOLockedValueBox<Behaviour>
    private let connections = NIOLockedValueBox(0)
    private let bytes = NIOLockedValueBox([UInt8]())

    /// Runs a server for as long as `body` takes.
    ///
    /// - Parameters:
    ///   - behaviour: What to do about received bytes.
    ///   - isolation: Where to run `body`.
    ///   - body: What to do meanwhile.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws, or an error if there is no port.
    public static func run<R>(
        _ behaviour: Behaviour, isolation: isolated (any Actor)? = #isolation, _ body: (ByteServer) async throws -> R
    ) async throws -> R {
        let server = try ByteServer(behaviour)
        try await server.listen()
        do {
            let result = try await body(server)
            try await server.stop()
            return result
        } catch {
            try await server.stop()
            throw error
        }
    }

    private init(_ behaviour: Behaviour) throws {
        port = try ReservedPort()
        listener = NIOLockedValueBox(nil)
        self.behaviour = NIOLockedValueBox(behaviour)
    }

    /// The port.
    public var number: Int { port.number }

    /// How many connections there have been.
    public var connectionCount: Int { connections.withLockedValue { $0 } }

    /// What has come so far, from all connections.
    public var received: [UInt8] { bytes.withLockedValue { $0 } }

    /// From now on does this.
    public func behave(_ behaviour: Behaviour) {
        self.behaviour.withLockedValue { $0 = behaviour }
    }

    private func listen() async throws {
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { [self] channel in
                connections.withLockedValue { $0 += 1 }
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Responder(self))
                }
            }
            .bind(host: "127.0.0.1", port: port.number).get()
        listener.withLockedValue { $0 = channel }
    }

    private func stop() async throws {
        try? await listener.withLockedValue { $0 }?.close()
    }

    private final class Responder: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let server: ByteServer

        init(_ server: ByteServer) {
            self.server = server
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            server.bytes.withLockedValue { $0 += unwrapInboundIn(data).readableBytesView }
            switch server.behaviour.withLockedValue({ $0 }) {
            case .send(let bytes):
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
            case .sendAndClose(let bytes):
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
                context.close(promise: nil)
            case .flood(let bytes):
                flood(ByteBuffer(bytes: bytes), context)
            case .trickle(let bytes):
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
                trickle(context)
            }
        }

        private func trickle(_ context: ChannelHandlerContext) {
            context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(20)) {
                guard context.channel.isActive else { return }
                context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(bytes: [0x41])), promise: nil)
                self.trickle(context)
            }
        }

        private func flood(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
            context.writeAndFlush(wrapOutboundOut(bytes)).assumeIsolated().whenSuccess {
                // Not at once: a write that succeeds at once would never end.
                context.eventLoop.assumeIsolated().execute { self.flood(bytes, context) }
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }
}
