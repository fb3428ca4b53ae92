// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GRDB

/// Which audit entries a request asks for, and in which order.
struct AuditQuery: Sendable {
    /// What entries can be sorted by, with the columns.
    private static let columns = [
        "id": "id", "time": "time", "date": "time", "name": "entityName", "actionType": "action",
        "updatedBy": "actorName",
    ]
    static let sortKeys = columns.keys.sorted()

    let entity: String?
    let actions: [String]
    /// The latest entry that counts, so that pages stay what they were.
    let latestID: Int?
    let start: Int64?
    let end: Int64?
    /// Entries of keys have no tags.
    let hasTags: Bool
    let sortColumn: String
    let isAscending: Bool

    init(_ query: Query) throws(APIError) {
        entity = query["id"]
        actions = query.list("actionType") + query.list("actionTypes")
        latestID = try query.integer("latestID", in: 0...Int.max)
        start = try AuditQuery.day("startDate", query)
        end = try AuditQuery.day("endDate", query).map { $0 + CalendarDay.milliseconds }
        hasTags = !query.list("tags").isEmpty
        let key = try query.choice("sortKey", of: AuditQuery.sortKeys) ?? "time"
        sortColumn = AuditQuery.columns[key] ?? "time"
        isAscending = try query.choice("sortOrder", of: ["asc", "desc", "ASC", "DESC"])?.lowercased() == "asc"
    }

    private static func day(_ name: String, _ query: Query) throws(APIError) -> Int64? {
        guard let text = query[name] else { return nil }
        guard let start = CalendarDay.start(of: text) else { throw .invalid(name, "\(name) must be a date YYYY-MM-DD") }
        return start
    }

    /// The entries as a request of the database.
    var request: QueryInterfaceRequest<AuditRecord> {
        var request = AuditRecord.all()
        if let entity { request = request.filter(Column("entityID") == entity || Column("id") == Int64(entity)) }
        if !actions.isEmpty { request = request.filter(actions.contains(Column("action"))) }
        if let latestID { request = request.filter(Column("id") <= latestID) }
        if let start { request = request.filter(Column("time") >= start) }
        if let end { request = request.filter(Column("time") < end) }
        if hasTags { request = request.none() }
        let columns = [Column(sortColumn), Column("id")]
        return request.order(columns.map { isAscending ? $0.asc : $0.desc })
    }
}
