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
                    .query(
                        "sortKey", "What to sort by.",
                        ["type": "string", "enum": .array(AuditQuery.sortKeys.map(Value.string))]),
                    .query("sortOrder", "asc or desc.", ["type": "string", "enum": ["asc", "desc"]])
                ).refusals(400), handle: list)
        ]
    }

    private func list(_ request: Request, _ caller: Caller) async throws -> Response {
        let query = Query(request)
        let page = try Page(query)
        let entries = try AuditQuery(query)
        let (total, records) = try await storage.read { db in
            (
                try entries.request.fetchCount(db),
                try entries.request.limit(page.limit, offset: page.offset).fetchAll(db)
            )
        }
        return .envelope(
            "Audit logs listed successfully.", .array(records.map(AuditRoutes.json)),
            pagination: page.pagination(path: AuditRoutes.path, total: total))
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
            "updatedByUserID": record.actorID.map(Value.string) ?? .null,
            "modifierEmail": .null,
            "changes": JSON.value(record.changes) ?? [:],
            "tags": [],
            "entityID": .string(record.entityID),
        ]
    }
}
