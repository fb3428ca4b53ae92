// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// One download of a document without a client, for tools.
package enum DocumentRequest {
    /// Downloads the document of a key as a client does, over a connection of its own.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - network: The server, and the limits of requests.
    ///   - timeout: How long the download may take.
    /// - Returns: The document's bytes, which aren't checked.
    /// - Throws: Why there is no document, in words that don't contain the key.
    package static func bytes(
        key: SDKKey, _ network: NetworkOptions, timeout: Duration
    ) async throws(SyncError) -> [UInt8] {
        let time = SystemTime()
        let transport = Transport(network, time: time)
        let download = DocumentDownload(
            transport: transport, options: network, identity: RequestIdentity(serviceName: "gatehouse"), time: time)
        let result: Result<DocumentFetch, SyncError>
        do throws(DownloadFailure) {
            result = .success(
                try await download.fetch(from: network.documentURLs.first, key: key, since: nil, timeout: timeout))
        } catch {
            result = .failure(error.error)
        }
        await transport.close()
        switch try result.get() {
        case .document(let bytes): return bytes
        case .unchanged:
            throw SyncError(
                .download, .invalidDocument, "the server says that nothing changed, although nothing was there",
                at: time.wallTime())
        }
    }
}
