// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GRDB
internal import GatehouseEvaluation

/// Counts the units that were exposed to an entity, from the stored events.
struct ExposureCounts: Sendable {
    private static let day: Int64 = 86_400_000

    let storage: Storage
    let clock: @Sendable () -> Int64

    /// A unit with the exposure of an event.
    struct Exposure: Sendable {
        let rule: String
        /// In ms since 1970.
        let time: Int64
        let unit: String
    }

    /// The exposures of a resource, the oldest first.
    func exposures(of resource: Resource) async throws -> [Exposure] {
        let (id, unit) = (resource.id, resource.idType)
        let filters = ExposureColumns.entities.filter { ($0.0 == EventName.gateExposure) == (resource.type == .gates) }
        let now = clock()
        return try await storage.read { db in
            var found: [Exposure] = []
            let customIDs = unit == "userID" ? "NULL" : "json_extract(event, '$.user.customIDs')"
            for (event, member) in filters {
                // An index of expressions is used for the very expressions that it was made with.
                let rows = try Row.fetchCursor(
                    db,
                    sql: """
                        SELECT json_extract(event, '$.metadata.ruleID') AS rule, time, userID, \(customIDs) AS customIDs
                        FROM event WHERE name = '\(event)' AND json_extract(event, '$.metadata.\(member)') = ?
                        ORDER BY time
                        """, arguments: [id])
                while let row = try rows.next() {
                    let customIDs: String? = row["customIDs"]
                    let userID: String? = row["userID"]
                    let ids = customIDs.flatMap { JSON.value($0)?.object }
                    let other = (ids?[unit] ?? ids?[unit.lowercased()]).map { $0.string ?? JSON.text($0) }
                    guard let rule = String.fromDatabaseValue(row["rule"]), let unit = unit == "userID" ? userID : other
                    else { continue }
                    found.append(Exposure(rule: rule, time: min(max(0, row["time"]), now), unit: unit))
                }
            }
            return found.sorted { $0.time < $1.time }
        }
    }

    /// How the stored checks of gates went: `0` if none passed, `100` if all did, otherwise `INBETWEEN`; by gate.
    func passRates() async throws -> [String: String] {
        try await storage.read { db in
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT json_extract(event, '$.metadata.gate') AS gate, COUNT(*) AS checks,
                        SUM(json_extract(event, '$.metadata.gateValue') = 'true') AS passes
                    FROM event WHERE name = '\(EventName.gateExposure)' GROUP BY 1
                    """)
            var rates: [String: String] = [:]
            while let row = try rows.next() {
                guard let gate = String.fromDatabaseValue(row["gate"]),
                    let checks = Int.fromDatabaseValue(row["checks"])
                else { continue }
                let passes = Int.fromDatabaseValue(row["passes"]) ?? 0
                rates[gate] = passes == 0 ? "0" : passes == checks ? "100" : "INBETWEEN"
            }
            return rates
        }
    }

    /// The numbers of distinct units by day and group.
    ///
    /// A unit counts from the day of its first exposure.
    static func cumulative(_ exposures: [Exposure], groups: [(id: String, name: String)]) -> Value {
        var days: [Int64] = []
        for exposure in exposures where days.last != exposure.time / day { days.append(exposure.time / day) }
        return .objects(
            groups.map { group -> Object in
                var seen: Set<String> = []
                var firsts: [Int64: Int] = [:]
                for exposure in exposures where exposure.rule == group.id {
                    if seen.insert(exposure.unit).inserted { firsts[exposure.time / day, default: 0] += 1 }
                }
                var sum = 0
                let results = days.map { day -> Object in
                    sum += firsts[day] ?? 0
                    return [
                        "date": .string(CalendarDay.text(day * ExposureCounts.day).date),
                        "exposures": .integer(Int64(sum)),
                    ]
                }
                return ["groupID": .string(group.id), "groupName": .string(group.name), "results": .objects(results)]
            })
    }

    /// The numbers of exposures in the last day and in the last seven days.
    static func recent(_ exposures: [Exposure], now: Int64) -> Object {
        func count(_ days: Int64) -> Value {
            .integer(Int64(exposures.count { $0.time > now - days * day }))
        }
        return ["pastDay": count(1), "past7Days": count(7)]
    }
}
