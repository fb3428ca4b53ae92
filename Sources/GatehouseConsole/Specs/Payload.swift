// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseCompression
internal import GatehouseEvaluation
internal import GatehouseSpec
internal import NIOCore

/// What a key downloads: a document with a time and a checksum, ready to be sent.
struct Payload: Sendable {
    /// The document.
    let body: ByteBuffer
    /// The same, compressed; `nil` when that didn't work.
    let compressed: ByteBuffer?
    /// In ms since 1970; greater whenever something has changed.
    let time: UInt64
    let checksum: String
    /// The ID lists that its rules ask, `nil` for all there are.
    let idLists: Set<String>?
    /// What OpenFeature clients may ask for.
    let flags: [FlagName]

    /// The size in bytes above which documents are compressed quickly rather than well.
    private static let quickCompressionByteCount = 1 << 20

    /// Makes what a key downloads.
    ///
    /// - Parameters:
    ///   - specs: The documents.
    ///   - format: The wire format to make.
    ///   - view: What the key sees.
    ///   - time: When the project last changed.
    ///   - clientApps: The apps of client keys by hash, for servers that start clients; empty to leave them out.
    init(
        _ specs: SpecContents, format: SpecDocument.Format, view: KeyView, time: UInt64,
        clientApps: [String: String]?
    ) {
        var tree = specs.tree(format)
        tree.restrict(to: view)
        idLists = view.isRestricted ? tree.idListNames : nil
        flags = FlagName.all(in: tree)
        tree.members = PayloadMembers(
            view: view, format: format, time: time, clientApps: clientApps
        ).applied(to: tree.members)

        // Most of a large project's document is as it was before the last change.
        let isWhole = specs.imported == nil && !view.isRestricted
        var bytes = (isWhole ? specs.authored?.text(tree) : nil) ?? JSON.bytes(tree.value)
        let checksum = Digest.number(of: bytes)
        bytes.removeLast()
        bytes += ",\"checksum\":\"\(checksum)\"}".utf8
        body = ByteBuffer(bytes: bytes)
        // Somebody waits for it: the first poll after a change. For large documents, size is worth less than that time.
        let level: Gzip.Level = bytes.count > Payload.quickCompressionByteCount ? .fastest : .standard
        compressed = Gzip.compress(bytes, level).map { ByteBuffer(bytes: $0) }
        self.time = time
        self.checksum = checksum
    }

    /// Whether a client has this already.
    ///
    /// - Parameters:
    ///   - sinceTime: The time of what it has, 0 if it has nothing.
    ///   - checksum: The checksum of that, if it says.
    func isKnown(sinceTime: UInt64, checksum: String?) -> Bool {
        // SDKs refuse what is older than what they have, so there is no use in sending it.
        sinceTime > time || sinceTime == time && time > 0 && (checksum ?? self.checksum) == self.checksum
    }
}
