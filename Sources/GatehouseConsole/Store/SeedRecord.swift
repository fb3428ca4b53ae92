// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GRDB

/// A row of `seed`: a step of a seed that was applied.
struct SeedRecord: Codable, Sendable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "seed"

    let digest: String
    let time: Int64

    func store(in db: Database) throws { try upsert(db) }

    /// The digests of all steps that were applied.
    static func digests(_ db: Database) throws -> Set<String> {
        Set(try SeedRecord.fetchAll(db).map(\.digest))
    }
}
