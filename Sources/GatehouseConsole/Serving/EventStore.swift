// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GRDB
internal import GatehouseEvaluation

/// Events that SDKs have sent: the latest ones as they came, and how many there were of each name.
struct EventStore: Sendable {
    /// How many events are kept.
    private static let capacity = 100_000

    let storage: Storage
    let clock: @Sendable () -> Int64

    /// Stores events; what isn't an event with a name is left out.
    ///
    /// - Parameters:
    ///   - events: The events of a request.
    ///   - key: The key that it came with.
    /// - Throws: If the database can't be written.
    func add(_ events: [Value], from key: Key) async throws {
        let now = clock()
        let records = events.compactMap { EventStore.record($0, key.id, now) }
        guard !records.isEmpty else { return }
        try await storage.write { db in
            var counts: [String: Int] = [:]
            for record in records {
                try record.insert(db)
                counts[record.name, default: 0] += 1
            }
            for (name, count) in counts {
                try db.execute(
                    sql: """
                        INSERT INTO eventCount (name, count, firstTime, lastTime) VALUES (?, ?, ?, ?)
                        ON CONFLICT (name) DO UPDATE SET count = count + excluded.count, lastTime = excluded.lastTime
                        """, arguments: [name, count, now, now])
            }
            try db.execute(
                sql: "DELETE FROM event WHERE id <= (SELECT MAX(id) FROM event) - ?", arguments: [EventStore.capacity])
        }
    }

    private static func record(_ event: Value, _ keyID: String, _ now: Int64) -> EventRecord? {
        guard var object = event.object, let name = object["eventName"]?.string, !name.isEmpty else { return nil }
        if var user = object["user"]?.object {
            user["privateAttributes"] = nil
            object["user"] = .object(user)
        }
        let userID = object["user"]?.object?["userID"].flatMap { $0.string ?? JSON.text($0) }
        return EventRecord(
            name: name, keyID: keyID, time: time(object["time"]) ?? now, receivedTime: now, userID: userID,
            event: JSON.text(.object(object)))
    }

    /// A time in ms, which some SDKs send as float.
    private static func time(_ value: Value?) -> Int64? {
        value.flatMap { $0.integer ?? $0.double.flatMap { Int64(exactly: $0.rounded()) } }
    }

    /// How many events there were of each name, the most frequent first.
    func counts(_ page: Page) async throws -> (total: Int, counts: [EventCountRecord]) {
        let (limit, offset) = (page.limit, page.offset)
        return try await storage.read { db in
            (
                try EventCountRecord.fetchCount(db),
                try EventCountRecord.order(Column("count").desc, Column("name")).limit(limit, offset: offset)
                    .fetchAll(db)
            )
        }
    }

    /// How many events of a name there were.
    func count(of name: String) async throws -> Int {
        try await storage.read { db in Int(try EventCountRecord.fetchOne(db, key: name)?.count ?? 0) }
    }

    /// The latest events of a name, the last first.
    func events(named name: String, userID: String?, _ page: Page) async throws -> (total: Int, [EventRecord]) {
        let (limit, offset) = (page.limit, page.offset)
        return try await storage.read { db in
            var request = EventRecord.filter(Column("name") == name)
            if let userID { request = request.filter(Column("userID") == userID) }
            return (
                try request.fetchCount(db),
                try request.order(Column("id").desc).limit(limit, offset: offset).fetchAll(db)
            )
        }
    }
}

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

/// A row of `eventCount`: all events of a name that ever came.
struct EventCountRecord: Codable, Sendable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "eventCount"

    let name: String
    let count: Int64
    let firstTime: Int64
    let lastTime: Int64
}
