// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A proxy to connect through.
public struct ProxyOptions: Sendable {
    /// The protocols a proxy may speak.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// HTTP, with `CONNECT` for TLS.
        case http
        /// SOCKS version 5, without credentials.
        case socks5
    }

    /// The protocol.
    public var kind: Kind
    /// Its host.
    public var host: String
    /// Its port.
    public var port: Int
    /// Who asks, `nil` for nobody in particular.
    public var credentials: (user: String, password: String)?

    /// Makes a proxy.
    ///
    /// - Parameters:
    ///   - kind: The protocol.
    ///   - host: Its host.
    ///   - port: Its port.
    ///   - credentials: Who asks.
    public init(
        _ kind: Kind = .http, host: String, port: Int, credentials: (user: String, password: String)? = nil
    ) {
        self.kind = kind
        self.host = host
        self.port = port
        self.credentials = credentials
    }
}
