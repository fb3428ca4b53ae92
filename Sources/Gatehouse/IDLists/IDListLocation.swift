// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Where a list file is, and how to ask for a part of it (Protocol §6.3).
struct IDListLocation: Sendable {
    private let url: String
    /// Whether parts are asked for in the query, which Statsig's own server wants, and not in a header.
    let isAskedByQuery: Bool
    private let mayHaveKey: Bool

    /// - Parameters:
    ///   - url: The URL from the manifest.
    ///   - manifestURL: The URL the manifest came from.
    /// - Throws: ``IDListFailure`` for a URL that a client doesn't follow.
    init(_ url: String, manifestURL: String) throws(IDListFailure) {
        guard let origin = Origin(url) else { throw IDListFailure(.refused, "its URL isn't an http or https URL") }
        let manifest = Origin(manifestURL)
        guard origin.scheme == "https" || manifest?.scheme != "https" else {
            throw IDListFailure(.refused, "its URL is http, although the manifest came by https")
        }
        self.url = url
        isAskedByQuery = origin == Origin("https://api.statsigcdn.com")
        mayHaveKey = origin == manifest || origin.isStatsig
    }

    /// The request for a part of the file.
    ///
    /// The key goes to the server of the manifest and to Statsig's own servers; a manifest can't make a client send it to
    /// another server.
    ///
    /// - Parameters:
    ///   - start: The first byte.
    ///   - count: The most bytes, `nil` for all that follow.
    ///   - entry: What the manifest says.
    ///   - headers: The headers of every request.
    ///   - options: How long it may take, and how long the answer may be.
    /// - Returns: The request, with the key where the server may have it.
    func request(
        from start: Int, count: Int?, of entry: IDListEntry, headers: [(name: String, value: String)],
        _ options: IDListOptions
    ) -> HTTPRequest {
        var request = HTTPRequest(
            url: url, headers: headers, timeout: options.timeout, maximumBodyBytes: options.maximumBodyBytes)
        if !mayHaveKey { request.headers.removeAll { $0.name.lowercased() == "statsig-api-key" } }
        if isAskedByQuery {
            let page = url.prefix { $0 != "#" }
            request.url = "\(page)\(page.contains("?") ? "&" : "?")range=\(start)-"
        } else {
            let end = count.map { String(start + $0 - 1) } ?? ""
            // Ranges count the bytes that are sent, so those have to be the file's.
            request.headers += [
                ("Range", "bytes=\(start)-\(end)"), ("statsig-id-list-file-size", String(entry.byteCount)),
                ("Accept-Encoding", "identity"),
            ]
        }
        return request
    }

    private struct Origin: Equatable {
        let scheme: String
        let host: String
        let port: Int

        init?(_ text: String) {
            guard let url = URL(string: text), let scheme = url.scheme?.lowercased(),
                ["http", "https"].contains(scheme), let host = url.host?.lowercased(), !host.isEmpty
            else { return nil }
            self.scheme = scheme
            self.host = host
            port = url.port ?? (scheme == "https" ? 443 : 80)
        }

        var isStatsig: Bool {
            scheme == "https" && port == 443
                && ["statsigcdn.com", "statsigapi.net"].contains { host == $0 || host.hasSuffix(".\($0)") }
        }
    }
}
