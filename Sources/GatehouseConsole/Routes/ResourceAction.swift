// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

/// An endpoint of a resource beside creating, reading, updating and deleting it.
struct ResourceAction: Sendable {
    typealias Change = @Sendable (inout Draft, Resource, ActionRequest) throws(DomainError) -> Value?
    typealias Read = @Sendable (AuthoredProject, Resource, ActionRequest) throws(DomainError) -> Value

    enum Work: Sendable {
        /// `nil` answers with the resource as it is afterwards.
        case change(Change)
        case read(Read)
    }

    let method: HTTPRequest.Method
    /// What follows the resource in the path.
    let path: String
    let id: String
    let summary: String
    var message: String
    var status = 200
    var body: RequestSchema?
    var isBodyRequired = true
    let work: Work

    static func change(
        _ method: HTTPRequest.Method, _ path: String, _ id: String, _ summary: String, message: String,
        status: Int = 200, body: Value? = nil, isBodyRequired: Bool = true, _ change: @escaping Change
    ) -> ResourceAction {
        ResourceAction(
            method: method, path: path, id: id, summary: summary, message: message, status: status,
            body: body.map(RequestSchema.init),
            isBodyRequired: isBodyRequired, work: .change(change))
    }

    /// An endpoint that changes the members of one type, which have to be editable.
    static func change<T: TypedResource>(
        _ type: T.Type, _ method: HTTPRequest.Method, _ path: String, _ id: String, _ summary: String,
        message: String, audit: String, status: Int = 200, body: Value? = nil, isBodyRequired: Bool = true,
        _ change: @escaping @Sendable (inout T, Object, inout Draft) throws(DomainError) -> Void
    ) -> ResourceAction {
        .change(
            method, path, id, summary, message: message, status: status, body: body, isBodyRequired: isBodyRequired
        ) { (draft, resource, request) throws(DomainError) in
            try Normalization.checkEditable(resource)
            var changed = T(resource)
            try change(&changed, request.object, &draft)
            draft.put(changed, audit)
            return nil
        }
    }

    static func read(
        _ path: String, _ id: String, _ summary: String, message: String, _ read: @escaping Read
    ) -> ResourceAction {
        ResourceAction(method: .get, path: path, id: id, summary: summary, message: message, work: .read(read))
    }
}

/// What a request asks of a type.
struct ActionRequest: Sendable {
    /// `null` without a body.
    let body: Value
    let query: Query
    let caller: Caller

    var object: Object { body.object ?? [:] }
}
