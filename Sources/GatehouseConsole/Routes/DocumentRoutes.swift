// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import GatehouseSpec
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import NIOCore

/// Downloads of the document, on the paths of SDKs.
struct DocumentRoutes {
    let specs: DocumentStore

    private static let unchanged = ByteBuffer(string: "{\"has_updates\":false}")

    var operations: [Operation] {
        [(1, DocumentFormat.v1), (2, .v2)].flatMap { version, format in
            let path = "/v\(version)/download_config_specs"
            let keyInPath = path + "/{\(KeySources.parameter)}"
            return [
                operation(.get, path, "getSpecsV\(version)", format),
                operation(.get, keyInPath, "getSpecsOfKeyV\(version)", format),
                operation(.post, path, "postSpecsV\(version)", format),
                operation(.post, keyInPath, "postSpecsOfKeyV\(version)", format),
            ]
        }
    }

    private func operation(
        _ method: HTTPRequest.Method, _ path: String, _ id: String, _ format: DocumentFormat
    ) -> Operation {
        var description = OperationDescription(id, "Download config specs in \(format.rawValue).").tagged("SDK")
            .refusals(400, 503).routine
        if method == .get {
            description = description.parameters(
                .query("sinceTime", "The time of the specs that the client has, in ms since 1970."),
                .query("checksum", "The checksum of the specs that the client has."))
        } else {
            description = description.body(
                Schemas.object(["sinceTime": ["type": "integer"], "checksum": Schemas.string]), isRequired: false
            ).refusals(400, 413, 415, 503)
        }
        if path.hasSuffix("}") {
            description = description.parameters(
                .path(KeySources.parameter, "The key and .json; the header wins over it."))
        }
        return Operation(method, path, .downloadSpecs, keySources: [.path, .query], description) { request, caller in
            try await download(request, caller, format)
        }
    }

    private func download(
        _ request: Request, _ caller: Caller, _ format: DocumentFormat
    ) async throws -> Response {
        let known = try await DocumentRoutes.known(request)
        guard let edition = specs.edition else {
            throw APIError(.serviceUnavailable, "There are no specs to serve yet.", headers: [.retryAfter: "1"])
        }
        let payload = await edition.payload(
            format, caller.view, namesClientKeys: caller.key?.type == .server)
        var headers: HTTPFields = [
            .contentType: "application/json", .cacheControl: "no-store", .xSinceTime: String(payload.time),
        ]
        if payload.isKnown(sinceTime: known.time, checksum: known.checksum) {
            return Response(headers: headers, DocumentRoutes.unchanged)
        }
        headers[.vary] = "Accept-Encoding"
        if let compressed = payload.compressed, DocumentRoutes.acceptsGzip(request) {
            headers[.contentEncoding] = "gzip"
            return Response(headers: headers, compressed)
        }
        return Response(headers: headers, payload.body)
    }

    /// The time and the checksum of the client's document, from the query or the body; values that can't be read are ignored.
    private static func known(_ request: Request) async throws -> (time: UInt64, checksum: String?) {
        let query = Query(request)
        var time = query["sinceTime"].flatMap { UInt64($0) } ?? 0
        var checksum = query["checksum"]
        if request.method == .post {
            let body = try await RequestContent.bytes(of: request)
            if !body.isEmpty {
                guard let object = JSON.value(body)?.object else {
                    throw APIError.invalid("body", "body must be a JSON object")
                }
                if let number = object["sinceTime"]?.integer { time = UInt64(clamping: number) }
                checksum = object["checksum"]?.string ?? checksum
            }
        }
        return (time, checksum)
    }

    private static func acceptsGzip(_ request: Request) -> Bool {
        (request.headers[.acceptEncoding] ?? "").split(separator: ",").contains { coding in
            let parts = coding.split(separator: ";").map { $0.filter { $0 != " " }.lowercased() }
            return parts.first == "gzip" && !["q=0", "q=0.0", "q=0.00", "q=0.000"].contains(parts.last)
        }
    }
}

extension Response {
    fileprivate init(headers: HTTPFields, _ body: ByteBuffer) {
        self.init(status: .ok, headers: headers, body: ResponseBody(byteBuffer: body))
    }
}
