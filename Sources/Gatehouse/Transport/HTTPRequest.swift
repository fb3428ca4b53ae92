// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// What to ask a server for.
package struct HTTPRequest: Sendable {
    /// The methods in use.
    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
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

    // A redirect to another server must not take along what is for this one.
    private static let secrets: Set<String> = ["statsig-api-key", "authorization", "cookie"]
    private static let headersOfBody: Set<String> = ["content-type", "content-encoding", "content-length"]

    /// The request for where a redirect leads.
    ///
    /// - Parameters:
    ///   - location: Where, maybe relative to this request's URL.
    ///   - status: One of ``redirects``.
    /// - Returns: The request, without the key when it is for another server.
    package func redirected(to location: String, status: Int) throws(TransportError) -> HTTPRequest {
        guard let base = URL(string: url), let target = URL(string: location, relativeTo: base)?.absoluteURL,
            let scheme = target.scheme?.lowercased(), target.host?.isEmpty == false
        else { throw .redirect("a redirect to something that isn't a URL") }
        guard scheme == "https" || (scheme == "http" && base.scheme?.lowercased() == "http") else {
            throw .redirect("a redirect to \(scheme), which isn't safe")
        }
        var request = self
        request.url = target.absoluteString
        if status != 307, status != 308 {
            request.method = .get
            request.body = []
            request.headers.removeAll { HTTPRequest.headersOfBody.contains($0.name.lowercased()) }
        }
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
    static let version = "0.1.0"

    static let sdkType = "gatehouse"

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
