// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import AsyncHTTPClient

/// How a client downloads documents.
public struct NetworkOptions: Sendable {
    /// The base URL of config specs; `/<key>.json` is appended.
    ///
    /// This can be the URL of a forward proxy or of a local console. Of a URL without a path, or one whose path ends with `/v1`
    /// or `/v2`, the rest may be left out: `http://127.0.0.1:8000` is `http://127.0.0.1:8000/v2/download_config_specs`.
    public var specsURL: String
    /// The base URL to use when a download from ``specsURL`` fails, `nil` for none; it is completed like ``specsURL``.
    public var fallbackSpecsURL: String?
    /// The time from the end of a download to the start of the next, 10 s by default, at least 1 s.
    ///
    /// It is up to a tenth shorter at random, so that the processes of a fleet don't download at the same time.
    public var pollingInterval: Duration
    /// The timeout of a download while the client starts, 3 s by default.
    public var initialTimeout: Duration
    /// The timeout of any later download, 10 s by default.
    public var timeout: Duration
    /// How many times the client retries a failed download before the next interval, 3 by default.
    ///
    /// The pauses grow from 200 ms and vary at random. The client doesn't retry after a response that rejects the request.
    public var retries: Int
    /// The maximum size of a download after decompression in bytes, 256 MiB by default.
    public var maximumBodyBytes: Int
    /// The name of the service for the header `x-request-service`.
    public var serviceName: String
    /// The proxy to connect through, `nil` for that of the environment.
    ///
    /// All requests go through it, those for ID lists and events too, also to the servers that `NO_PROXY` lists.
    public var proxy: ProxyOptions?
    /// The path of a file of certificates in PEM, `nil` for `SSL_CERT_FILE` and without that for the system's.
    ///
    /// The client trusts servers that one of these authorities has signed for, and no others. It reads the file when it
    /// starts.
    public var certificateAuthorityFile: String?
    /// Whether the client follows the environment variables `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY` and `SSL_CERT_FILE`, `true`
    /// by default.
    ///
    /// The client reads them when it starts. Names in lower case are read too, and win. A proxy is
    /// `http://user:password@host:port` or `socks5://host:port`; the client reaches every server through `CONNECT`. `NO_PROXY` is
    /// a list of names, which stand for their subdomains too, IP addresses, networks such as `10.0.0.0/8`, each of them maybe
    /// with a port, or `*`. The machine itself is never reached through a proxy of the environment.
    public var readsEnvironment: Bool
    /// The environment in place of that of the process, for tests.
    package var environment: [String: String]?
    /// The HTTP client to use, `nil` for one that this client makes.
    ///
    /// It has to decompress responses, and must not follow redirects. Proxies and certificates are then those of this HTTP
    /// client. This client doesn't shut it down.
    public var httpClient: HTTPClient?

    /// Makes options.
    ///
    /// - Parameters:
    ///   - specsURL: The base URL of config specs.
    ///   - fallbackSpecsURL: The base URL to use when a download from `specsURL` fails.
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
        readsEnvironment = true
    }

    /// The URLs of config specs with their whole paths, the first one and the one to use when a download from it fails.
    var documentURLs: (first: String, fallback: String?) {
        (NetworkOptions.completed(specsURL), fallbackSpecsURL.map(NetworkOptions.completed))
    }

    /// A URL of config specs with its whole path; one with a query or another path stays as it is.
    private static func completed(_ url: String) -> String {
        guard let scheme = url.firstRange(of: "://"), !url.contains("?"), !url.contains("#") else { return url }
        var url = url
        while url.last == "/", url.endIndex > scheme.upperBound { url.removeLast() }
        let rest = url[scheme.upperBound...]
        if rest.isEmpty { return url }
        guard rest.contains("/") else { return "\(url)/v2/download_config_specs" }
        return rest.hasSuffix("/v1") || rest.hasSuffix("/v2") ? "\(url)/download_config_specs" : url
    }

    /// The URL of another endpoint of the server at ``specsURL``, behind the same path.
    ///
    /// - Parameters:
    ///   - path: The endpoint's path, for example `/v1/log_event`.
    ///   - defaultURL: The endpoint's URL for the default of ``specsURL``.
    /// - Returns: The URL.
    func url(of path: String, default defaultURL: String) -> String {
        let specsURL = documentURLs.first
        if specsURL == NetworkOptions.defaultSpecsURL { return defaultURL }
        let scheme = specsURL.prefix { $0 != ":" }
        var rest = specsURL.dropFirst(scheme.count + 3).prefix { $0 != "?" }
        while rest.last == "/" { rest.removeLast() }
        let endings = ["/v2/download_config_specs", "/v1/download_config_specs"]
        let base = endings.first { rest.hasSuffix($0) }.map { rest.dropLast($0.count) } ?? rest.prefix { $0 != "/" }
        return "\(scheme)://\(base)\(path)"
    }

    /// Where Statsig serves config specs.
    public static let defaultSpecsURL = "https://api.statsigcdn.com/v2/download_config_specs"
}

/// A proxy to connect through.
public struct ProxyOptions: Sendable {
    /// The protocol of a proxy.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// HTTP, with `CONNECT` for TLS.
        case http
        /// SOCKS version 5, without credentials.
        case socks5
    }

    /// The protocol.
    public var kind: Kind
    /// The name or address of the proxy.
    public var host: String
    /// The port of the proxy.
    public var port: Int
    /// The user and password for the proxy, `nil` for none.
    public var credentials: (user: String, password: String)?

    /// Makes a proxy.
    ///
    /// - Parameters:
    ///   - kind: The protocol.
    ///   - host: The name or address of the proxy.
    ///   - port: The port of the proxy.
    ///   - credentials: The user and password for the proxy.
    public init(
        _ kind: Kind = .http, host: String, port: Int, credentials: (user: String, password: String)? = nil
    ) {
        self.kind = kind
        self.host = host
        self.port = port
        self.credentials = credentials
    }
}

/// The kind, the name and the port, without the credentials.
extension ProxyOptions: CustomStringConvertible, CustomReflectable {
    /// For example `http proxy proxy.example.com:3128`; never the credentials.
    public var description: String { "\(kind.rawValue) proxy \(host):\(port)" }

    /// A mirror without the credentials, so that `dump` doesn't show them.
    public var customMirror: Mirror { Mirror(self, children: ["kind": kind, "host": host, "port": port]) }
}

/// How a client downloads ID lists.
public struct IDListOptions: Sendable {
    /// The URL of the list of ID lists, `nil` for the server that documents come from.
    ///
    /// If it is `nil`, a client that downloads from Statsig asks Statsig, and any other client asks for `/v1/get_id_lists` behind
    /// the same path as ``NetworkOptions/specsURL``. A client with a ``ClientOptions/file`` or without a
    /// ``ClientOptions/network`` doesn't download ID lists then. Statsig is asked with `GET` and `/<key>.json` appended, and any
    /// other URL with `POST` as it is (Protocol §6.1).
    public var manifestURL: String?
    /// The time from the end of a synchronization to the start of the next, 60 s by default, at least 1 s.
    public var pollingInterval: Duration
    /// The timeout of each download, 10 s by default.
    public var timeout: Duration
    /// The maximum size of one download of a list in bytes, 64 MiB by default.
    ///
    /// The client downloads a longer list in parts.
    public var maximumBodyBytes: Int

    /// Makes options.
    ///
    /// - Parameters:
    ///   - manifestURL: The URL of the list of ID lists, `nil` for the server that documents come from.
    ///   - pollingInterval: The time from the end of a synchronization to the start of the next.
    public init(
        manifestURL: String? = nil, pollingInterval: Duration = .seconds(60)
    ) {
        self.manifestURL = manifestURL
        self.pollingInterval = pollingInterval
        timeout = .seconds(10)
        maximumBodyBytes = 64 << 20
    }

    /// Where Statsig lists ID lists.
    public static let defaultManifestURL = "https://api.statsigcdn.com/v1/get_id_lists"
}
