// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation

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
