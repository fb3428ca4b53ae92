// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension IDListManifest {
    /// The most bytes a manifest may have: some ten thousand lists.
    private static let maximumByteCount = 16 << 20

    /// Downloads the manifest.
    ///
    /// - Parameters:
    ///   - options: Where it is.
    ///   - key: The key, which is part of the default URL.
    ///   - headers: The headers of every request.
    ///   - transport: What downloads.
    static func download(
        _ options: IDListOptions, key: SDKKey, headers: [(name: String, value: String)], with transport: Transport
    ) async throws(IDListFailure) -> IDListManifest {
        guard !key.secret.isEmpty else { throw IDListFailure(.unauthorized, "the key is empty") }
        var request = HTTPRequest(
            url: options.manifestURL, headers: headers, timeout: options.timeout,
            maximumBodyBytes: maximumByteCount)
        if options.manifestURL.hasPrefix(IDListOptions.defaultManifestURL) {
            request.url += "/\(SpecDownload.escaped(key.secret)).json"
        } else {
            request.method = .post
        }
        let reply: HTTPReply
        do throws(TransportError) {
            reply = try await transport.send(request)
        } catch {
            throw IDListFailure(error)
        }
        guard reply.isSuccess else { throw IDListFailure(status: reply.status) }
        return try IDListManifest(json: reply.body)
    }
}
