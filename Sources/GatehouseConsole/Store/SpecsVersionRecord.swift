// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GRDB

/// The one row of `specsVersion`: which specs were last served, and as of when.
struct SpecsVersionRecord: Codable, Sendable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "specsVersion"

    var id: Int64 = 1
    let time: Int64
    let digest: String

    private enum CodingKeys: String, CodingKey { case id, time, digest }
}
