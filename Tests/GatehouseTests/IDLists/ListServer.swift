// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse
import NIOConcurrencyHelpers
import TestServers

/// A server of ID lists: a manifest at `/manifest`, and files that may be read in parts.
final class ListServer: Sendable {
    /// A list, and what the server says and does about it.
    struct File: Sendable {
        var content: [UInt8]
        var fileID: String? = "a"
        var creationTime: Int64 = 1
        /// The size that the manifest gives, that of the content when `nil`.
        var listedSize: UInt64?
        /// The URL that the manifest gives, the server's own one when `nil`.
        var url: String?
        /// Whether the server sends parts, and not always the whole file.
        var knowsRanges = true
        /// Answers instead of the server, which would have answered like this.
        var answer: @Sendable (_ request: ReceivedRequest, _ honest: Answer) async -> Answer = { $1 }

        init(_ lines: String) { content = Array(lines.utf8) }

        mutating func append(_ lines: String) { content += lines.utf8 }
    }

    private struct State {
        var files: [String: File] = [:]
        var manifest: @Sendable (Answer) async -> Answer = { $0 }
        var others: FaultServer.Responder = { _ in Answer(status: 404) }
    }

    let http: FaultServer
    private let state = NIOLockedValueBox(State())

    private init(_ http: FaultServer) {
        self.http = http
        http.respond { [state, url = http.url] request in await ListServer.answer(request, state, url) }
    }

    /// Runs a server, and keeps copies of its lists.
    static func run(
        _ files: [String: File] = [:], isolation: isolated (any Actor)? = #isolation,
        change: (inout IDListOptions) -> Void = { _ in },
        _ body: (ListServer, IDListSync) async throws -> Void
    ) async throws {
        try await FaultServer.run { http in
            let server = ListServer(http)
            server.state.withLockedValue { $0.files = files }
            var options = IDListOptions(manifestURL: "\(http.url)/manifest")
            options.timeout = .seconds(60)
            change(&options)
            let transport = Transport(NetworkOptions(), time: SystemTime())
            let sync = IDListSync(
                options, key: { SDKKey("secret-key") },
                headers: { [("STATSIG-API-KEY", "secret-key"), ("x-request-service", "a-service")] },
                transport: transport, time: SystemTime())
            do {
                try await body(server, sync)
            } catch {
                await transport.close()
                throw error
            }
            await transport.close()
        }
    }

    // MARK: - Lists

    /// A list by name; assigning changes what is served.
    subscript(name: String) -> File? {
        get { state.withLockedValue { $0.files[name] } }
        set { state.withLockedValue { $0.files[name] = newValue } }
    }

    var files: [String: File] { state.withLockedValue { $0.files } }

    /// Changes a list.
    func change(_ name: String, _ body: (inout File) -> Void) {
        state.withLockedValue { state in
            guard var file = state.files[name] else { return }
            body(&file)
            state.files[name] = file
        }
    }

    /// From now on answers like this instead of with the manifest.
    func answerManifest(_ answer: @escaping @Sendable (_ honest: Answer) async -> Answer) {
        state.withLockedValue { $0.manifest = answer }
    }

    /// From now on answers like this to requests for neither lists nor their manifest.
    func answerOthers(_ responder: @escaping FaultServer.Responder) {
        state.withLockedValue { $0.others = responder }
    }

    /// How often the manifest has been asked for.
    var manifestCount: Int { http.requests.count { $0.path == "/manifest" } }

    /// The requests for a list from some request on, as `<range>`.
    func ranges(of name: String, since first: Int = 0) -> [String] {
        http.requests.dropFirst(first).filter { $0.path == "/lists/\(name)" }.map { $0[header: "range"] ?? "none" }
    }

    // MARK: - Answers

    private static func answer(
        _ request: ReceivedRequest, _ state: NIOLockedValueBox<State>, _ url: String
    ) async -> Answer {
        let (files, manifest, others) = state.withLockedValue { ($0.files, $0.manifest, $0.others) }
        if request.path == "/manifest" {
            let entries = files.sorted { $0.key < $1.key }.map { entry($0.key, $0.value, url) }
            return await manifest(Answer(json: "{\(entries.joined(separator: ","))}"))
        }
        guard let file = files.first(where: { request.path == "/lists/\($0.key)" })?.value else {
            return await others(request)
        }
        let honest = file.knowsRanges ? part(of: file.content, for: request) : Answer(body: file.content)
        return await file.answer(request, honest)
    }

    private static func entry(_ name: String, _ file: File, _ url: String) -> String {
        let id = file.fileID.map { "\"\($0)\"" } ?? "null"
        return """
            "\(name)":{"name":"\(name)","url":"\(file.url ?? "\(url)/lists/\(name)")","fileID":\(id),\
            "size":\(file.listedSize ?? UInt64(file.content.count)),"creationTime":\(file.creationTime)}
            """
    }

    /// What a server that knows its HTTP answers.
    static func part(of content: [UInt8], for request: ReceivedRequest) -> Answer {
        guard let range = request[header: "range"]?.dropFirst("bytes=".count) else { return Answer(body: content) }
        let ends = range.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let start = Int(ends[0]) else { return Answer(body: content) }
        guard start < content.count else {
            return Answer(status: 416, headers: [("Content-Range", "bytes */\(content.count)")])
        }
        let end = min(Int(ends[1]).map { $0 + 1 } ?? content.count, content.count)
        return Answer(
            status: 206, headers: [("Content-Range", "bytes \(start)-\(end - 1)/\(content.count)")],
            body: Array(content[start..<end]))
    }
}
