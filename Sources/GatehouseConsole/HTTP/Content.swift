// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GatehouseCompression
internal import GatehouseEvaluation
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import NIOCore

/// The body of a request from an SDK, decompressed and decoded.
enum RequestContent {
    /// The most bytes that are read, and the most they may decompress to.
    private static let byteLimit = 16 << 20
    private static let decompressedByteLimit = 64 << 20

    static func bytes(of request: Request) async throws -> [UInt8] {
        let bytes = try await decompressed(request)
        return request.uri.queryParameters["se"] == "1" ? try decoded(bytes) : bytes
    }

    private static func decompressed(_ request: Request) async throws -> [UInt8] {
        let bytes = Array(buffer: try await request.body.collect(upTo: byteLimit))
        switch request.headers[.contentEncoding]?.lowercased() {
        case nil, "", "identity": return bytes
        case "gzip", "x-gzip":
            do {
                return try Gzip.decompress(bytes, limit: decompressedByteLimit)
            } catch {
                switch error {
                case .tooLarge: throw APIError.tooLarge
                case .notGzip: throw APIError.invalid("body", "body must be gzip, as its Content-Encoding says")
                }
            }
        default:
            throw APIError(.unsupportedMediaType, "Only gzip is supported as Content-Encoding.")
        }
    }

    /// The text that a client in a browser has written as Latin-1, in base64, backwards, as it does unless it is told not to.
    private static func decoded(_ bytes: [UInt8]) throws -> [UInt8] {
        guard let latin = Data(base64Encoded: Data(bytes.reversed())) else {
            throw APIError.invalid("body", "body must be base64 backwards, as se=1 says")
        }
        var text = ""
        text.unicodeScalars.append(contentsOf: latin.lazy.map { Unicode.Scalar($0) })
        return Array(text.utf8)
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

    /// The Console API's answer to what succeeded.
    ///
    /// - Parameters:
    ///   - message: What happened.
    ///   - data: The object or objects concerned.
    ///   - pagination: For lists: where in the list this page is.
    /// - Returns: The response, with the status 200.
    static func envelope(_ message: String, _ data: Value, pagination: Value? = nil) -> Response {
        var object: Object = ["message": .string(message), "data": data]
        object["pagination"] = pagination
        return json(.object(object))
    }
}

extension Response {
    /// Whether the response has nothing new, as most have that are polled for.
    var isRoutine: Bool { (body.contentLength ?? 0) < 64 }
}
