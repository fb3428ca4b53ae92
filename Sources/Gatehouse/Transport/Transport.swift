// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTPCompression
internal import NIOPosix
internal import NIOSSL

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// Sends requests to servers over one pool of connections.
///
/// Made when a client starts, since it opens sockets. Safe to use from any task.
package final class Transport: Sendable {
    private static let maximumRedirects = 10

    private let client: HTTPClient
    private let ownsClient: Bool
    private let time: any TimeSource

    package init(_ options: NetworkOptions, time: any TimeSource) {
        self.time = time
        if let client = options.httpClient {
            self.client = client
            ownsClient = false
        } else {
            client = HTTPClient(
                eventLoopGroupProvider: .singleton, configuration: HTTPClient.Configuration(options))
            ownsClient = true
        }
    }

    /// Closes all connections; requests under way fail.
    package func close() async {
        guard ownsClient else { return }
        try? await client.shutdown()
    }

    /// Sends a request and reads the whole answer, following redirects.
    ///
    /// - Returns: The answer, whatever its status.
    package func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPReply {
        do {
            return try await withDeadline(in: request.timeout, on: time) { [self] in
                try await follow(request)
            }
        } catch let error as TransportError {
            throw error
        } catch is DeadlineExceeded {
            throw .timeout(request.timeout)
        } catch {
            throw TransportError(error, maximumBodyBytes: request.maximumBodyBytes)
        }
    }

    private func follow(_ request: HTTPRequest) async throws -> HTTPReply {
        var request = request
        for _ in 0...Transport.maximumRedirects {
            let (reply, location) = try await exchange(request)
            guard let location else { return reply }
            request = try request.redirected(to: location)
        }
        throw TransportError.redirect("more than \(Transport.maximumRedirects) redirects")
    }

    /// One request and its answer, and where that redirects to.
    private func exchange(_ request: HTTPRequest) async throws -> (reply: HTTPReply, location: String?) {
        // AsyncHTTPClient has more schemes, for sockets in the file system.
        let scheme = request.url.prefix { $0 != ":" }.lowercased()
        guard scheme == "http" || scheme == "https" else { throw TransportError.invalidURL }
        var outgoing = HTTPClientRequest(url: request.url)
        outgoing.method = HTTPMethod(rawValue: request.method.rawValue)
        for header in request.headers { outgoing.headers.add(name: header.name, value: header.value) }
        if request.method == .post { outgoing.body = .bytes(ByteBuffer(bytes: request.body)) }

        // The deadline is the caller's, measured by its own clock.
        let response = try await client.execute(outgoing, deadline: .distantFuture)
        let headers = response.headers.map { (name: $0.name, value: $0.value) }
        let status = Int(response.status.code)
        if request.follows(status), let location = response.headers.first(name: "location") {
            return (HTTPReply(status: status, headers: headers, body: []), location)
        }
        var body: [UInt8] = []
        if let length = response.headers.first(name: "content-length").flatMap(Int.init), length > 0,
            length <= request.maximumBodyBytes
        {
            body.reserveCapacity(length)
        }
        for try await part in response.body {
            guard body.count + part.readableBytes <= request.maximumBodyBytes else {
                throw TransportError.bodyTooLarge(maximum: request.maximumBodyBytes)
            }
            body.append(contentsOf: part.readableBytesView)
        }
        return (HTTPReply(status: status, headers: headers, body: body), nil)
    }
}

extension TransportError {
    fileprivate init(_ error: any Error, maximumBodyBytes: Int) {
        switch error {
        case let error as TransportError: self = error
        case is CancellationError: self = .cancelled
        case let error as HTTPClientError: self.init(error)
        case NIOHTTPDecompression.DecompressionError.limit: self = .bodyTooLarge(maximum: maximumBodyBytes)
        case is NIOHTTPDecompression.DecompressionError, is NIOHTTPDecompression.ExtraDecompressionError:
            self = .garbled(String(describing: error))
        default: self = .network(TransportError.text(of: error))
        }
    }

    /// What the operating system said, without the names of the libraries between.
    private static func text(of error: any Error) -> String {
        switch error {
        case let error as IOError: String(cString: strerror(error.errnoCode))
        case let error as NIOConnectionError:
            error.connectionErrors.last.map { text(of: $0.error) }
                ?? "no address of \(error.host) is known"
        case is ChannelError: "the connection was closed"
        case is HTTPParserError: "the answer isn't HTTP"
        default: String(describing: error)
        }
    }

    private init(_ error: HTTPClientError) {
        switch error {
        case .cancelled, .requestStreamCancelled: self = .cancelled
        case .invalidURL, .emptyHost: self = .invalidURL
        default: self = .network(error.shortDescription)
        }
    }
}

extension HTTPClient.Configuration {
    /// The connections of a client: TLS 1.2 at least, no redirects, and no more bytes than the options allow.
    init(_ options: NetworkOptions) {
        self.init()
        redirectConfiguration = .disallow
        timeout = Timeout(connect: .seconds(10))
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        tlsConfiguration = tls
        decompression = .enabled(limit: .size(options.maximumBodyBytes))
        // URLs contain the key, so the client makes its own spans.
        tracing.tracer = nil
        connectionPool = ConnectionPool(idleTimeout: .seconds(60), concurrentHTTP1ConnectionsPerHostSoftLimit: 8)
        // A refusal is reported at once; the caller decides when to try again.
        connectionPool.retryConnectionEstablishment = false
        if let proxy = options.proxy {
            self.proxy = Proxy(proxy)
        }
    }
}

extension HTTPClient.Configuration.Proxy {
    fileprivate init(_ options: ProxyOptions) {
        switch options.kind {
        case .http:
            self =
                if let credentials = options.credentials {
                    .server(
                        host: options.host, port: options.port,
                        authorization: .basic(username: credentials.user, password: credentials.password))
                } else {
                    .server(host: options.host, port: options.port)
                }
        case .socks5: self = .socksServer(host: options.host, port: options.port)
        }
    }
}

/// Why there is no answer from a server.
package enum TransportError: Error, Sendable, Equatable {
    /// No connection, or it broke; with what the network said.
    case network(String)
    /// It took longer than it may.
    case timeout(Duration)
    /// The body is larger than it may be, in bytes after decompression.
    case bodyTooLarge(maximum: Int)
    /// The body can't be decompressed.
    case garbled(String)
    /// Redirects lead in a circle, too far, or where a client doesn't go.
    case redirect(String)
    /// The URL isn't one.
    case invalidURL
    /// The task was cancelled.
    case cancelled
}

extension TransportError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .network(let message): message
        case .timeout(let duration): "no answer within \(duration)"
        case .bodyTooLarge(let maximum): "the answer has more than \(maximum) bytes"
        case .garbled(let message): "the answer can't be decompressed: \(message)"
        case .redirect(let message): message
        case .invalidURL: "not an http or https URL"
        case .cancelled: "cancelled"
        }
    }
}
