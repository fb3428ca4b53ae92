// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GRDB

/// A row of `auditEntry`.
struct AuditRecord: Codable, Sendable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "auditEntry"

    /// `nil` until the row is inserted.
    var id: Int64?
    let time: Int64
    let action: String
    let entityID: String
    let entityName: String
    let actorID: String?
    let actorName: String
    /// A JSON object: field → old and new value.
    let changes: String
}

/// The caller of a change: a key, or the process itself.
struct Actor: Sendable {
    /// The ID of the console key that was used, `nil` for the process itself.
    let id: String?
    let name: String

    /// The process that the console runs in.
    static let process = Actor(id: nil, name: "gatehouse")

    init(id: String?, name: String) {
        self.id = id
        self.name = name
    }
}
