// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What to ask a server for.
package struct HTTPRequest: Sendable {
    /// The methods in use.
    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    package var method = Method.get
    /// Absolute, `http` or `https`.
    package var url: String
    package var headers: [(name: String, value: String)] = []
    package var body: [UInt8] = []
    /// For the whole exchange, redirects and body included.
    package var timeout: Duration
    /// The most bytes a response's body may have once it is decompressed.
    package var maximumBodyBytes: Int

    package init(
        _ method: Method = .get, url: String, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
        timeout: Duration, maximumBodyBytes: Int
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.maximumBodyBytes = maximumBodyBytes
    }
}

extension HTTPRequest {
    /// The statuses that redirect.
    package static let redirects: Set<Int> = [301, 302, 303, 307, 308]

    // Headers that a redirect to another server must not take along.
    private static let secrets: Set<String> = ["statsig-api-key", "authorization", "cookie"]

    /// Whether a redirect of this status is followed.
    ///
    /// 303 tells a client that has posted to get the result elsewhere, so it is the answer to a `POST`.
    package func follows(_ status: Int) -> Bool {
        HTTPRequest.redirects.contains(status) && (method == .get || status != 303)
    }

    /// The request for where a redirect leads: of the same method with the same body, so that a `POST` never becomes a `GET`
    /// that posts nothing.
    ///
    /// - Parameter location: Where the redirect leads, maybe relative to this request's URL.
    /// - Returns: The request, without the key when it is for another server.
    /// - Throws: ``TransportError/redirect(_:)`` when the location isn't a URL or isn't safe.
    package func redirected(to location: String) throws(TransportError) -> HTTPRequest {
        guard let base = URL(string: url), let target = URL(string: location, relativeTo: base)?.absoluteURL,
            let scheme = target.scheme?.lowercased(), target.host?.isEmpty == false
        else { throw .redirect("a redirect to something that isn't a URL") }
        guard scheme == "https" || (scheme == "http" && base.scheme?.lowercased() == "http") else {
            // The scheme may be any text that the server wants to see in a log.
            throw .redirect("a redirect to \(scheme == "http" ? "http" : "another scheme"), which isn't safe")
        }
        var request = self
        request.url = target.absoluteString
        if (scheme, target.host?.lowercased(), target.port) != (
            base.scheme?.lowercased(), base.host?.lowercased(), base.port
        ) {
            request.headers.removeAll { HTTPRequest.secrets.contains($0.name.lowercased()) }
        }
        return request
    }
}

/// What a client tells every server of itself (Protocol §1).
struct RequestIdentity: Sendable {
    static let version = Release.version

    static let sdkType = Release.clientType

    let session = UUID().uuidString.lowercased()
    let serviceName: String

    /// The headers of a request made now.
    func headers(key: SDKKey, wallTime: Int64) -> [(name: String, value: String)] {
        [
            ("STATSIG-API-KEY", key.secret), ("STATSIG-SDK-TYPE", RequestIdentity.sdkType),
            ("STATSIG-SDK-VERSION", RequestIdentity.version), ("STATSIG-SERVER-SESSION-ID", session),
            ("STATSIG-CLIENT-TIME", String(wallTime)), ("x-request-service", serviceName),
        ]
    }
}
