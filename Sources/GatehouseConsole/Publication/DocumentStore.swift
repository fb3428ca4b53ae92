// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GRDB
internal import Synchronization

/// The specs that are served now, replaced as a whole.
final class DocumentStore: Sendable {
    private let storage: Storage
    private let clock: @Sendable () -> Int64
    private let state = Mutex<DocumentEdition?>(nil)
    private let turn = AsyncLock()

    init(_ storage: Storage, clock: @escaping @Sendable () -> Int64) {
        self.storage = storage
        self.clock = clock
    }

    /// The edition that is published now, `nil` before the first.
    var edition: DocumentEdition? { state.withLock { $0 } }

    /// Publishes other documents, or another rendered project; an argument that isn't given leaves its part as it is.
    ///
    /// The same parts have the same time, also after a restart: clients don't download them again.
    ///
    /// - Parameters:
    ///   - imported: The documents.
    ///   - authored: The rendered project.
    ///   - clientApps: The apps of client keys by hash, asked when it is these documents' turn: keys may change before.
    /// - Throws: When the time of the edition can't be stored.
    func publish(
        _ imported: ImportedDocuments? = nil, authored: RenderedProject? = nil, clientApps: () -> [String: String]
    ) async throws {
        try await turn.run {
            var specs = edition?.specs ?? PublishedContents()
            if let imported { specs.imported = imported }
            if let authored { specs.authored = authored }
            guard !specs.isEmpty else { return }
            let clientApps = clientApps()
            let apps = clientApps.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
            let digest = Digest.hexadecimal(of: Array("\(specs.digest) \(apps)".utf8))
            let time = try await version(of: digest, proposing: specs.authored == nil ? specs.time : 0)
            let contents = specs
            state.withLock { $0 = edition(contents, time, clientApps) }
        }
    }

    /// Serves the same documents as new ones, because keys see something else of them.
    func keysChanged(clientApps: [String: String]) async throws {
        try await turn.run {
            guard let specs = edition?.specs else { return }
            // The digest is random: a restart publishes with another time, since keys may see something else.
            let time = try await version(of: "\(specs.digest) \(RandomID.make())", proposing: 0)
            state.withLock { $0 = edition(specs, time, clientApps) }
        }
    }

    private func edition(
        _ contents: PublishedContents, _ time: UInt64, _ clientApps: [String: String]
    ) -> DocumentEdition {
        DocumentEdition(
            contents, time: time, clientApps: clientApps, maximumViews: storage.limits.maximumViews,
            metrics: storage.metrics)
    }

    /// The time of contents: the one they had before, else a later one than any before.
    private func version(of digest: String, proposing proposed: UInt64) async throws -> UInt64 {
        let now = clock()
        let proposed = Int64(clamping: proposed)
        let time = try await storage.write { db in
            let last = try DocumentVersionRecord.fetchOne(db)
            if let last, last.digest == digest { return last.time }
            let least = (last?.time ?? 0) < .max ? (last?.time ?? 0) + 1 : .max
            let time = proposed >= least ? proposed : max(now, least)
            try DocumentVersionRecord(time: time, digest: digest).upsert(db)
            return time
        }
        return UInt64(clamping: time)
    }
}

/// The one row of `specsVersion`: which specs were last served, and as of when.
struct DocumentVersionRecord: Codable, Sendable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "specsVersion"

    var id: Int64 = 1
    let time: Int64
    let digest: String

    private enum CodingKeys: String, CodingKey { case id, time, digest }
}
