// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseCompression
internal import GatehouseEvaluation
internal import GatehouseSpec
internal import NIOCore

/// The download of a key: a document with a time and a checksum, ready to be sent.
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
    /// The flags that OpenFeature clients may ask for.
    let flags: [FlagName]

    /// The size in bytes above which documents are compressed quickly rather than well.
    private static let quickCompressionByteCount = 1 << 20

    /// Makes the download of a key.
    ///
    /// - Parameters:
    ///   - specs: The documents.
    ///   - format: The wire format to make.
    ///   - view: The part of the project that the key sees.
    ///   - time: When the project last changed.
    ///   - clientApps: The apps of client keys by hash, for servers that start clients; empty to leave them out.
    init(
        _ specs: PublishedContents, format: DocumentFormat, view: KeyView, time: UInt64,
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
        // The first poll after a change waits for it. For large documents that time matters more than the size.
        let level: Gzip.Level = bytes.count > Payload.quickCompressionByteCount ? .fastest : .standard
        compressed = Gzip.compress(bytes, level).map { ByteBuffer(bytes: $0) }
        self.time = time
        self.checksum = checksum
    }

    /// Whether a client has this already.
    ///
    /// - Parameters:
    ///   - sinceTime: The time of the document that the client has, 0 for none.
    ///   - checksum: The checksum of that document, `nil` if the client doesn't send it.
    /// - Returns: Whether the client's document is as new as this one.
    func isKnown(sinceTime: UInt64, checksum: String?) -> Bool {
        // SDKs refuse documents that are older than theirs.
        sinceTime > time || sinceTime == time && time > 0 && (checksum ?? self.checksum) == self.checksum
    }
}

/// The members of a document that the console decides, whatever the imported one has.
struct PayloadMembers {
    let view: KeyView
    let format: DocumentFormat
    let time: UInt64
    let clientApps: [String: String]?

    func applied(to imported: DocumentMembers) -> DocumentMembers {
        var members = imported
        members.hasUpdates = true
        members.time = .unsigned(time)
        members.format = format.rawValue
        // It would name the key that the document was imported with, and SDKs refuse other keys' documents.
        members.hashedKeyUsed = nil
        members.checksum = nil
        if view.environments.count == 1, let environment = view.environments.first {
            members.defaultEnvironment = environment
        }
        if let app = view.primaryApp { members.appID = app }
        addClientApps(to: &members)
        return members
    }

    /// Apps of client keys, all by hash: SDKs look at no other keys once there are hashed ones.
    private func addClientApps(to members: inout DocumentMembers) {
        defer {
            members.keyApps = nil
            if clientApps == nil { members.hashedKeyApps = nil }
        }
        guard let clientApps else {
            members.hashedKeyEntities = nil
            return
        }
        var apps: [String: Value] = [:]
        for (key, app) in members.keyApps ?? [:] {
            apps[String(DJB2.hash(key))] = app
        }
        for (hash, app) in members.hashedKeyApps ?? [:] { apps[hash] = app }
        for (hash, app) in clientApps { apps[hash] = .string(app) }
        guard !apps.isEmpty else { return }
        members.hashedKeyApps = Object(distinct: apps.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    }
}

/// A flag that an OpenFeature client can ask for.
struct FlagName: Sendable {
    let kind: FlagKind
    let name: String
    /// Whether rules decide on the value, so that it may be another for other users.
    var hasRules = false
    /// Whether the experiment is an autotune that learns from context.
    var isAutotune = false

    /// Everything in a document but segments and holdouts, which only rules ask.
    static func all(in tree: DocumentTree) -> [FlagName] {
        func flags(_ section: DocumentTree.Section, _ kind: (DocumentTree.Spec) -> FlagKind?) -> [FlagName] {
            (tree.specs[section] ?? []).compactMap { spec in
                kind(spec).map { FlagName(kind: $0, name: spec.name, hasRules: !spec.typed.rules.isEmpty) }
            }
        }
        let gates = flags(.gates) { $0.kind == .segment || $0.kind == .holdout ? nil : .gate }
        let configs = flags(.configs) { $0.kind == .dynamicConfig ? .config : .experiment }
        let autotunes = (tree.members.autotunes ?? [:]).map {
            FlagName(kind: .experiment, name: $0.name, hasRules: true, isAutotune: true)
        }
        let stores = (tree.members.parameterStores ?? [:]).map { FlagName(kind: .store, name: $0.name) }
        return gates + configs + autotunes + flags(.layers) { _ in .layer } + stores
    }
}
