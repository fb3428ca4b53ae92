// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GRDB
internal import GatehouseEvaluation
internal import HTTPTypes
internal import Synchronization

/// Stores the latest events that SDKs have sent, and the number of all events of each name.
struct EventStore: Sendable {
    let storage: Storage
    let clock: @Sendable () -> Int64
    private let stored = StoredEvents()

    init(storage: Storage, clock: @escaping @Sendable () -> Int64) {
        self.storage = storage
        self.clock = clock
    }

    private var limits: ConsoleLimits { storage.limits }

    /// Stores events; those without a name, or that exceed a bound, are dropped.
    ///
    /// - Parameters:
    ///   - events: The events of a request.
    ///   - key: The key of the request.
    /// - Throws: ``APIError`` for too many events, ``StorageFull`` when the disk is full.
    func add(_ events: [Value], from key: Key) async throws {
        guard events.count <= limits.maximumEventsPerRequest else {
            storage.metrics.refused(.events)
            throw APIError(
                .contentTooLarge, "A request may have at most \(limits.maximumEventsPerRequest) events.")
        }
        let now = clock()
        // The user of a request is stored with each of its events, so the events may have more bytes than the request.
        var room = min(limits.eventBody.maximumBytes, .max / 2) * 2
        var records: [EventRecord] = []
        for event in events {
            guard let record = EventStore.record(event, key.id, now) else {
                storage.metrics.dropped(.noName)
                continue
            }
            room -= record.bytes
            guard room >= 0 else {
                storage.metrics.refused(.parsedBytes)
                throw APIError.tooLarge
            }
            records.append(record)
        }
        try await store(records, now)
    }

    /// Stores the exposure of an evaluation, which is answered whether or not this succeeds.
    func add(_ exposure: Exposure, from key: Key) async {
        let now = clock()
        let record = EventRecord(
            name: exposure.name, keyID: key.id, time: exposure.time, receivedTime: now,
            userID: EventStore.userID(exposure.user), event: exposure.json, bytes: exposure.json.utf8.count)
        do {
            try await store([record], now)
        } catch {
            storage.metrics.dropped(.storage)
        }
    }

    /// Stores those events that exceed no bound.
    private func store(_ events: [EventRecord], _ now: Int64) async throws {
        let records = events.filter { record in
            guard EventStore.isName(record.name, limits.maximumEventNameBytes) else {
                storage.metrics.dropped(.name)
                return false
            }
            guard record.bytes <= limits.maximumEventBytes else {
                storage.metrics.dropped(.size)
                return false
            }
            return true
        }
        guard !records.isEmpty else { return }
        let metrics = storage.metrics
        try await write { db, bytes, limits in
            var counts: [String: Int] = [:]
            for record in records { counts[record.name, default: 0] += 1 }
            let names = try EventStore.names(Array(counts.keys), limits, metrics, db)
            for record in records where names.contains(record.name) {
                try record.insert(db)
                bytes += record.bytes
            }
            for (name, count) in counts where names.contains(name) {
                try db.execute(
                    sql: """
                        INSERT INTO eventCount (name, count, firstTime, lastTime) VALUES (?, ?, ?, ?)
                        ON CONFLICT (name) DO UPDATE SET count = count + excluded.count, lastTime = excluded.lastTime
                        """, arguments: [name, count, now, now])
            }
            try EventStore.prune(db, &bytes, limits, metrics, now)
        }
    }

    /// Writes, and adds up the bytes of the stored events.
    ///
    /// - Parameter body: Gets the bytes before its changes and leaves those after them.
    /// - Throws: If the database can't be written.
    private func write(_ body: @escaping @Sendable (Database, inout Int, ConsoleLimits) throws -> Void) async throws {
        let (limits, stored, metrics) = (limits, stored, storage.metrics)
        do {
            try await storage.write(.events) { db in
                // The database runs one write at a time, so no other write changes the sum meanwhile.
                var bytes = try stored.bytes ?? Int.fetchOne(db, sql: "SELECT SUM(bytes) FROM event") ?? 0
                try body(db, &bytes, limits)
                stored.set(bytes)
                metrics.events(bytes: bytes)
            }
        } catch {
            stored.set(nil)
            throw error
        }
    }

    /// Removes the events that have become too old.
    func maintain() async {
        let now = clock()
        let metrics = storage.metrics
        try? await write { db, bytes, limits in try EventStore.prune(db, &bytes, limits, metrics, now) }
    }

    /// Removes the oldest events until the others are within the bounds of number, bytes and age.
    private static func prune(
        _ db: Database, _ bytes: inout Int, _ limits: ConsoleLimits, _ metrics: ConsoleMetrics, _ now: Int64
    ) throws {
        let oldest = now - Int64(limits.maximumEventAge) * 1000
        let newest = try Int64.fetchOne(db, sql: "SELECT MAX(id) FROM event") ?? 0
        let excess = bytes - limits.maximumStoredEventBytes
        var (last, removed): (Int64, Int) = (0, 0)
        let rows = try Row.fetchCursor(db, sql: "SELECT id, bytes, receivedTime FROM event ORDER BY id")
        while let row = try rows.next() {
            let (id, size, time): (Int64, Int, Int64) = (row[0], row[1], row[2])
            guard id <= newest - Int64(limits.maximumStoredEvents) || removed < excess || time < oldest else { break }
            (last, removed) = (id, removed + size)
        }
        if last > 0 {
            try db.execute(sql: "DELETE FROM event WHERE id <= ?", arguments: [last])
            metrics.removed(db.changesCount)
        }
        bytes -= removed
    }

    /// The names that may be stored: those that are counted already, and new ones as long as there are few enough.
    private static func names(
        _ names: [String], _ limits: ConsoleLimits, _ metrics: ConsoleMetrics, _ db: Database
    ) throws -> Set<String> {
        var accepted: Set<String> = []
        var count: Int?
        for name in names {
            if try Bool.fetchOne(db, sql: "SELECT 1 FROM eventCount WHERE name = ?", arguments: [name]) == nil {
                let known = try count ?? EventCountRecord.fetchCount(db)
                guard known < limits.maximumEventNames else {
                    metrics.dropped(.names)
                    continue
                }
                count = known + 1
            }
            accepted.insert(name)
        }
        return accepted
    }

    private static func isName(_ name: String, _ maximumBytes: Int) -> Bool {
        name.utf8.count <= maximumBytes && name.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }

    private static func record(_ event: Value, _ keyID: String, _ now: Int64) -> EventRecord? {
        guard var object = event.object, let name = object["eventName"]?.string, !name.isEmpty else { return nil }
        let user = object["user"]?.object?.withoutPrivateAttributes
        if let user { object["user"] = .object(user) }
        let text = JSON.text(.object(object))
        return EventRecord(
            name: name, keyID: keyID, time: time(object["time"]) ?? now, receivedTime: now,
            userID: user.flatMap(EventStore.userID), event: text, bytes: text.utf8.count)
    }

    private static func userID(_ user: Object) -> String? { user["userID"].map { $0.string ?? JSON.text($0) } }

    /// A time in ms: a number, which some SDKs send as a float, or the text of a date.
    private static func time(_ value: Value?) -> Int64? {
        guard let value else { return nil }
        if let text = value.string { return ISODate.milliseconds(of: text) }
        return value.integer ?? value.double.flatMap { Int64(exactly: $0.rounded()) }
    }

    /// The number of events of each name, the most frequent first.
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

    /// The number of events of a name.
    func count(of name: String) async throws -> Int {
        try await storage.read { db in Int(try EventCountRecord.fetchOne(db, key: name)?.count ?? 0) }
    }

    /// The latest events of a name, or of all names, the last first.
    func events(named name: String?, userID: String?, _ page: Page) async throws -> (total: Int, [EventRecord]) {
        let (limit, offset) = (page.limit, page.offset)
        return try await storage.read { db in
            var request = EventRecord.all()
            if let name { request = request.filter(Column("name") == name) }
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
    /// The ID of the request's key.
    let keyID: String
    /// The client's time of the event, in ms since 1970.
    let time: Int64
    let receivedTime: Int64
    let userID: String?
    /// The event as it was sent, without private attributes.
    let event: String
    /// The length of the event's text in bytes.
    let bytes: Int
}

/// The bytes of all stored events, `nil` until they have been added up.
private final class StoredEvents: Sendable {
    private let state = Mutex<Int?>(nil)

    var bytes: Int? { state.withLock { $0 } }

    func set(_ bytes: Int?) { state.withLock { $0 = bytes } }
}

/// A row of `eventCount`: the number of all events of a name.
struct EventCountRecord: Codable, Sendable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "eventCount"

    let name: String
    let count: Int64
    let firstTime: Int64
    let lastTime: Int64
}
