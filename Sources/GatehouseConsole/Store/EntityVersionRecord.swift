// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GRDB

/// A row of `entityVersion`: what an entity was after a change.
struct EntityVersionRecord: Codable, Sendable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "entityVersion"

    /// `nil` until the row is inserted.
    var id: Int64?
    let family: String
    let entityID: String
    let version: Int64
    let time: Int64
    let actorName: String
    /// A JSON object without what requests don't show, `nil` once the entity is gone.
    let members: String?
}
