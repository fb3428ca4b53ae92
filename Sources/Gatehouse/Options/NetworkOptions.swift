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
