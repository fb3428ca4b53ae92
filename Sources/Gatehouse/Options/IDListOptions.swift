// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

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
