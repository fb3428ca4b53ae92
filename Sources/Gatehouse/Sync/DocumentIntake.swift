// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import GatehouseSpec
internal import Logging

/// Compiles documents, compares each with the one in use, and publishes it or leaves it.
///
/// A document that can't be used changes nothing, and neither does one whose bytes are those of the document in use.
struct DocumentIntake: Sendable {
    enum Verdict: Sendable, Equatable {
        /// The document is in use now.
        case applied
        /// The document is the one in use.
        case unchanged
        /// The document is older than the one in use, which stays.
        case older
    }

    /// What became of a document, and its version where it has one.
    struct Taken: Sendable, Equatable {
        var verdict: Verdict
        var version: DocumentVersion?
    }

    /// Which documents replace the one in use.
    enum Rule: Sendable, Equatable {
        /// Those with a `time` that isn't less, and another checksum (Evaluation §24).
        case newer
        /// Those with another checksum, an earlier `time` included: an operator has restored it.
        case restored
        /// All: an operator has edited it, or it belongs to another key.
        case any
    }

    let core: ClientCore

    /// The document in use, `nil` for none.
    private var current: Ruleset? {
        core.board.status.isReady ? core.publication.current.ruleset : nil
    }

    /// Compiles a document, and publishes it if the rule lets it replace the one in use.
    ///
    /// - Parameters:
    ///   - bytes: The document.
    ///   - origin: Where it comes from.
    ///   - rule: When it replaces the document in use.
    /// - Returns: What became of it.
    /// - Throws: `invalidDocument` when it can't be used.
    func apply(_ bytes: [UInt8], from origin: DocumentOrigin, rule: Rule = .newer) async throws(SyncError) -> Taken {
        let current = current
        let fingerprint = DocumentFingerprint(bytes)
        if let current, core.publication.current.fingerprint == fingerprint {
            return Taken(verdict: .unchanged, version: version(of: current))
        }
        let begin = core.time.elapsed()
        let compiled: Result<Ruleset, DocumentError>
        if let current {
            compiled = await BackgroundThread.run { DocumentIntake.compile(bytes, replacing: current) }
        } else {
            // Callers wait for the first document.
            compiled = DocumentIntake.compile(bytes, replacing: nil)
        }
        return try use(compiled, fingerprint, begin: begin, from: origin, rule: rule, replacing: current)
    }

    /// Publishes a document in place of any other, on the calling thread, before this returns.
    ///
    /// - Parameters:
    ///   - bytes: The document.
    ///   - origin: Where it comes from.
    /// - Throws: `invalidDocument` when it can't be used.
    func applyAtOnce(_ bytes: [UInt8], from origin: DocumentOrigin) throws(SyncError) {
        let current = current
        let begin = core.time.elapsed()
        _ = try use(
            DocumentIntake.compile(bytes, replacing: current), DocumentFingerprint(bytes), begin: begin, from: origin,
            rule: .any, replacing: current)
    }

    private func use(
        _ compiled: Result<Ruleset, DocumentError>, _ fingerprint: DocumentFingerprint, begin: Duration,
        from origin: DocumentOrigin, rule: Rule, replacing current: Ruleset?
    ) throws(SyncError) -> Taken {
        let ruleset: Ruleset
        switch compiled {
        case .success(let result): ruleset = result.reporting(to: core.usage)
        case .failure(let error) where error.code == .noUpdates:
            guard current != nil else {
                throw core.error(
                    origin.part, .invalidDocument, "there are no updates, but no document to begin with either")
            }
            return Taken(verdict: .unchanged)
        case .failure(let error):
            throw core.error(origin.part, .invalidDocument, "not a document of config specs: \(error)")
        }
        let newVersion = version(of: ruleset)
        if let current {
            let version = version(of: current)
            if rule != .any, version.hasChecksum(of: newVersion) {
                return Taken(verdict: .unchanged, version: newVersion)
            }
            if rule == .newer, version.isNewer(than: newVersion) { return Taken(verdict: .older, version: newVersion) }
        }
        core.metrics.compiled(byteCount: fingerprint.byteCount, in: core.time.elapsed() - begin)
        publish(ruleset, fingerprint, from: origin, replacing: current)
        return Taken(verdict: .applied, version: newVersion)
    }

    private func version(of ruleset: Ruleset) -> DocumentVersion {
        DocumentVersion(ruleset.metadata, wallTime: core.time.wallTime())
    }

    private static func compile(_ bytes: [UInt8], replacing previous: Ruleset?) -> Result<Ruleset, DocumentError> {
        do throws(DocumentError) {
            if let previous { return .success(try Ruleset(document: bytes, replacing: previous)) }
            return .success(try Ruleset(document: bytes))
        } catch {
            return .failure(error)
        }
    }

    private func publish(
        _ ruleset: Ruleset, _ fingerprint: DocumentFingerprint, from origin: DocumentOrigin,
        replacing previous: Ruleset?
    ) {
        let receivedAt = core.time.wallTime()
        core.publication.update { parts in
            parts.ruleset = ruleset
            parts.fingerprint = fingerprint
            parts.provenance = Snapshot.Provenance(source: origin.detailsName, receivedAt: receivedAt)
        }
        let issueCount = ruleset.issues.count { $0.isDropped }
        // Entities have the names that a server gives them.
        let issues = ruleset.issues.prefix(100).map { core.key.redacted($0.description) }
        core.board.update { status in
            status.origin = origin
            status.documentTime = ruleset.metadata.time
            status.receivedAt = receivedAt
            status.issueCount = issueCount
        }
        for issue in issues.prefix(10) { core.logger.warning("\(issue)") }
        if ruleset.issues.count > 10 { core.logger.warning("\(ruleset.issues.count - 10) more entities have issues") }
        let changes = previous.map { ruleset.changes(since: $0) }
        var metadata: Logger.Metadata = ["origin": "\(origin.rawValue)", "time": "\(ruleset.metadata.time)"]
        if let changes { metadata["changes"] = "\(changes)" }
        core.logger.info("config specs replaced", metadata: metadata)
        core.updates.send(
            DocumentUpdate(
                origin: origin, documentTime: ruleset.metadata.time, receivedAt: receivedAt,
                previousDocumentTime: previous?.metadata.time, issues: issues, changes: changes))
    }
}

extension DocumentOrigin {
    /// The part of the client's work that reads documents of this origin.
    fileprivate var part: SyncError.Part {
        switch self {
        case .none, .network: .download
        case .bootstrap: .bootstrap
        case .file: .file
        case .lastKnownGood: .cache
        case .storage: .storage
        }
    }
}

/// What tells one version of a document from another.
struct DocumentVersion: Sendable, Equatable {
    /// How far the clock of the server may be ahead of this machine's: a later `time` says nothing.
    private static let toleranceMilliseconds: UInt64 = 86_400_000

    /// When the project last changed according to the document: ms since 1970, 0 where it doesn't say.
    private let time: UInt64
    /// The document's checksum, `nil` when it has none.
    let checksum: String?
    /// The time that a server and later documents are compared with: 0 instead of one in the future.
    ///
    /// A single document with a wrong `time` would otherwise keep all later ones out.
    let comparedTime: UInt64

    /// - Parameters:
    ///   - metadata: What the document says of itself.
    ///   - wallTime: The time of day in ms since 1970.
    init(_ metadata: Ruleset.Metadata, wallTime: Int64) {
        time = metadata.time
        checksum = metadata.checksum
        let latest = UInt64(max(wallTime, 0)) + DocumentVersion.toleranceMilliseconds
        comparedTime = time <= latest ? time : 0
    }

    /// Whether both have the same checksum.
    func hasChecksum(of other: DocumentVersion) -> Bool {
        guard let checksum, !checksum.isEmpty else { return false }
        return checksum == other.checksum
    }

    /// Whether another version is older than this one.
    func isNewer(than other: DocumentVersion) -> Bool { comparedTime > other.time }

    /// The version as one word, for the other processes of a fleet.
    var note: String { "\(time):\((checksum ?? "").prefix(100))" }
}
