// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore

/// Endpoints of events: SDKs send them, console keys read them.
struct EventRoutes {
    let events: EventStore

    private static let path = "/console/v1/events"

    var operations: [Operation] {
        // The second path is what clients in browsers use.
        let sending = [("/v1/log_event", "logEvents"), ("/v1/rgstr", "logEventsFromBrowser")].map { path, id in
            Operation(
                .post, path, .logEvents, keySources: .query,
                OperationDescription(id, "Send events.").tagged("SDK").body(
                    Schemas.object(
                        ["events": Schemas.array(Schemas.object), "statsigMetadata": Schemas.object],
                        required: ["events"])
                ).responses((202, "The events are stored.")).refusals(400, 413, 415).routine, handle: add)
        }
        return sending + [
            Operation(
                .get, EventRoutes.path, .readEvents,
                OperationDescription("listEvents", "List the names of events, the most frequent first, with counts.")
                    .parameters(.limit, .page).refusals(400), handle: list),
            Operation(
                .get, "\(EventRoutes.path)/{name}", .readEvents,
                OperationDescription("listEventsOfName", "List the latest events of a name, the last first.")
                    .parameters(
                        .path("name", "The events' name."), .limit, .page,
                        .query("userID", "Only events of this user.")
                    ).refusals(400), handle: listOfName),
        ]
    }

    private func add(_ request: Request, _ caller: Caller) async throws -> Response {
        let body = try await RequestContent.object(of: request)
        guard let list = body["events"]?.array else {
            throw APIError.invalid("events", "events must be an array")
        }
        if let key = caller.key { try await events.add(list, from: key) }
        return .json(["success": true], status: .accepted)
    }

    private func list(_ request: Request, _ caller: Caller) async throws -> Response {
        let page = try Page(Query(request))
        let (total, counts) = try await events.counts(page)
        let data = counts.map { record -> Value in
            [
                "name": .string(record.name), "count": .integer(record.count),
                "firstTime": .integer(record.firstTime), "lastTime": .integer(record.lastTime),
            ]
        }
        return .envelope(
            "Events listed successfully.", .array(data),
            pagination: page.pagination(path: EventRoutes.path, total: total))
    }

    private func listOfName(_ request: Request, _ caller: Caller) async throws -> Response {
        let query = Query(request)
        let page = try Page(query)
        let name = caller.parameter("name")
        let (total, records) = try await events.events(named: name, userID: query["userID"], page)
        let data = records.map { record -> Value in
            [
                "id": .string(String(record.id ?? 0)), "name": .string(record.name),
                "keyID": .string(record.keyID), "time": .integer(record.time),
                "receivedTime": .integer(record.receivedTime), "userID": record.userID.map(Value.string) ?? .null,
                "event": JSON.value(record.event) ?? .null,
            ]
        }
        return .envelope(
            "Events listed successfully.", .array(data),
            pagination: page.pagination(path: "\(EventRoutes.path)/\(PercentEncoding.encode(name))", total: total))
    }
}
