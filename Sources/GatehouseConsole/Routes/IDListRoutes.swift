// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import NIOCore

/// The manifest of ID lists, and the lists.
struct IDListRoutes {
    let lists: IDListFolder
    let specs: DocumentStore
    let registry: KeyRegistry
    let tickets = Ticket()

    var operations: [Operation] {
        let path = "/v1/get_id_lists"
        let keyInPath = path + "/{\(KeySources.parameter)}"
        return [
            operation(.get, path, "getIDLists"), operation(.get, keyInPath, "getIDListsOfKey"),
            operation(.post, path, "postIDLists"), operation(.post, keyInPath, "postIDListsOfKey"),
            Operation(
                .get, "/v1/id_lists/{fileID}", .open,
                OperationDescription("getIDList", "Download an ID list, or the part behind what the client has.")
                    .tagged("SDK").parameters(
                        .path("fileID", "The list, as the manifest names it."),
                        .query("ticket", "What the manifest's URL has; without it the request needs a key."),
                        .query("range", "The part, as in the header Range."), .header("Range", "The part: bytes=100-")
                    ).responses((200, "All of the list."), (206, "A part."))
                    .refusals(401, 403, 404, 416).routine, handle: download),
        ]
    }

    private func operation(_ method: HTTPRequest.Method, _ path: String, _ id: String) -> Operation {
        var description = OperationDescription(id, "List ID lists: where they are, and how long.").tagged("SDK").routine
        if path.hasSuffix("}") {
            description = description.parameters(
                .path(KeySources.parameter, "The key and .json; the header wins over it."))
        }
        return Operation(method, path, .downloadIDLists, keySources: [.path, .query], description, handle: manifest)
    }

    private func manifest(_ request: Request, _ caller: Caller) async throws -> Response {
        var names: Set<String>?
        if caller.view.isRestricted, let edition = specs.edition {
            names = await edition.payload(edition.specs.mainFormat, caller.view, namesClientKeys: false).idLists
        }
        let base = "\(caller.origin)/v1/id_lists/"
        let entries = lists.lists.filter { names?.contains($0.name) ?? true }.map { list -> Object.Member in
            let ticket = tickets.text(
                keyID: caller.key?.id ?? "", hash: caller.key?.hash.bytes ?? [], fileID: list.fileID)
            return (
                list.name,
                [
                    "name": .string(list.name), "size": .integer(Int64(list.content.count)),
                    "url": .string("\(base)\(list.fileID)?ticket=\(ticket)"),
                    "creationTime": .integer(list.creationTime), "fileID": .string(list.fileID),
                ]
            )
        }
        return .json(.object(Object(distinct: entries)))
    }

    private func download(_ request: Request, _ caller: Caller) async throws -> Response {
        let fileID = caller.parameter("fileID")
        let query = Query(request)
        let key =
            query["ticket"].flatMap { ticket in
                tickets.keyID(of: ticket, fileID: fileID) { registry.table[id: $0]?.hash.bytes }
            }.flatMap { registry.table[id: $0] }
            ?? KeySources.query.key(in: request, caller.parameters).flatMap { registry.key(secret: $0) }
        if case .denied(let reason) = Access.decision(for: key, at: .downloadIDLists) {
            throw reason.error(at: .downloadIDLists, presented: KeySources.query.key(in: request, caller.parameters))
        }
        guard let list = lists.list(fileID: fileID) else { throw APIError.notFound }
        let count = list.content.count
        var headers: HTTPFields = [.contentType: "text/plain; charset=utf-8", .acceptRanges: "bytes"]
        switch ByteRange(request.headers[.range] ?? query["range"], of: count) {
        case .all:
            return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: list.content)))
        case .part(let range):
            headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(count)"
            return Response(
                status: .partialContent, headers: headers,
                body: .init(byteBuffer: ByteBuffer(bytes: list.content[range])))
        case .unsatisfiable:
            throw APIError(
                .rangeNotSatisfiable, "There is nothing there.", headers: [.contentRange: "bytes */\(count)"])
        }
    }
}

/// The range of bytes that a request asks for.
enum ByteRange: Equatable {
    case all
    case part(Range<Int>)
    /// The range is outside of the content.
    case unsatisfiable

    /// Reads `bytes=first-`, `bytes=first-last` and `bytes=-count`; any other text means the whole content.
    ///
    /// - Parameters:
    ///   - header: The header `Range`, with or without its `bytes=`.
    ///   - count: The number of bytes of the content.
    init(_ header: String?, of count: Int) {
        self = .all
        guard let header else { return }
        let text = header.hasPrefix("bytes=") ? header.dropFirst(6) : header[...]
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { part in
            part.trimming { $0 == " " }
        }
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else { return }
        switch (Int(parts[0]), Int(parts[1])) {
        case (let first?, let last?) where first <= last:
            self = first < count ? .part(first..<min(last, count - 1) + 1) : .unsatisfiable
        case (let first?, nil) where parts[1].isEmpty:
            self = first < count ? .part(first..<count) : .unsatisfiable
        case (nil, let suffix?) where parts[0].isEmpty:
            self = suffix > 0 && count > 0 ? .part(max(0, count - suffix)..<count) : .unsatisfiable
        default: break
        }
    }
}

extension Substring {
    fileprivate func trimming(_ isTrimmed: (Character) -> Bool) -> Substring {
        drop(while: isTrimmed)
    }
}
