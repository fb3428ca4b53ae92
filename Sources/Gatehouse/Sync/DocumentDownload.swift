// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Tracing

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Downloads of config specs over HTTP (Protocol §2).
struct DocumentDownload: Sendable {
    let transport: Transport
    let options: NetworkOptions
    let identity: RequestIdentity
    let time: any TimeSource

    /// Asks a server for what is newer than the document in use.
    ///
    /// - Parameters:
    ///   - base: The URL without the key.
    ///   - key: The key.
    ///   - version: The version in use, `nil` for none.
    ///   - timeout: How long the download may take.
    /// - Returns: A document, or that there is nothing newer.
    /// - Throws: ``DownloadFailure``, which says when to try again.
    func fetch(
        from base: String, key: SDKKey, since version: DocumentVersion?, timeout: Duration
    ) async throws(DownloadFailure) -> DocumentFetch {
        guard !key.secret.isEmpty else {
            throw failure(.unauthorized, "the key is empty", retry: .nextInterval)
        }
        let request = HTTPRequest(
            url: url(base, key, since: version),
            headers: identity.headers(key: key, wallTime: time.wallTime()) + [("accept-encoding", "gzip, deflate")],
            timeout: timeout, maximumBodyBytes: options.maximumBodyBytes)
        let shown = DocumentDownload.shown(base, key)
        let result = await withSpan("gatehouse.specs.download", ofKind: .client) { span in
            span.attributes["url.full"] = shown
            let result: Result<HTTPReply, TransportError>
            do throws(TransportError) {
                result = .success(try await transport.send(request))
            } catch {
                result = .failure(error)
            }
            switch result {
            case .success(let reply):
                span.attributes["http.response.status_code"] = reply.status
                span.attributes["http.response.body.size"] = reply.body.count
            // A shutdown that ends a download is no error.
            case .failure(.cancelled): break
            case .failure(let error): span.recordError(error)
            }
            return result
        }
        switch result {
        case .success(let reply): return try content(of: reply, from: shown, key: key)
        case .failure(let error): throw failure(error, from: shown)
        }
    }

    private func url(_ base: String, _ key: SDKKey, since version: DocumentVersion?) -> String {
        var url = base
        while url.last == "/" { url.removeLast() }
        url += "/\(DocumentDownload.escaped(key.secret)).json"
        var separator = "?"
        if let version, version.comparedTime > 0 {
            url += "\(separator)sinceTime=\(version.comparedTime)"
            separator = "&"
        }
        if let checksum = version?.checksum {
            // Servers expect the text escaped twice, since that is how the reference sends it.
            url += "\(separator)checksum=\(DocumentDownload.escaped(DocumentDownload.escaped(checksum)))"
        }
        return url
    }

    static func escaped(_ text: String) -> String {
        let unescaped = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.".utf8)
        return text.utf8.reduce(into: "") { result, byte in
            if unescaped.contains(byte) {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                result += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }
    }

    /// The URL for messages, without the key, and without credentials.
    static func shown(_ base: String, _ key: SDKKey) -> String {
        "\(Destinations.shown(base))/\(key).json"
    }

    // MARK: - Answers

    private func content(
        of reply: HTTPReply, from shown: String, key: SDKKey
    ) throws(DownloadFailure) -> DocumentFetch {
        switch reply.status {
        case 204: throw failure(.invalidDocument, "\(shown) answered 204, without a document", retry: .nextInterval)
        case 200..<300: break
        case 304: return .unchanged
        case 401, 403:
            let reason = "the key is unknown, revoked, or lacks the scope client_download_config_specs"
            throw failure(.unauthorized, "\(shown) answered \(reply.status): \(reason)", retry: .nextInterval)
        case 429:
            throw failure(
                .tooManyRequests, "\(shown) answered 429, too many requests",
                retry: retry(of: reply) ?? .nextInterval)
        case 408, 500, 502...599:
            throw failure(.refused, refusal(of: reply, from: shown, key: key), retry: retry(of: reply) ?? .soon)
        default: throw failure(.refused, refusal(of: reply, from: shown, key: key), retry: .nextInterval)
        }
        let type = reply[header: "content-type"]?.lowercased() ?? ""
        guard !type.contains("application/octet-stream") else {
            throw failure(
                .invalidDocument, "\(shown) answered with binary data; only JSON is supported", retry: .nextInterval)
        }
        guard !reply.body.isEmpty else {
            throw failure(.invalidDocument, "\(shown) answered with an empty body", retry: .nextInterval)
        }
        guard !type.contains("text/html") else {
            throw failure(
                .invalidDocument,
                "\(shown) answered with a page instead of a document: \(reply.excerpt(without: key))",
                retry: .nextInterval)
        }
        return .document(reply.body)
    }

    private func refusal(of reply: HTTPReply, from shown: String, key: SDKKey) -> String {
        let excerpt = reply.excerpt(without: key)
        return "\(shown) answered \(reply.status)" + (excerpt.isEmpty ? "" : ": \(excerpt)")
    }

    private func retry(of reply: HTTPReply) -> DownloadFailure.Retry? {
        guard let text = reply[header: "retry-after"] else { return nil }
        if let seconds = Int64(text), seconds >= 0 {
            return .after(min(.seconds(min(seconds, 86_400)), DocumentDownload.longestPause))
        }
        guard let date = Date(httpDate: text) else { return nil }
        let seconds = date.timeIntervalSince1970 - Double(time.wallTime()) / 1_000
        return .after(min(.seconds(max(0, min(seconds, 86_400))), DocumentDownload.longestPause))
    }

    /// The longest that a server's wish for patience is respected.
    private static let longestPause = Duration.seconds(300)

    private func failure(_ error: TransportError, from shown: String) -> DownloadFailure {
        switch error {
        case .network, .garbled: failure(.unreachable, "\(shown): \(error)", retry: .soon)
        case .timeout: failure(.timeout, "\(shown): \(error)", retry: .soon)
        case .bodyTooLarge: failure(.tooLarge, "\(shown): \(error)", retry: .nextInterval)
        case .redirect, .invalidURL: failure(.refused, "\(shown): \(error)", retry: .nextInterval)
        case .cancelled: failure(.stopped, "\(shown): \(error)", retry: .nextInterval)
        }
    }

    private func failure(
        _ code: SyncError.Code, _ message: String, retry: DownloadFailure.Retry
    ) -> DownloadFailure {
        DownloadFailure(error: SyncError(.download, code, message, at: time.wallTime()), retry: retry)
    }
}

/// What a source answered.
enum DocumentFetch: Sendable {
    /// A document that isn't compiled yet.
    case document([UInt8])
    /// The document in use is the current one.
    case unchanged
}

extension Date {
    /// Reads a date of HTTP in the form that servers have to send: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7).
    init?(httpDate text: String) {
        let parts = text.split(separator: " ")
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard parts.count == 6, parts[5] == "GMT" || parts[5] == "UTC",
            let month = months.firstIndex(of: String(parts[2]))
        else { return nil }
        let day = parts[1].count == 1 ? "0\(parts[1])" : "\(parts[1])"
        let iso = "\(parts[3])-\(month < 9 ? "0" : "")\(month + 1)-\(day)T\(parts[4])Z"
        guard let date = try? Date(iso, strategy: .iso8601) else { return nil }
        self = date
    }
}
