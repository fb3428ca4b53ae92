// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore

/// Endpoints of events: SDKs send them, console keys read them.
struct EventRoutes {
    let events: EventStore
    let specs: DocumentStore

    private static let path = "/console/v1/events"
    /// The maximum number of bytes of the name of an SDK that is stored with each event of a request.
    private static let maximumSDKTypeBytes = 100
    private static let user = ParameterDescription.query("userID", "Only events of this user.")

    var operations: [Operation] {
        // Clients in browsers use other paths, and pages that close use beacons: their bodies are JSON as plain text.
        let batches = [
            ("/v1/log_event", "logEvents"), ("/v1/rgstr", "logEventsFromBrowser"),
            ("/v1/log_event_beacon", "logEventsByBeacon"), ("/v1/rgstr_b", "logEventsFromBrowserByBeacon"),
        ].map { path, id in
            sending(
                path, id, "Send events.",
                Schemas.object(
                    [
                        "events": Schemas.array(Schemas.object), "user": Schemas.nullable(Schemas.object),
                        "statsigMetadata": Schemas.object,
                    ], required: ["events"]), add)
        }
        let exposures = sending(
            "/v1/log_custom_exposure", "logCustomExposures", "Send exposures of gates and experiments.",
            Schemas.object(
                [
                    "exposures": Schemas.array(Schemas.object), "user": Schemas.nullable(Schemas.object),
                    "statsigMetadata": Schemas.object,
                ], required: ["exposures"]), addExposures)
        let exceptions = [("/v1/sdk_exception", "logException"), ("/v1/rgstr_e", "logExceptionFromBrowser")].map {
            path, id in
            sending(path, id, "Send an exception of an SDK.", Schemas.object, addException)
        }
        return batches + [exposures] + exceptions + [
            Operation(
                .get, EventRoutes.path, .readEvents,
                OperationDescription("listEvents", "List the latest events, the last first.")
                    .parameters(.limit, .page, EventRoutes.user).refusals(400), handle: list),
            Operation(
                .get, "\(EventRoutes.path)/{name}", .readEvents,
                OperationDescription("listEventsOfName", "List the latest events of a name, the last first.")
                    .parameters(.path("name", "The events' name."), .limit, .page, EventRoutes.user).refusals(400),
                handle: list),
            Operation(
                .get, "/console/v1/event_counts", .readEvents,
                OperationDescription(
                    "countEvents", "List the names of events, the most frequent first, with counts."
                ).parameters(.limit, .page).refusals(400), handle: counts),
        ]
    }

    private func sending(
        _ path: String, _ id: String, _ summary: String, _ body: Value,
        _ handle: @escaping @Sendable (Request, Caller) async throws -> Response
    ) -> Operation {
        Operation(
            .post, path, .logEvents, keySources: .query,
            OperationDescription(id, summary).tagged("SDK").body(body).responses((202, "They are stored."))
                .refusals(400, 413, 415).routine, handle: handle)
    }

    private func add(_ request: Request, _ caller: Caller) async throws -> Response {
        let body = try await RequestContent.object(of: request)
        guard let list = body["events"]?.array else {
            throw APIError.invalid("events", "events must be an array")
        }
        let metadata = body.object("statsigMetadata")
        let (user, facts) = (body["user"]?.object, RequestFacts(metadata: metadata))
        let sdkType = metadata["sdkType"]?.string
        let complete = list.map { event -> Value in
            guard var object = event.object else { return event }
            object = EventRoutes.completed(object, user: user, facts)
            // The list of events shows which SDK has sent each.
            if let sdkType, sdkType.utf8.count <= EventRoutes.maximumSDKTypeBytes, object["statsigMetadata"] == nil {
                object["statsigMetadata"] = ["sdkType": .string(sdkType)]
            }
            return .object(object)
        }
        if let key = caller.key { try await events.add(complete, from: key) }
        return .json(["success": true], status: .accepted)
    }

    /// An event with the user of its request where it has none, and with the ID of the device where its user has none.
    private static func completed(_ event: Object, user: Object?, _ facts: RequestFacts) -> Object {
        var own = RequestFacts(metadata: event.object("statsigMetadata"))
        if own.stableID == nil { own.stableID = facts.stableID }
        var event = event
        if let user = event["user"]?.object ?? user {
            event["user"] = .object(own.completingID(of: user))
        } else if own.stableID != nil {
            event["user"] = .object(own.completingID(of: [:]))
        }
        return event
    }

    // MARK: - Exposures that a program logs by itself

    private func addExposures(_ request: Request, _ caller: Caller) async throws -> Response {
        let body = try await RequestContent.object(of: request)
        guard let list = body["exposures"]?.array else {
            throw APIError.invalid("exposures", "exposures must be an array")
        }
        let (user, facts) = (body["user"]?.object, RequestFacts(metadata: body.object("statsigMetadata")))
        var complete: [Value] = []
        for element in list {
            var event = try event(of: element.object ?? [:])
            if let metadata = body["statsigMetadata"] { event["statsigMetadata"] = metadata }
            complete.append(.object(EventRoutes.completed(event, user: user, facts)))
        }
        if let key = caller.key { try await events.add(complete, from: key) }
        return .json(["success": true], status: .accepted)
    }

    /// The event that an SDK would send for an exposure.
    private func event(of exposure: Object) throws(APIError) -> Object {
        var metadata: Object
        let (name, section): (String, DocumentTree.Section)
        if let gate = exposure["gateName"]?.string {
            guard let passes = exposure["passes"]?.bool else {
                throw .invalid("exposures", "exposures of gates must have passes, which is true or false")
            }
            (name, section) = (gate, .gates)
            metadata = ["gate": .string(gate), "gateValue": .string(passes ? "true" : "false")]
        } else if let experiment = exposure["experimentName"]?.string {
            (name, section) = (experiment, .configs)
            metadata = ["config": .string(experiment)]
        } else {
            throw .invalid("exposures", "exposures must have experimentName or gateName")
        }
        if let rule = exposure["ruleID"]?.string {
            metadata["ruleID"] = .string(rule)
        } else if let group = exposure["group"]?.string {
            metadata["ruleID"] = .string(specs.edition?.ruleID(ofGroup: group, of: name, in: section) ?? group)
        } else {
            throw .invalid("exposures", "exposures must have ruleID or group")
        }
        metadata["isManualExposure"] = "true"
        var event: Object = [
            "eventName": .string(section == .gates ? EventName.gateExposure : EventName.configExposure),
            "metadata": .object(metadata),
        ]
        for member in ["user", "time", "secondaryExposures"] { event[member] = exposure[member] }
        return event
    }

    // MARK: - Exceptions of SDKs

    /// The name by which exceptions are counted.
    private static let exceptionName = "statsig::sdk_exception"
    private static let maximumExceptionCharacters = 1000

    private func addException(_ request: Request, _ caller: Caller) async throws -> Response {
        let body = try await RequestContent.object(of: request)
        let own = body.object("statsigMetadata")
        var metadata: Object = [:]
        for (member, value) in [
            ("tag", body["tag"]), ("exception", body["exception"]), ("info", body["info"]),
            ("sdkType", own["sdkType"]), ("sdkVersion", own["sdkVersion"]),
        ] {
            guard let text = value.map({ $0.string ?? JSON.text($0) }) else { continue }
            metadata[member] = .string(String(text.prefix(EventRoutes.maximumExceptionCharacters)))
        }
        if let key = caller.key {
            let event: Object = ["eventName": .string(EventRoutes.exceptionName), "metadata": .object(metadata)]
            try await events.add([.object(event)], from: key)
        }
        return .json(["success": true], status: .accepted)
    }

    // MARK: - Reading

    private func counts(_ request: Request, _ caller: Caller) async throws -> Response {
        let page = try Page(request)
        let (total, counts) = try await events.counts(page)
        let data = counts.map { record -> Value in
            [
                "name": .string(record.name), "count": .integer(record.count),
                "firstTime": .integer(record.firstTime), "lastTime": .integer(record.lastTime),
            ]
        }
        return .envelope(
            "Event counts listed successfully.", .array(data), pagination: page.pagination(total: total))
    }

    /// Lists events, those of one name if the path names one.
    private func list(_ request: Request, _ caller: Caller) async throws -> Response {
        let page = try Page(request, most: Page.standardLimit)
        let name = caller.parameters.get("name") == nil ? nil : caller.parameter("name")
        let (total, records) = try await events.events(named: name, userID: Query(request)["userID"], page)
        return .envelope(
            "Event values listed successfully.", .array(records.map(EventRoutes.row)),
            pagination: page.pagination(total: total))
    }

    /// An event as the Console API has it, with the members of the stored event besides.
    private static func row(_ record: EventRecord) -> Value {
        let event = JSON.value(record.event)?.object ?? [:]
        return [
            "timestamp": .string(String(record.time)), "name": .string(record.name),
            "source": .string(event.object("statsigMetadata")["sdkType"]?.string ?? ""),
            "value": .string(event["value"].map { $0 == .null ? "" : $0.string ?? JSON.text($0) } ?? ""),
            "userID": .string(record.userID ?? ""), "metadata": .object(event.object("metadata")),
            "id": .string(String(record.id ?? 0)), "keyID": .string(record.keyID), "time": .integer(record.time),
            "receivedTime": .integer(record.receivedTime), "event": .object(event),
        ]
    }
}
