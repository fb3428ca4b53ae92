// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import NIOCore

/// The body of a request, which the router has received, decompressed and bounded.
enum RequestContent {
    static func bytes(of request: Request) async throws -> [UInt8] {
        Array(buffer: try await request.body.collect(upTo: .max))
    }

    /// The body as JSON object.
    static func object(of request: Request) async throws -> Object {
        guard let object = JSON.value(try await bytes(of: request))?.object else {
            throw APIError.invalid("body", "body must be a JSON object")
        }
        return object
    }
}

extension Response {
    /// A response with a JSON value.
    static func json(_ value: Value, status: HTTPResponse.Status = .ok) -> Response {
        json(JSON.bytes(value), status: status)
    }

    /// A response with JSON text.
    static func json(_ bytes: [UInt8], status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// The envelope of the Console API for a success.
    ///
    /// - Parameters:
    ///   - message: A sentence about the success.
    ///   - data: The object or the objects.
    ///   - pagination: For lists: the position of this page.
    /// - Returns: The response, with the status 200.
    static func envelope(_ message: String, _ data: Value, pagination: Value? = nil) -> Response {
        var object: Object = ["message": .string(message), "data": data]
        object["pagination"] = pagination
        return json(.object(object))
    }
}

extension Response {
    /// Whether the response has no news, as most answers to polls.
    var isRoutine: Bool { (body.contentLength ?? 0) < 64 }
}
