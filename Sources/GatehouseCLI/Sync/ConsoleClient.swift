// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Gatehouse
import GatehouseEvaluation

/// A client of the Console API of one console.
struct ConsoleClient {
    /// The answer of a console to one request.
    struct Answer {
        let status: Int
        let value: Value

        var data: Value { value.object?["data"] ?? .null }
        var isSuccess: Bool { (200..<300).contains(status) }

        /// The refusal in one line.
        var refusal: String {
            let object = value.object ?? [:]
            let errors = (object["errors"]?.array ?? []).compactMap { $0.object?["errorMessage"]?.string }
            let message = object["message"]?.string ?? "no message"
            return "\(status) \(errors.isEmpty ? message : errors.joined(separator: "; "))"
        }
    }

    private static let root = "/console/v1"
    private static let timeout = Duration.seconds(60)
    private static let maximumBodyBytes = 64 << 20
    private static let pageSize = 100
    private static let maximumPages = 1000
    /// The number of times that the client waits for a rate limit in one request.
    private static let maximumWaits = 20
    private static let maximumWaitSeconds = 900

    /// The URL without a path.
    let url: String
    private let key: SDKKey
    private let transport = Transport(NetworkOptions(), time: SystemTime())

    /// Makes a client.
    ///
    /// - Parameters:
    ///   - url: The URL of the console, with or without `/console/v1`.
    ///   - key: A console key.
    init(url: String, key: String) {
        var url = url
        while url.hasSuffix("/") { url.removeLast() }
        if url.hasSuffix(ConsoleClient.root) { url.removeLast(ConsoleClient.root.count) }
        self.url = url
        self.key = SDKKey(key)
    }

    /// Closes the connections.
    func close() async { await transport.close() }

    /// Sends a request, and waits when the console's rate limit asks for it.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - path: The path behind `/console/v1/`.
    ///   - body: The body, `nil` for none.
    /// - Returns: The answer, whatever its status.
    /// - Throws: ``CommandFailure/input(_:)`` when the console can't be reached or its answer isn't JSON.
    func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: Value? = nil
    ) async throws(CommandFailure) -> Answer {
        for _ in 0..<ConsoleClient.maximumWaits {
            let reply = try await reply(method, "\(ConsoleClient.root)/\(path)", body)
            guard reply.status == 429 else { return try answer(reply, path) }
            let asked = reply[header: "retry-after"].flatMap { Int($0) } ?? 1
            let seconds = min(max(asked, 1), ConsoleClient.maximumWaitSeconds)
            Diagnostics.warning("the console's rate limit is reached; waiting \(seconds) s")
            do {
                try await Task.sleep(for: .seconds(seconds))
            } catch {
                throw .input("cancelled")
            }
        }
        throw .input("\(url): the rate limit of the console stays reached")
    }

    /// Reads the OpenAPI document of the console.
    func description() async throws(CommandFailure) -> Object {
        let reply = try await reply(.get, "/openapi.json", nil)
        guard reply.isSuccess, let object = Value(json: reply.body)?.object else {
            throw .input("\(url)/openapi.json: HTTP \(reply.status); the URL must be that of a Gatehouse console")
        }
        return object
    }

    /// Reads all pages of a list.
    func list(_ path: String) async throws(CommandFailure) -> [Object] {
        var objects: [Object] = []
        var previous: [Object] = []
        for page in 1...ConsoleClient.maximumPages {
            let answer = try await send(.get, "\(path)?limit=\(ConsoleClient.pageSize)&page=\(page)")
            guard answer.isSuccess else { throw .input("\(url): GET \(path): \(answer.refusal)") }
            let part = (answer.data.array ?? []).compactMap(\.object)
            objects += part
            if part.count < ConsoleClient.pageSize { return objects }
            guard part != previous else { throw .input("\(url): GET \(path): page \(page) is that before it") }
            previous = part
        }
        throw .input("\(url): GET \(path): there are more than \(ConsoleClient.maximumPages) pages")
    }

    /// A text as one segment of a path, or as the name of a file: no segment begins with a dot.
    static func segment(_ text: String) -> String {
        let segment = text.addingPercentEncoding(withAllowedCharacters: unescaped) ?? ""
        return segment.hasPrefix(".") ? "%2E\(segment.dropFirst())" : segment
    }

    private static let unescaped = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")

    private func reply(
        _ method: HTTPRequest.Method, _ path: String, _ body: Value?
    ) async throws(CommandFailure) -> HTTPReply {
        let request = HTTPRequest(
            method, url: url + path,
            headers: [("STATSIG-API-KEY", key.secret), ("Content-Type", "application/json")],
            body: body.map(ConsoleClient.bytes) ?? [], timeout: ConsoleClient.timeout,
            maximumBodyBytes: ConsoleClient.maximumBodyBytes)
        do throws(TransportError) {
            return try await transport.send(request)
        } catch {
            throw .input("\(url): \(error)")
        }
    }

    private func answer(_ reply: HTTPReply, _ path: String) throws(CommandFailure) -> Answer {
        guard let value = Value(json: reply.body) else {
            throw .input("\(url): \(path): HTTP \(reply.status) \(reply.excerpt(without: key))")
        }
        guard reply.status != 401, reply.status != 403 else {
            let answer = Answer(status: reply.status, value: value)
            throw .input("\(url): \(answer.refusal); the command needs a console key with the scope omni_read_write")
        }
        return Answer(status: reply.status, value: value)
    }

    private static func bytes(_ value: Value) -> [UInt8] {
        var writer = JSONWriter()
        writer.value(value)
        return writer.bytes
    }
}
