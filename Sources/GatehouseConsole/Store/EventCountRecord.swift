// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GRDB

/// A row of `eventCount`: all events of a name that ever came.
struct EventCountRecord: Codable, Sendable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "eventCount"

    let name: String
    let count: Int64
    let firstTime: Int64
    let lastTime: Int64
}
