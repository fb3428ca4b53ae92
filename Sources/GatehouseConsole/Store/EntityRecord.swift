// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GRDB
internal import GatehouseEvaluation

/// A row of `entity`.
struct EntityRecord: Codable, Sendable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "entity"

    let family: String
    let id: String
    let version: Int64
    /// A JSON object.
    let members: String

    init(_ entity: Entity) {
        family = entity.family.rawValue
        id = entity.id
        version = entity.version
        members = JSON.text(.object(entity.members))
    }

    /// The entity, `nil` if the row is of a later version of the console or has been tampered with.
    var entity: Entity? {
        guard let family = Family(rawValue: family), let members = JSON.value(members)?.object else { return nil }
        return Entity(family: family, id: id, members: members, version: version)
    }
}
