// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GRDB
internal import GatehouseEvaluation
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore

/// The audit log of the Console API.
struct AuditRoutes {
    let storage: Storage

    private static let path = "/console/v1/audit_logs"

    var operations: [Operation] {
        [
            Operation(
                .get, AuditRoutes.path, .readAuditLog,
                OperationDescription("listAuditLogs", "List changes of keys, the latest first.").parameters(
                    .limit, .page, .query("id", "Only changes of the key with this ID, or the entry with this one."),
                    .query("actionType", "Only changes of this kind; several with commas between."),
                    .query("actionTypes", "The same."), .query("tags", "Only changes of something with these tags."),
                    .query("latestID", "Nothing later than this entry.", Schemas.integer(0...Int.max)),
                    .query("startDate", "The first day, YYYY-MM-DD in UTC.", ["type": "string", "format": "date"]),
                    .query("endDate", "The last day, YYYY-MM-DD in UTC.", ["type": "string", "format": "date"]),
                    .query("from", "The same as startDate.", ["type": "string", "format": "date"]),
                    .query("to", "The same as endDate.", ["type": "string", "format": "date"]),
                    .query(
                        "sortKey", "What to sort by.",
                        ["type": "string", "enum": .array(AuditQuery.sortKeys.map(Value.string))]),
                    .query("sortOrder", "asc or desc.", ["type": "string", "enum": ["asc", "desc"]])
                ).refusals(400), handle: list)
        ]
    }

    private func list(_ request: Request, _ caller: Caller) async throws -> Response {
        let query = Query(request)
        let page = try Page(request)
        let entries = try AuditQuery(query)
        let (total, records) = try await storage.read { db in
            (
                try entries.request.fetchCount(db),
                try entries.request.limit(page.limit, offset: page.offset).fetchAll(db)
            )
        }
        return .envelope(
            "Audit logs listed successfully.", .array(records.map(AuditRoutes.json)),
            pagination: page.pagination(total: total))
    }

    private static func json(_ record: AuditRecord) -> Value {
        let (date, time) = CalendarDay.text(record.time)
        return [
            "id": .string(String(record.id ?? 0)),
            "name": .string(record.entityName),
            "changeLog": .string("\(record.action) \(record.entityName)"),
            "actionType": .string(record.action),
            "date": .string(date),
            "time": .string(time),
            "timestamp": .integer(record.time),
            "updatedBy": .string(record.actorName),
            "updatedByUserID": .string(record.actorID ?? ""),
            "modifierEmail": .null,
            "changes": JSON.value(record.changes) ?? [:],
            "tags": [],
            "entityID": .string(record.entityID),
        ]
    }
}

/// The selection and the order of audit entries that a request asks for.
struct AuditQuery: Sendable {
    /// The sort keys, with their columns.
    private static let columns = [
        "id": ["id"], "time": ["time"], "date": ["time"], "name": ["entityName"], "actionType": ["action"],
        "changeLog": ["action", "entityName"], "updatedBy": ["actorName"], "updatedByUserID": ["actorID"],
    ]
    static let sortKeys = columns.keys.sorted()

    let resource: String?
    let actions: [String]
    /// The ID of the latest entry to show, so that later entries don't move the pages.
    let latestID: Int?
    let start: Int64?
    let end: Int64?
    /// Entries of keys have no tags.
    let hasTags: Bool
    let sortColumns: [String]
    let isAscending: Bool

    init(_ query: Query) throws(APIError) {
        resource = query["id"]
        actions = query.list("actionType") + query.list("actionTypes")
        latestID = try query.integer("latestID", in: 0...Int.max)
        start = try AuditQuery.day(["startDate", "from"], query)
        end = try AuditQuery.day(["endDate", "to"], query).map { $0 + CalendarDay.milliseconds }
        hasTags = !query.list("tags").isEmpty
        let key = try query.choice("sortKey", of: AuditQuery.sortKeys) ?? "time"
        sortColumns = AuditQuery.columns[key] ?? ["time"]
        isAscending = try query.choice("sortOrder", of: ["asc", "desc", "ASC", "DESC"])?.lowercased() == "asc"
    }

    /// The start of the day that parameters with the same meaning name.
    private static func day(_ names: [String], _ query: Query) throws(APIError) -> Int64? {
        var day: Int64?
        for name in names {
            guard let text = query[name] else { continue }
            guard let start = CalendarDay.start(of: text) else {
                throw .invalid(name, "\(name) must be a date YYYY-MM-DD")
            }
            guard day == nil || day == start else { throw .invalid(name, "\(name) must be the day of \(names[0])") }
            day = start
        }
        return day
    }

    /// The entries as a request of the database.
    var request: QueryInterfaceRequest<AuditRecord> {
        var request = AuditRecord.all()
        if let resource { request = request.filter(Column("entityID") == resource || Column("id") == Int64(resource)) }
        if !actions.isEmpty { request = request.filter(actions.contains(Column("action"))) }
        if let latestID { request = request.filter(Column("id") <= latestID) }
        if let start { request = request.filter(Column("time") >= start) }
        if let end { request = request.filter(Column("time") < end) }
        if hasTags { request = request.none() }
        let columns = (sortColumns + ["id"]).map { Column($0) }
        return request.order(columns.map { isAscending ? $0.asc : $0.desc })
    }
}
