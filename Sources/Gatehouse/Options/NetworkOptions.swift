// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import AsyncHTTPClient

/// How a client downloads.
public struct NetworkOptions: Sendable {
    /// The base URL of config specs; `/<key>.json` is appended.
    ///
    /// Name a forward proxy or a local console here.
    public var specsURL: String
    /// Where to ask when a download from ``specsURL`` fails, `nil` for nowhere; `/<key>.json` is appended.
    public var fallbackSpecsURL: String?
    /// The time from the end of a download to the start of the next, 10 s unless told; at least 1 s.
    ///
    /// It varies by a tenth, so that the processes of a fleet don't ask all at once.
    public var pollingInterval: Duration
    /// How long a download may take while the client starts, 3 s unless told.
    public var initialTimeout: Duration
    /// How long any later download may take, 10 s unless told.
    public var timeout: Duration
    /// How often a failed download is tried again before the next interval, 3 unless told.
    ///
    /// The pauses grow from 200 ms on and vary at random. Answers that tell the client to go away aren't asked for again.
    public var retries: Int
    /// The most bytes a download may have after decompression, 256 MiB unless told.
    public var maximumBodyBytes: Int
    /// The name of the service for the header `x-request-service`.
    public var serviceName: String
    /// The proxy to connect through, `nil` for none.
    public var proxy: ProxyOptions?
    /// The connections to use, for special certificates for example; the client's own ones when `nil`.
    ///
    /// It has to decompress and not to follow redirects, and isn't shut down by the client.
    public var httpClient: HTTPClient?

    /// Makes options.
    ///
    /// - Parameters:
    ///   - specsURL: The base URL of config specs.
    ///   - fallbackSpecsURL: Where to ask when that fails.
    ///   - pollingInterval: The time from the end of a download to the start of the next.
    public init(
        specsURL: String = NetworkOptions.defaultSpecsURL, fallbackSpecsURL: String? = nil,
        pollingInterval: Duration = .seconds(10)
    ) {
        self.specsURL = specsURL
        self.fallbackSpecsURL = fallbackSpecsURL
        self.pollingInterval = pollingInterval
        initialTimeout = .seconds(3)
        timeout = .seconds(10)
        retries = 3
        maximumBodyBytes = 256 << 20
        serviceName = "unknown"
    }

    /// Where Statsig serves config specs.
    public static let defaultSpecsURL = "https://api.statsigcdn.com/v2/download_config_specs"
}

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

/// How a client keeps ID lists.
public struct IDListOptions: Sendable {
    /// The URL of the list of ID lists.
    ///
    /// The default is asked with `GET` and `/<key>.json` appended, any other with `POST` as it is (Protocol §6.1).
    public var manifestURL: String
    /// The time from the end of a synchronisation to the start of the next, 60 s unless told; at least 1 s.
    public var pollingInterval: Duration
    /// How long each download may take, 10 s unless told.
    public var timeout: Duration
    /// The most bytes one download of a list may have, 64 MiB unless told; longer lists come in several.
    public var maximumBodyBytes: Int

    /// Makes options.
    ///
    /// - Parameters:
    ///   - manifestURL: The URL of the list of ID lists.
    ///   - pollingInterval: The time from the end of a synchronisation to the start of the next.
    public init(
        manifestURL: String = IDListOptions.defaultManifestURL, pollingInterval: Duration = .seconds(60)
    ) {
        self.manifestURL = manifestURL
        self.pollingInterval = pollingInterval
        timeout = .seconds(10)
        maximumBodyBytes = 64 << 20
    }

    /// Where Statsig lists ID lists.
    public static let defaultManifestURL = "https://api.statsigcdn.com/v1/get_id_lists"
}
