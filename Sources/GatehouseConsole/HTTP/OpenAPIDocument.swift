// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore

/// The OpenAPI document, made from the operations.
struct OpenAPIDocument {
    let operations: [Operation]

    var value: Value {
        var paths: Object = [:]
        for operation in operations {
            var methods = paths[operation.path]?.object ?? [:]
            methods[operation.method.rawValue.lowercased()] = OpenAPIDocument.json(operation)
            paths[operation.path] = .object(methods)
        }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "Gatehouse console", "version": .string(Release.version),
                "description": "Keys, config specs, events and evaluations, compatible with Statsig.",
                "license": ["name": "Apache 2.0", "identifier": "Apache-2.0"],
            ],
            "servers": [["url": "/"]],
            "paths": .object(paths),
            "components": [
                "securitySchemes": [
                    "key": ["type": "apiKey", "in": "header", "name": "STATSIG-API-KEY"],
                    "queryKey": ["type": "apiKey", "in": "query", "name": "k"],
                    "bearer": ["type": "http", "scheme": "bearer"],
                    "openFeatureKey": ["type": "apiKey", "in": "header", "name": "X-API-Key"],
                ],
                "schemas": ["Error": OpenAPIDocument.error],
            ],
        ]
    }

    private static let error = Schemas.object(
        [
            "status": ["type": "integer"], "message": Schemas.string,
            "errors": Schemas.array(
                Schemas.object(
                    ["property": Schemas.string, "errorMessage": Schemas.string],
                    required: ["property", "errorMessage"])),
        ])

    private static func json(_ operation: Operation) -> Value {
        let description = operation.description
        var object: Object = [
            "operationId": .string(description.id), "summary": .string(description.summary),
            "tags": [.string(description.tag)], "parameters": .array(description.parameters.map(\.json)),
            "responses": .object(responses(operation)), "security": .array(security(operation)),
        ]
        if operation.permission != .open { object["description"] = .string(access(operation.permission)) }
        if let body = description.body {
            object["requestBody"] = [
                "required": .bool(description.isBodyRequired), "content": ["application/json": ["schema": body]],
            ]
        }
        return .object(object)
    }

    private static func responses(_ operation: Operation) -> Object {
        var responses: Object = [:]
        for (status, description) in operation.description.responses {
            responses[String(status)] = ["description": .string(description)]
        }
        let denials = operation.permission == .open ? [] : [401, 403]
        // The bounds of bodies and of work, and a full disk.
        let bounds = operation.description.body == nil ? [] : [413, 415, 429, 503, 507]
        for status in Set(denials + bounds + operation.description.refusals).sorted() {
            responses[String(status)] = [
                "description": .string(refusals[status] ?? "Refused."),
                "content": ["application/json": ["schema": ["$ref": "#/components/schemas/Error"]]],
            ]
        }
        return responses
    }

    private static let refusals = [
        400: "The request is wrong.", 401: "The key is missing, unknown, inactive or of the wrong type.",
        403: "The key lacks a scope.", 404: "There is no such thing.",
        409: "It is not in the state that the request is for.",
        413: "The request is too large.", 415: "The body is compressed in a way that isn't supported.",
        416: "There is nothing in this range.",
        429: "There are too many changes or requests; Retry-After says how long to wait.",
        503: "There is nothing to serve yet, or too many requests are in progress.", 507: "The disk is full.",
    ]

    private static func security(_ operation: Operation) -> [Value] {
        guard operation.permission != .open else { return [] }
        var schemes: [Value] = [["key": []]]
        if operation.keySources.contains(.query) { schemes.append(["queryKey": []]) }
        if operation.keySources.contains(.openFeature) { schemes += [["bearer": []], ["openFeatureKey": []]] }
        return schemes
    }

    /// The row of the access matrix.
    private static func access(_ permission: Permission) -> String {
        let rows = (Access.table[permission] ?? [:]).sorted { $0.key.rawValue < $1.key.rawValue }.map { type, needed in
            let scopes = needed.map { $0.map(\.rawValue).sorted().joined(separator: " or ") }
            return scopes.isEmpty
                ? "\(type.rawValue) keys" : "\(type.rawValue) keys with \(scopes.joined(separator: ", and "))"
        }
        return "For \(rows.joined(separator: "; "))."
    }
}

/// Serves the OpenAPI document.
struct OpenAPIRoutes {
    let described: [Operation]

    var operations: [Operation] {
        let document = JSON.bytes(OpenAPIDocument(operations: described).value)
        return [
            Operation(
                .get, "/openapi.json", .open,
                OperationDescription("openAPI", "This description.").tagged("Health").routine
            ) { _, _ in .json(document) }
        ]
    }
}
