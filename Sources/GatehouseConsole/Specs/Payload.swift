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

    /// Makes what a key downloads.
    ///
    /// - Parameters:
    ///   - specs: The documents.
    ///   - format: The wire format to make.
    ///   - view: What the key sees.
    ///   - time: When the project last changed.
    ///   - clientApps: The apps of client keys by hash, for servers that start clients; empty to leave them out.
    init(
        _ specs: ImportedSpecs, format: SpecDocument.Format, view: KeyView, time: UInt64,
        clientApps: [String: String]?
    ) {
        let source = specs.documents[format] != nil ? format : specs.mainFormat
        var tree = DocumentTree(specs.documents[source] ?? [], source)
        if source != format {
            if format == .v1 { tree.becomeOlder() } else { tree.becomeNewer() }
        }
        tree.restrict(to: view)
        idLists = view.isRestricted ? tree.idListNames : nil
        flags = FlagName.all(in: tree)
        tree.members = PayloadMembers(
            view: view, format: format, time: time, clientApps: clientApps
        ).applied(to: tree.members)

        let checksum = Digest.number(of: JSON.bytes(tree.value))
        tree.members["checksum"] = .string(checksum)
        let bytes = JSON.bytes(tree.value)
        body = ByteBuffer(bytes: bytes)
        compressed = Gzip.compress(bytes, .standard).map { ByteBuffer(bytes: $0) }
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
