// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GatehouseEvaluation
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore

/// The refusal of a request, as the Console API words it.
struct APIError: Error, HTTPResponseError {
    let status: HTTPResponse.Status
    let message: String
    var errors: [FieldError] = []
    var headers: HTTPFields = [:]

    init(
        _ status: HTTPResponse.Status, _ message: String, errors: [FieldError] = [], headers: HTTPFields = [:]
    ) {
        self.status = status
        self.message = message
        self.errors = errors
        self.headers = headers
    }

    /// A request whose members are wrong.
    static func invalid(_ errors: [FieldError]) -> APIError {
        APIError(.badRequest, "Bad Request Exception", errors: errors)
    }

    /// A request of which one member is wrong.
    static func invalid(_ property: String, _ message: String) -> APIError {
        invalid([FieldError(property: property, message: message)])
    }

    static let notFound = APIError(.notFound, "Not Found. The requested resource could not be found.")
    static let keyNotFound = APIError(.notFound, "Key not found.")
    static let tooLarge = APIError(.contentTooLarge, "The request is too large.")

    func response(from request: Request, context: some RequestContext) -> Response {
        var object: Object = ["status": .integer(Int64(status.code)), "message": .string(message)]
        if !errors.isEmpty { object["errors"] = .array(errors.map(\.json)) }
        var response = Response.json(.object(object), status: status)
        response.headers.append(contentsOf: headers)
        return response
    }

    /// The response as OpenFeature's providers read it.
    ///
    /// It has the members of ``response(from:context:)`` too. The protocol defines none for a refused key.
    ///
    /// - Parameter key: The flag of the request, `nil` when the request names none.
    /// - Returns: The response.
    func openFeatureResponse(_ key: String?) -> Response {
        var object: Object = ["status": .integer(Int64(status.code)), "message": .string(message)]
        let details = ([message] + errors.map(\.message)).joined(separator: " ")
        switch status {
        case .unauthorized, .forbidden: break
        case .badRequest, .contentTooLarge, .unsupportedMediaType:
            object["key"] = key.map { .string($0.removingPercentEncoding ?? $0) }
            object["errorCode"] = errors.contains { $0.property == "user" } ? "INVALID_CONTEXT" : "PARSE_ERROR"
            object["errorDetails"] = .string(details)
        default:
            object["key"] = key.map { .string($0.removingPercentEncoding ?? $0) }
            object["errorCode"] = "GENERAL"
            object["errorDetails"] = .string(details)
        }
        var response = Response.json(.object(object), status: status)
        response.headers.append(contentsOf: headers)
        return response
    }
}

extension APIError {
    /// The response to what the domain refuses.
    init(_ error: DomainError) {
        switch error {
        case .invalid(let errors): self = .invalid(errors)
        case .notFound: self.init(.notFound, error.message)
        case .nameInUse(isNew: true):
            self.init(
                .badRequest, error.message,
                errors: [FieldError(property: "name", message: "name is already in use")])
        case .outdated: self.init(.conflict, error.message)
        case .nameInUse, .archived, .verbatim, .used, .notStarted, .alreadyStarted, .segmentType:
            self.init(.badRequest, error.message)
        }
    }
}
