// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// The list of ID lists (Protocol §6.1).
struct IDListManifest: Sendable {
    private(set) var entries: [IDListName: IDListEntry] = [:]
    /// Lists that there are, but whose entries can't be used.
    private(set) var malformed: [IDListName: IDListFailure] = [:]

    /// Reads a manifest.
    ///
    /// A malformed entry doesn't take the others along, as it does in the reference. A manifest of nothing but malformed
    /// entries is refused, for it may be an error in the form of an object, and would delete all lists.
    init(json bytes: [UInt8]) throws(IDListFailure) {
        let value = bytes.withUnsafeBufferPointer { bytes in
            bytes.baseAddress.flatMap { Value(json: Text(base: $0, count: bytes.count)) }
        }
        guard let object = value?.object else {
            throw IDListFailure(.invalidDocument, "the manifest isn't a JSON object")
        }
        for member in object {
            do throws(IDListFailure) {
                entries[IDListName(member.name)] = try IDListEntry(member.value)
            } catch {
                malformed[IDListName(member.name)] = error
            }
        }
        guard !entries.isEmpty || malformed.isEmpty else {
            throw IDListFailure(.invalidDocument, "the manifest has no list that isn't malformed")
        }
    }
}

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
    /// - Returns: The manifest, with its malformed entries.
    /// - Throws: ``IDListFailure`` when there is no answer, or it isn't a manifest.
    static func download(
        _ options: IDListOptions, key: SDKKey, headers: [(name: String, value: String)], with transport: Transport
    ) async throws(IDListFailure) -> IDListManifest {
        guard !key.secret.isEmpty else { throw IDListFailure(.unauthorized, "the key is empty") }
        let url = options.manifestURL ?? IDListOptions.defaultManifestURL
        var request = HTTPRequest(
            url: url, headers: headers, timeout: options.timeout,
            maximumBodyBytes: maximumByteCount)
        if url.hasPrefix(IDListOptions.defaultManifestURL) {
            request.url += "/\(DocumentDownload.escaped(key.secret)).json"
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

/// The name of an ID list, compared byte for byte as JSON does: strings that only look the same are two lists.
struct IDListName: Sendable, Hashable, Comparable {
    let text: String

    init(_ text: String) { self.text = text }

    static func == (left: IDListName, right: IDListName) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    static func < (left: IDListName, right: IDListName) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }
}
