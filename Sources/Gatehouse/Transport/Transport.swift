// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import AsyncHTTPClient
internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTPCompression
internal import NIOPosix
internal import NIOSSL

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// Sends requests to servers, over one pool of connections for each proxy that it uses.
///
/// Made when a client starts, since it opens sockets and reads environment variables. Safe to use from any task.
package final class Transport: Sendable {
    private static let maximumRedirects = 10

    private enum State {
        /// `nil` is the key of the client that connects directly.
        case open([HTTPClient.Configuration.Proxy?: HTTPClient])
        case closed
    }

    /// The client of the options, which other parts of the program use too.
    private let sharedClient: HTTPClient?
    private let options: NetworkOptions
    private let environment: NetworkEnvironment
    /// The connections' TLS, or why there is none.
    private let tls: Result<TLSConfiguration, TransportError>
    private let state = NIOLockedValueBox(State.open([:]))
    private let time: any TimeSource

    package init(_ options: NetworkOptions, time: any TimeSource) {
        self.options = options
        self.time = time
        sharedClient = options.httpClient
        let variables = options.readsEnvironment ? options.environment ?? ProcessInfo.processInfo.environment : [:]
        environment = NetworkEnvironment(variables)
        let file = options.certificateAuthorityFile ?? environment.certificateAuthorityFile
        tls = Result { () throws(TransportError) in try TLSConfiguration(trustingAuthoritiesIn: file) }
    }

    /// Closes all connections; requests under way fail.
    package func close() async {
        let clients = state.withLockedValue { state in
            defer { state = .closed }
            return if case .open(let clients) = state { Array(clients.values) } else { [HTTPClient]() }
        }
        for client in clients { try? await client.shutdown() }
    }

    /// The proxy to connect to a URL through: that of the options, or else that of the environment.
    ///
    /// - Returns: The proxy, `nil` for a direct connection.
    func proxy(for url: String) throws(TransportError) -> ProxyOptions? {
        if sharedClient != nil { return nil }
        if let proxy = options.proxy { return proxy }
        guard let url = URL(string: url) else { return nil }
        return try environment.proxy(for: url)
    }

    private func client(through proxy: ProxyOptions?, isSecure: Bool) throws(TransportError) -> HTTPClient {
        if let sharedClient { return sharedClient }
        if isSecure, case .failure(let error) = tls { throw error }
        let key = proxy.map(HTTPClient.Configuration.Proxy.init)
        let client = state.withLockedValue { state -> HTTPClient? in
            guard case .open(var clients) = state else { return nil }
            if let client = clients[key] { return client }
            var configuration = HTTPClient.Configuration(options)
            configuration.tlsConfiguration = try? tls.get()
            configuration.proxy = key
            let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
            clients[key] = client
            state = .open(clients)
            return client
        }
        guard let client else { throw .network("the connections are closed") }
        return client
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
        if request.method == .post || !request.body.isEmpty { outgoing.body = .bytes(ByteBuffer(bytes: request.body)) }

        let proxy = try proxy(for: request.url)
        let client = try client(through: proxy, isSecure: scheme == "https")
        let response: HTTPClientResponse
        do {
            // The deadline is the caller's, measured by its own clock.
            response = try await client.execute(outgoing, deadline: .distantFuture)
        } catch {
            throw TransportError(error, maximumBodyBytes: request.maximumBodyBytes).through(proxy)
        }
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

    /// The error of a request that went through a proxy.
    fileprivate func through(_ proxy: ProxyOptions?) -> TransportError {
        guard let proxy, case .network(let message) = self else { return self }
        return .network("\(message), through the \(proxy)")
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
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: tlsText(String(describing: error))
        default: String(describing: error)
        }
    }

    /// What is wrong with TLS, without the names of the library's functions.
    private static func tlsText(_ description: String) -> String {
        if description.contains("CERTIFICATE_VERIFY_FAILED") || description.contains("unableToValidateCertificate") {
            return
                "the server's certificate can't be verified: it isn't from an authority that is trusted, or out of date"
        }
        if description.contains("ailedToValidateHostname") || description.contains("Couldn't find") {
            return "the server's certificate is for another name"
        }
        return "no TLS connection could be made"
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
    /// The connections of a client: no redirects, and no more bytes than the options allow.
    init(_ options: NetworkOptions) {
        self.init()
        redirectConfiguration = .disallow
        timeout = Timeout(connect: .seconds(10))
        decompression = .enabled(limit: .size(options.maximumBodyBytes))
        // URLs contain the key, so the client makes its own spans.
        tracing.tracer = nil
        connectionPool = ConnectionPool(idleTimeout: .seconds(60), concurrentHTTP1ConnectionsPerHostSoftLimit: 8)
        // A refusal is reported at once; the caller decides when to try again.
        connectionPool.retryConnectionEstablishment = false
        // A server whose name gets another address is found there after some polls: a new connection asks for the address.
        maximumUsesPerConnection = 100
    }
}

extension TLSConfiguration {
    /// TLS 1.2 at least.
    ///
    /// - Parameter file: A file of certificates in PEM of the authorities to trust, `nil` for those of the system.
    /// - Throws: ``TransportError/network(_:)`` if there are no certificates in the file.
    init(trustingAuthoritiesIn file: String?) throws(TransportError) {
        self = TLSConfiguration.makeClientConfiguration()
        minimumTLSVersion = .tlsv12
        guard let file else { return }
        guard let certificates = try? NIOSSLCertificate.fromPEMFile(file), !certificates.isEmpty else {
            throw .network("\(file), which names the authorities to trust, isn't a file of certificates in PEM")
        }
        trustRoots = .certificates(certificates)
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
