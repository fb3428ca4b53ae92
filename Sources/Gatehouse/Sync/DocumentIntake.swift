// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import GatehouseSpec
internal import Logging

/// Where documents come in: each is decoded, compared with the one in use, and published or left.
///
/// A document that can't be used changes nothing.
struct DocumentIntake: Sendable {
    enum Verdict: Sendable, Equatable {
        /// The document is in use now.
        case applied
        /// The document in use stays, since it is the same or newer.
        case unchanged
    }

    /// What became of a document, and its version where it has one.
    struct Taken: Sendable {
        var verdict: Verdict
        var version: DocumentVersion?
    }

    /// Which documents take the place of another.
    enum Rule: Sendable {
        /// Those that are newer (Evaluation §24).
        case newer
        /// All: somebody edited it, or it belongs to another key.
        case any
    }

    let core: ClientCore

    /// The version in use, `nil` for none.
    var version: DocumentVersion? {
        core.board.status.isReady ? DocumentVersion(core.publication.current.ruleset.metadata) : nil
    }

    /// Takes a document.
    ///
    /// - Parameters:
    ///   - bytes: The document.
    ///   - origin: Where it comes from.
    ///   - part: The part of the client's work that it is.
    ///   - rule: Whether it has to be newer than the one in use.
    func take(
        _ bytes: [UInt8], from origin: SpecOrigin, as part: SyncError.Part, rule: Rule = .newer
    ) async throws(SyncError) -> Taken {
        let version = version
        let current = version == nil ? nil : core.publication.current.ruleset
        let begin = core.time.elapsed()
        let compiled: Result<Ruleset, DocumentError>
        if let current {
            compiled = await BackgroundThread.run { DocumentIntake.compile(bytes, replacing: current) }
        } else {
            // Somebody waits for the first one.
            compiled = DocumentIntake.compile(bytes, replacing: nil)
        }
        return try use(
            compiled, byteCount: bytes.count, begin: begin, from: origin, as: part, rule: rule, version: version,
            replacing: current)
    }

    /// Takes a document in the place of any other, on the calling thread, before this returns.
    ///
    /// - Parameters:
    ///   - bytes: The document.
    ///   - origin: Where it comes from.
    ///   - part: The part of the client's work that it is.
    func takeAtOnce(_ bytes: [UInt8], from origin: SpecOrigin, as part: SyncError.Part) throws(SyncError) {
        let version = version
        let current = version == nil ? nil : core.publication.current.ruleset
        let begin = core.time.elapsed()
        _ = try use(
            DocumentIntake.compile(bytes, replacing: current), byteCount: bytes.count, begin: begin, from: origin,
            as: part, rule: .any, version: version, replacing: current)
    }

    private func use(
        _ compiled: Result<Ruleset, DocumentError>, byteCount: Int, begin: Duration, from origin: SpecOrigin,
        as part: SyncError.Part, rule: Rule, version: DocumentVersion?, replacing current: Ruleset?
    ) throws(SyncError) -> Taken {
        let ruleset: Ruleset
        switch compiled {
        case .success(let result): ruleset = result
        case .failure(let error) where error.code == .noUpdates:
            guard version != nil else {
                throw core.error(part, .invalidDocument, "there are no updates, but no document to begin with either")
            }
            return Taken(verdict: .unchanged)
        case .failure(let error):
            throw core.error(part, .invalidDocument, "not a document of config specs: \(error)")
        }
        let newVersion = DocumentVersion(ruleset.metadata)
        if let version, case .newer = rule, !version.isReplaced(by: newVersion) {
            return Taken(verdict: .unchanged, version: newVersion)
        }
        core.metrics.compiled(byteCount: byteCount, in: core.time.elapsed() - begin)
        publish(ruleset, from: origin, replacing: current)
        return Taken(verdict: .applied, version: newVersion)
    }

    private static func compile(_ bytes: [UInt8], replacing previous: Ruleset?) -> Result<Ruleset, DocumentError> {
        do throws(DocumentError) {
            if let previous { return .success(try Ruleset(document: bytes, replacing: previous)) }
            return .success(try Ruleset(document: bytes))
        } catch {
            return .failure(error)
        }
    }

    private func publish(_ ruleset: Ruleset, from origin: SpecOrigin, replacing previous: Ruleset?) {
        let receivedAt = core.time.wallTime()
        core.publication.update { parts in
            parts.ruleset = ruleset
            parts.provenance = Snapshot.Provenance(source: origin.detailsName, receivedAt: receivedAt)
        }
        let issues = ruleset.issues
        core.board.update { status in
            status.origin = origin
            status.documentTime = ruleset.metadata.time
            status.receivedAt = receivedAt
            status.issueCount = issues.count
        }
        for issue in issues.prefix(10) { core.logger.warning("\(issue)") }
        if issues.count > 10 { core.logger.warning("dropped \(issues.count - 10) more entities") }
        core.logger.info(
            "config specs replaced",
            metadata: ["origin": "\(origin.rawValue)", "time": "\(ruleset.metadata.time)"])
        core.updates.send(
            SpecsUpdate(
                origin: origin, documentTime: ruleset.metadata.time, receivedAt: receivedAt,
                previousDocumentTime: previous?.metadata.time, issues: issues.prefix(100).map(\.description)))
    }
}

/// What tells one version of a document from another.
struct DocumentVersion: Sendable, Equatable {
    /// When the project last changed: ms since 1970.
    var time: UInt64
    /// The document's checksum, `nil` when it has none.
    var checksum: String?

    init(_ metadata: Ruleset.Metadata) {
        time = metadata.time
        checksum = metadata.checksum
    }

    /// Whether another version is to take this one's place (Evaluation §24).
    func isReplaced(by other: DocumentVersion) -> Bool {
        if time > 0, time > other.time { return false }
        if let checksum, !checksum.isEmpty, checksum == other.checksum { return false }
        return true
    }

    /// The version as one word, to tell the rest of a fleet.
    var note: String { "\(time):\((checksum ?? "").prefix(100))" }
}
