// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import NIOCore

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

    /// The Console API's answer to what succeeded.
    ///
    /// - Parameters:
    ///   - message: What happened.
    ///   - data: The object or objects concerned.
    ///   - pagination: For lists: where in the list this page is.
    static func envelope(_ message: String, _ data: Value, pagination: Value? = nil) -> Response {
        var object: Object = ["message": .string(message), "data": data]
        object["pagination"] = pagination
        return json(.object(object))
    }
}
