// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import NIOCore

/// The endpoints of a type of resources.
struct ResourceRoutes: Sendable {
    let store: ProjectStore
    let description: ResourceDescription
    private let schemas: ResourceDescription.RequestSchemas
    private let endpoints: ResourceEndpoints
    /// Adds members to the response that shows one resource.
    private let enrich: @Sendable (Resource, Object) async throws -> Object

    init(
        _ type: ResourceType, _ store: ProjectStore,
        enrich: @escaping @Sendable (Resource, Object) async throws -> Object = { $1 }
    ) {
        self.store = store
        self.enrich = enrich
        description = .of(type)
        endpoints = .of(type)
        schemas = description.requestSchemas
    }

    private var type: ResourceType { description.type }
    private var path: String { "/console/v1/\(type.rawValue)" }
    private var entityPath: String { "\(path)/{id}" }
    private var idPart: String { description.noun.filter { $0 != " " } }

    var operations: [Operation] {
        let id = ParameterDescription.path("id", "The \(description.noun.lowercased())'s ID, or its name.")
        let noun = description.noun.lowercased()
        var operations: [Operation] = []
        func add(
            _ kind: ResourceEndpoints.Method, _ method: HTTPRequest.Method, _ path: String,
            _ text: OperationDescription, _ handle: @escaping @Sendable (Request, Caller) async throws -> Response
        ) {
            guard endpoints.methods.contains(kind) else { return }
            let permission: Permission = method == .get ? .readProject : .changeProject
            operations.append(
                Operation(method, path, permission, text.tagged(description.plural), handle: handle))
        }
        let filters = description.filters.map { ParameterDescription.query($0, "Only those with this.") }
        var listing = OperationDescription("list\(idPart)s", "List \(description.plural.lowercased()).")
            .parameters(.limit, .page).refusals(400)
        listing.parameters += filters
        add(.list, .get, path, listing, list)
        add(
            .create, .post, path,
            OperationDescription("create\(idPart)", "Create a \(noun).").parameters(.review)
                .body(schemas.creation.value).responses((endpoints.createdStatus, "It is created."))
                .refusals(400, 404, 413, 429), create)
        add(
            .read, .get, entityPath,
            OperationDescription("read\(idPart)", "Read a \(noun).").parameters(id).refusals(404), read)
        add(
            .fullUpdate, .post, entityPath,
            OperationDescription("replace\(idPart)", "Update a \(noun) as a whole.").parameters(id, .review, .ifMatch)
                .body(schemas.fullUpdate.value).refusals(400, 404, 409, 413, 429)
        ) { try await update($0, $1, isFull: true) }
        add(
            .partialUpdate, .patch, entityPath,
            OperationDescription("update\(idPart)", "Update parts of a \(noun).").parameters(id, .review, .ifMatch)
                .body(schemas.partialUpdate.value).refusals(400, 404, 409, 413, 429)
        ) { try await update($0, $1, isFull: false) }
        add(
            .delete, .delete, entityPath,
            OperationDescription("delete\(idPart)", "Delete a \(noun).").parameters(id, .review)
                .refusals(400, 404, 429), delete)
        add(
            .versions, .get, "\(entityPath)/versions",
            OperationDescription("list\(idPart)Versions", "List the versions of a \(noun), the latest first.")
                .parameters(id, .limit, .page).refusals(400, 404), versions)
        return operations + endpoints.actions.map { operation($0, id) }
    }

    private func operation(_ action: ResourceAction, _ id: ParameterDescription) -> Operation {
        var text = OperationDescription(action.id, action.summary).parameters(id)
            .responses((action.status, "Success.")).refusals(400, 404, 413)
        for part in action.path.split(separator: "/") where part.hasPrefix("{") {
            text = text.parameters(.path(String(part.dropFirst().dropLast()), "Which one."))
        }
        var isChange = false
        if case .change = action.work { isChange = true }
        if isChange { text = text.parameters(.review, .ifMatch).refusals(400, 404, 409, 413, 429) }
        if let body = action.body { text = text.body(body.value, isRequired: action.isBodyRequired) }
        return Operation(
            action.method, entityPath + action.path, isChange ? .changeProject : .readProject,
            text.tagged(description.plural)
        ) { request, caller in
            try await perform(action, request, caller)
        }
    }

    // MARK: - Handlers

    private func list(_ request: Request, _ caller: Caller) async throws -> Response {
        let query = Query(request)
        let page = try Page(query)
        let project = store.project
        let filters = description.filters.compactMap { name -> (String, [String])? in
            let values = query.list(name)
            return values.isEmpty ? nil : (name, values)
        }
        let views = project.all(type).compactMap { resource -> Object? in
            let view = description.view(resource, project)
            let unseen = description.rules.unseen(resource)
            let isWanted = filters.allSatisfy { name, values in
                switch view[name] ?? unseen[name] {
                case .array(let elements): elements.contains { values.contains($0.string ?? "") }
                case .some(let value): values.contains(value.string ?? JSON.text(value))
                case nil: false
                }
            }
            return isWanted ? view : nil
        }
        return .envelope(
            "\(description.plural) listed successfully.", .objects(page.slice(views)),
            pagination: page.pagination(path: path, total: views.count))
    }

    private func create(_ request: Request, _ caller: Caller) async throws -> Response {
        let body = try await ResourceRoutes.object(of: request, schemas.creation)
        let view = try await store.change(by: caller.actor) { [description] draft in
            let resource = try ResourceCreation.create(body, description, &draft)
            return description.view(try draft.resource(resource.type, resource.id), draft.project)
        }
        var response = Response.envelope("\(description.noun) created successfully.", .object(view))
        response.status = HTTPResponse.Status(code: endpoints.createdStatus)
        return response
    }

    private func read(_ request: Request, _ caller: Caller) async throws -> Response {
        let project = store.project
        let resource = try resource(caller, in: project)
        let view = try await enrich(resource, description.view(resource, project))
        return .envelope("\(description.noun) read successfully.", .object(view))
    }

    private func update(_ request: Request, _ caller: Caller, isFull: Bool) async throws -> Response {
        let expected = request.headers[.ifMatch]
        let body = try await ResourceRoutes.object(
            of: request, isFull ? schemas.fullUpdate : schemas.partialUpdate)
        let view = try await store.change(by: caller.actor) { [description] draft in
            let resource = try self.resource(caller, in: draft.project)
            try ResourceRoutes.check(expected, resource)
            try ResourceUpdate.update(resource, body, isFull: isFull, description, &draft)
            return description.view(try draft.resource(resource.type, resource.id), draft.project)
        }
        return .envelope("\(description.noun) updated successfully.", .object(view))
    }

    private func delete(_ request: Request, _ caller: Caller) async throws -> Response {
        let view = try await store.change(by: caller.actor) { [description] draft in
            let resource = try self.resource(caller, in: draft.project)
            let view = description.view(resource, draft.project)
            try description.rules.willDelete(resource, &draft)
            draft.remove(try draft.resource(resource.type, resource.id), description.audit.delete)
            return view
        }
        return .envelope("\(description.noun) deleted successfully.", .object(view))
    }

    private func versions(_ request: Request, _ caller: Caller) async throws -> Response {
        let page = try Page(Query(request))
        let resource = try resource(caller, in: store.project)
        let (total, records) = try await store.versions(of: resource, limit: page.limit, offset: page.offset)
        let rows = records.map { record -> Object in
            [
                "version": .integer(record.version), "time": .integer(record.time),
                "modifierName": .string(record.actorName),
                "value": record.members.flatMap { JSON.value($0) } ?? .null,
            ]
        }
        return .envelope(
            "\(description.noun) versions listed successfully.", .objects(rows),
            pagination: page.pagination(path: "\(path)/\(PercentEncoding.encode(resource.id))/versions", total: total))
    }

    private func perform(_ action: ResourceAction, _ request: Request, _ caller: Caller) async throws -> Response {
        let expected = request.headers[.ifMatch]
        let body = try await ResourceRoutes.value(of: request, action)
        let asked = ActionRequest(body: body, query: Query(request), caller: caller)
        let data: Value
        switch action.work {
        case .read(let read):
            let project = store.project
            data = try read(project, try resource(caller, in: project), asked)
        case .change(let change):
            data = try await store.change(by: caller.actor) { [description] draft in
                let resource = try self.resource(caller, in: draft.project)
                try ResourceRoutes.check(expected, resource)
                if let data = try change(&draft, resource, asked) { return data }
                let changed = draft.project[resource.type, resource.id] ?? resource
                return .object(description.view(changed, draft.project))
            }
        }
        var response = Response.envelope(action.message, data)
        response.status = HTTPResponse.Status(code: action.status)
        return response
    }

    // MARK: - Requests

    /// The resource that the path names.
    private func resource(_ caller: Caller, in project: AuthoredProject) throws -> Resource {
        guard let resource = project.resource(type, named: caller.parameter("id")) else {
            throw DomainError.notFound(description.noun)
        }
        return resource
    }

    /// Refuses a change that is meant for another version of the resource.
    private static func check(_ expected: String?, _ resource: Resource) throws {
        guard let expected, expected != "*" else { return }
        let version = expected.filter { $0 != "\"" && $0 != " " }
        guard version == String(resource.version) || version == "W/\(resource.version)" else {
            throw DomainError.outdated(version: resource.version)
        }
    }

    static func object(of request: Request, _ schema: RequestSchema) async throws -> Object {
        let bytes = try await RequestContent.bytes(of: request)
        guard let value = JSON.value(bytes) else { throw APIError.invalid("body", "body must be valid JSON") }
        guard let object = value.object else { throw APIError.invalid("body", "body must be an object") }
        return try checked(.object(schema.withoutNulls(object)), schema, byteCount: bytes.count).object ?? [:]
    }

    private static func value(of request: Request, _ action: ResourceAction) async throws -> Value {
        guard let schema = action.body else { return .null }
        let bytes = try await RequestContent.bytes(of: request)
        if bytes.isEmpty, !action.isBodyRequired { return .null }
        guard let value = JSON.value(bytes) else { throw APIError.invalid("body", "body must be valid JSON") }
        if value == .null, !action.isBodyRequired { return .null }
        let asked = value.object.map { .object(schema.withoutNulls($0)) } ?? value
        return try checked(asked, schema, byteCount: bytes.count)
    }

    private static func checked(_ value: Value, _ schema: RequestSchema, byteCount: Int) throws -> Value {
        guard !JSON.isNested(value, deeperThan: ConsoleLimits.maximumNesting) else {
            throw DomainError.tooNested("body")
        }
        let errors = SchemaCheck.errors(
            value, schema.value, at: value.object == nil ? "body" : "", budget: SchemaBudget(byteCount: byteCount))
        guard errors.isEmpty else { throw DomainError.invalid(errors) }
        return value
    }
}

extension ParameterDescription {
    static let ifMatch = header("If-Match", "The version that the change is meant for; 409 if there is a later one.")
}
