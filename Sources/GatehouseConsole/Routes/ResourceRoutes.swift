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
    /// How the stored checks of gates went.
    private let passRates: @Sendable () async throws -> ResourceFilter.PassRates
    /// The path of the list.
    private let path: String
    /// How the IDs of operations begin that serve the resources at another path.
    private let idPrefix: String

    /// Describes the endpoints of a type.
    ///
    /// - Parameters:
    ///   - type: The type.
    ///   - store: The project.
    ///   - path: The path of the list behind `/console/v1/`, `nil` for the type's own.
    ///   - enrich: Adds members to the response that shows one resource.
    ///   - passRates: How the stored checks of gates went.
    init(
        _ type: ResourceType, _ store: ProjectStore, at path: String? = nil,
        enrich: @escaping @Sendable (Resource, Object) async throws -> Object = { $1 },
        passRates: @escaping @Sendable () async throws -> ResourceFilter.PassRates = { [:] }
    ) {
        self.store = store
        self.enrich = enrich
        self.passRates = passRates
        self.path = "/console/v1/\(path ?? type.rawValue)"
        idPrefix = path == nil ? "" : (path ?? "").split(separator: "/").joined(separator: "_") + "_"
        description = .of(type)
        endpoints = .of(type)
        schemas = description.requestSchemas
    }

    private var type: ResourceType { description.type }
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
                Operation(
                    method, path, permission, text.prefixed(idPrefix).tagged(description.plural), handle: handle))
        }
        let filters = description.filters.map(ResourceFilter.parameter)
        var listing = OperationDescription("list\(idPart)s", "List \(description.plural.lowercased()).")
            .parameters(.limit, .page).refusals(400)
        listing.parameters += filters
        add(.list, .get, path, listing, list)
        add(
            .create, .post, path,
            OperationDescription("create\(idPart)", "Create a \(noun).").parameters(.review)
                .body(schemas.creation).responses((endpoints.createdStatus, "It is created."))
                .refusals(400, 404, 413, 429), create)
        add(
            .read, .get, entityPath,
            OperationDescription("read\(idPart)", "Read a \(noun).").parameters(id).refusals(404), read)
        add(
            .fullUpdate, .post, entityPath,
            OperationDescription("replace\(idPart)", "Update a \(noun) as a whole.").parameters(id, .review, .ifMatch)
                .body(schemas.fullUpdate).refusals(400, 404, 409, 413, 429)
        ) { try await update($0, $1, isFull: true) }
        add(
            .partialUpdate, .patch, entityPath,
            OperationDescription("update\(idPart)", "Update parts of a \(noun).").parameters(id, .review, .ifMatch)
                .body(schemas.partialUpdate).refusals(400, 404, 409, 413, 429)
        ) { try await update($0, $1, isFull: false) }
        add(
            .update, .post, entityPath,
            OperationDescription("set\(idPart)", "Update parts of a \(noun).").parameters(id, .review, .ifMatch)
                .body(schemas.partialUpdate).refusals(400, 404, 409, 413, 429)
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
        var text = OperationDescription(action.id, action.summary).prefixed(idPrefix).parameters(id)
            .responses((action.status, "Success.")).refusals(400, 404, 413)
        if case .list = action.work { text = text.parameters(.limit, .page) }
        for part in action.path.split(separator: "/") where part.hasPrefix("{") {
            text = text.parameters(.path(String(part.dropFirst().dropLast()), "Which one."))
        }
        var isChange = false
        if case .change = action.work { isChange = true }
        if isChange { text = text.parameters(.review, .ifMatch).refusals(400, 404, 409, 413, 429) }
        if let body = action.body { text = text.body(body, isRequired: action.isBodyRequired) }
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
        let page = try Page(request)
        let project = store.project
        let filters = try description.filters.compactMap { name throws(APIError) in
            try ResourceFilter(name, in: query, project)
        }
        let rates = filters.contains(where: \.needsPassRates) ? try await passRates() : [:]
        let views = project.all(type).compactMap { resource -> Object? in
            let view = description.view(resource, project)
            guard !filters.isEmpty else { return view }
            let members = view.merging(description.rules.unseen(resource))
            return filters.allSatisfy { $0.passes(resource, members, rates) } ? view : nil
        }
        return .envelope(
            endpoints.message(.list, description), .objects(page.slice(views)),
            pagination: page.pagination(total: views.count))
    }

    private func create(_ request: Request, _ caller: Caller) async throws -> Response {
        let body = try await ResourceRoutes.object(of: request, schemas.creation, isEcho: true)
        let view = try await store.change(by: caller.actor) { [description] draft in
            let resource = try ResourceCreation.create(body, description, &draft)
            return description.view(try draft.resource(resource.type, resource.id), draft.project)
        }
        var response = Response.envelope(endpoints.message(.create, description), .object(view))
        response.status = HTTPResponse.Status(code: endpoints.createdStatus)
        return response
    }

    private func read(_ request: Request, _ caller: Caller) async throws -> Response {
        let project = store.project
        let resource = try resource(caller, in: project)
        let view = try await enrich(resource, description.view(resource, project))
        return .envelope(endpoints.message(.read, description), .object(view))
    }

    private func update(_ request: Request, _ caller: Caller, isFull: Bool) async throws -> Response {
        let expected = request.headers[.ifMatch]
        let body = try await ResourceRoutes.object(
            of: request, isFull ? schemas.fullUpdate : schemas.partialUpdate, isEcho: true)
        let view = try await store.change(by: caller.actor) { [description] draft in
            let resource = try self.resource(caller, in: draft.project)
            try ResourceRoutes.check(expected, resource)
            try ResourceUpdate.update(resource, body, isFull: isFull, description, &draft)
            return description.view(try draft.resource(resource.type, resource.id), draft.project)
        }
        return .envelope(
            endpoints.message(isFull ? .fullUpdate : .partialUpdate, description), .object(view))
    }

    private func delete(_ request: Request, _ caller: Caller) async throws -> Response {
        let view = try await store.change(by: caller.actor) { [description] draft in
            let resource = try self.resource(caller, in: draft.project)
            let view = description.view(resource, draft.project)
            try description.rules.willDelete(resource, &draft)
            draft.remove(try draft.resource(resource.type, resource.id), description.audit.delete)
            return view
        }
        return .envelope(endpoints.message(.delete, description), .object(view))
    }

    /// The resource as it was after each of its changes.
    ///
    /// Members that follow from other resources, such as the holdouts of a gate, are those of today.
    private func versions(_ request: Request, _ caller: Caller) async throws -> Response {
        let page = try Page(request, most: Page.standardLimit)
        let project = store.project
        let resource = try resource(caller, in: project)
        let (total, records) = try await store.versions(of: resource, limit: page.limit, offset: page.offset)
        let rows = records.map { record -> Object in
            let members = record.members.flatMap { JSON.value($0)?.object } ?? [:]
            return description.view(
                Resource(type, id: resource.id, members, version: record.version), project)
        }
        return .envelope(
            endpoints.message(.versions, description), .objects(rows), pagination: page.pagination(total: total))
    }

    private func perform(_ action: ResourceAction, _ request: Request, _ caller: Caller) async throws -> Response {
        let expected = request.headers[.ifMatch]
        let body = try await ResourceRoutes.value(of: request, action)
        let asked = ActionRequest(body: body, query: Query(request), caller: caller)
        let data: Value
        var pagination: Value?
        switch action.work {
        case .read(let read):
            let project = store.project
            data = try read(project, try resource(caller, in: project), asked)
        case .list(let list):
            let page = try Page(request, standard: list.standardLimit, most: list.maximumLimit)
            let project = store.project
            let resource = try resource(caller, in: project)
            let items = try list.items(project, resource)
            data = list.data(resource, items.count, Array(page.slice(items)))
            pagination = page.pagination(total: items.count)
        case .change(let change):
            data = try await store.change(by: caller.actor) { [description] draft in
                let resource = try self.resource(caller, in: draft.project)
                try ResourceRoutes.check(expected, resource)
                if let data = try change(&draft, resource, asked) { return data }
                let changed = draft.project[resource.type, resource.id] ?? resource
                return .object(description.view(changed, draft.project))
            }
        }
        var response = Response.envelope(action.message, data, pagination: pagination)
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

    /// The object that a request has as its body.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - schema: The schema of the object.
    ///   - isEcho: Whether it may have members that no schema knows, which are checked against the resource.
    /// - Returns: The object.
    /// - Throws: ``APIError`` or ``DomainError`` when the body doesn't fit.
    static func object(of request: Request, _ schema: Value, isEcho: Bool = false) async throws -> Object {
        let bytes = try await RequestContent.bytes(of: request)
        guard let value = JSON.value(bytes) else { throw APIError.invalid("body", "body must be valid JSON") }
        guard let object = value.object else { throw APIError.invalid("body", "body must be an object") }
        guard isEcho else { return try checked(value, schema, byteCount: bytes.count).object ?? [:] }
        let known = schema.object?.object("properties") ?? [:]
        let asked = Object(distinct: object.filter { known[$0.name] != nil })
        _ = try checked(.object(asked), schema, byteCount: bytes.count)
        return object
    }

    private static func value(of request: Request, _ action: ResourceAction) async throws -> Value {
        let bytes = try await RequestContent.bytes(of: request)
        let isRequired = action.isBodyRequired && action.body != nil
        if bytes.isEmpty, !isRequired { return .null }
        guard let value = JSON.value(bytes) else { throw APIError.invalid("body", "body must be valid JSON") }
        if value == .null, !isRequired { return .null }
        return try checked(value, action.body ?? Schemas.closed([:]), byteCount: bytes.count)
    }

    private static func checked(_ value: Value, _ schema: Value, byteCount: Int) throws -> Value {
        guard !JSON.isNested(value, deeperThan: ConsoleLimits.maximumNesting) else {
            throw DomainError.tooNested("body")
        }
        let errors = SchemaCheck.errors(
            value, schema, at: value.object == nil ? "body" : "", budget: SchemaBudget(byteCount: byteCount))
        guard errors.isEmpty else { throw DomainError.invalid(errors) }
        return value
    }
}

extension ParameterDescription {
    static let ifMatch = header("If-Match", "The version that the change is meant for; 409 if there is a later one.")
}
