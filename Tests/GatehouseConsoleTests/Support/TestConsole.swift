// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Foundation
import GatehouseConsole
import GatehouseEvaluation
import Logging
import NIOCore
import NIOHTTP1

/// A console over real HTTP, and a key that may do everything.
struct TestConsole: Sendable {
    /// `nil` for one in another process.
    private let inProcess: Console?
    let url: String
    let adminKey: String

    init(_ console: Console? = nil, url: String, adminKey: String) {
        inProcess = console
        self.url = url
        self.adminKey = adminKey
    }

    struct InAnotherProcess: Error {}

    /// The console itself.
    var console: Console {
        get throws {
            guard let inProcess else { throw InAnotherProcess() }
            return inProcess
        }
    }

    /// A client that shows responses as they come.
    private static let http = HTTPClient(
        eventLoopGroupProvider: .singleton, configuration: HTTPClient.Configuration(decompression: .disabled))

    /// Runs a console at a free port while a function needs it.
    static func run<T: Sendable>(
        _ options: ConsoleOptions = TestConsole.options(), _ body: @Sendable @escaping (TestConsole) async throws -> T
    ) async throws -> T {
        try await Console.withConsole(options) { console in
            let admin = try await console.createKey(
                NewKey(.console, description: "Test", scopes: [.omniReadWrite, .canAccessKeys]))
            return try await body(TestConsole(console, url: try await console.url, adminKey: admin))
        }
    }

    /// Options for a console in memory that logs nothing and limits nothing.
    static func options() -> ConsoleOptions {
        var options = ConsoleOptions()
        options.rateLimits = .none
        options.logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return options
    }

    /// Options for a console with a data file that nobody else has.
    static func fileOptions() -> (ConsoleOptions, path: String) {
        let path = FileManager.default.temporaryDirectory
            .appending(path: "gatehouse-console-\(UUID().uuidString).sqlite").path
        var options = options()
        options.data = .file(path)
        return (options, path)
    }

    /// Sends a request, with the key that has all permissions unless another is given.
    func send(
        _ method: HTTPMethod, _ path: String, key: String? = "admin", json: Value? = nil, body: [UInt8]? = nil,
        headers: [(String, String)] = []
    ) async throws -> TestResponse {
        var request = HTTPClientRequest(url: url + path)
        request.method = method
        if let key { request.headers.add(name: "STATSIG-API-KEY", value: key == "admin" ? adminKey : key) }
        if let json {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(Array(json.jsonText.utf8))
        }
        if let body { request.body = .bytes(body) }
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        let response = try await TestConsole.http.execute(request, timeout: .seconds(60))
        let bytes = try await response.body.collect(upTo: 1 << 28)
        return TestResponse(
            status: Int(response.status.code), headers: response.headers, body: Array(buffer: bytes))
    }

    func get(_ path: String, key: String? = "admin") async throws -> TestResponse {
        try await send(.GET, path, key: key)
    }

    /// Creates a key through the API.
    func createKey(_ body: Value) async throws -> (secret: String, id: String) {
        let data = try await send(.POST, "/console/v1/keys", json: body).data
        return (data["key"].string ?? "", data["id"].string ?? "")
    }
}
