// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GRDB

/// A row of `event`.
struct EventRecord: Codable, Sendable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "event"

    /// `nil` until the row is inserted.
    var id: Int64?
    let name: String
    /// The key that it came with.
    let keyID: String
    /// When it happened, in ms since 1970, as the client has it.
    let time: Int64
    let receivedTime: Int64
    let userID: String?
    /// The event as it came, without private attributes.
    let event: String
}
