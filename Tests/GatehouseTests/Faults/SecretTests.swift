// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Gatehouse
import InMemoryLogging
import InMemoryTracing
import Logging
import Metrics
import MetricsTestKit
import NIOConcurrencyHelpers
import TestServers
import Testing
import Tracing

/// No failure and no message of it shows the key.
@Suite("The key stays secret")
struct SecretTests {
    // A tracer is for a whole process, so this one is the test's own.
    @Test("Logs, spans, figures, errors and status show no more of it than its start")
    func everywhere() async throws {
        await #expect(processExitsWith: .success) {
            let tracer = InMemoryTracer()
            InstrumentationSystem.bootstrap(tracer)
            let metrics = TestMetrics()
            let log = InMemoryLogHandler()
            var texts: [String] = []
            for key in ["secret-9IWfdzNwExEYHEW4YfOQcFZ4xreZyFkbOXHa", "secret-9IWfd/N?Ex#YHEW%Yf&QcFZ 4xreZyFkbOXHa"] {
                texts += try await withMetricsFactory(metrics) { try await SecretTests.misfortunes(of: key, log) }
            }
            #expect(log.entries.count > 20)
            #expect(tracer.finishedSpans.count > 20)
            #expect(texts.count > 20)
            texts += log.entries.map { "\($0.level) \($0.message) \($0.metadata) \(String(describing: $0.error))" }
            texts += metrics.counters.map { "\($0.label) \($0.dimensions)" }
            for span in tracer.finishedSpans {
                var text = "\(span.operationName) \(span.errors.map { "\($0.error) \($0.attributes)" }) \(span.events)"
                span.attributes.forEach { text += " \($0) \($1)" }
                texts.append(text)
            }
            #expect(texts.contains { $0.contains("secret-9IWfd*****") })
            for part in ["zNwExEYH", "YHEW4YfO", "OQcFZ4xr", "ZyFkbOXH", "N?Ex", "N%3FEx", "YHEW%", "QcFZ"] {
                #expect(texts.filter { $0.contains(part) } == [])
            }
        }
    }

    /// Runs clients into everything that mentions the key, and returns what they say.
    private static func misfortunes(of secret: String, _ log: InMemoryLogHandler) async throws -> [String] {
        let key = SDKKey(secret)
        let texts = NIOLockedValueBox<[String]>([])
        let folder = try TemporaryFolder()
        try folder.put([1], "file")
        try await FaultServer.run { server in
            var options = ClientOptions(network: NetworkOptions(specsURL: server.url))
            options.time = VirtualTime()
            options.logger = Logger(label: "test") { _ in log }
            options.logger.logLevel = .trace
            options.network?.retries = 0
            options.cacheDirectory = folder.path("file/cache")
            options.storage = StorageOptions(
                FileStorage(directory: folder.path("file/storage")), keySchema: .hash, timeout: .seconds(600))
            options.stickyStorage = AssignmentStorage()
            options.idLists = IDListOptions(manifestURL: "\(server.url)/lists")
            let url = server.url
            for number in answers(url, "", "").indices {
                server.respond { answers(url, $0.path, $0[header: "statsig-api-key"] ?? "")[number] }
                let client = GatehouseClient(key: key, options: options)
                let outcome = await client.start(within: .seconds(3_600))
                client.log(event: "e", for: User(userID: "a"))
                await client.flush()
                let status = client.status
                var dumped = ""
                dump(status, to: &dumped)
                dump(outcome, to: &dumped)
                let json = try JSONEncoder().encode(status)
                // A shutdown sends events again until its deadline.
                await client.shutdown(within: .milliseconds(200))
                texts.withLockedValue { texts in
                    texts += ["\(outcome)", "\(status)", dumped, String(decoding: json, as: UTF8.self)]
                    texts += status.problems.map { "\($0) \(String(reflecting: $0))" }
                }
            }
            try await server.stop()
            let client = GatehouseClient(key: key, options: options)
            let outcome = await client.start(within: .seconds(3_600))
            await client.shutdown()
            texts.withLockedValue { $0 += ["\(outcome)", "\(client.status)"] }
        }
        return texts.withLockedValue { $0 }
    }

    /// What a server may answer, repeating what it was asked.
    private static func answers(_ url: String, _ path: String, _ key: String) -> [Answer] {
        [
            Answer(json: "Cannot GET \(path)", status: 404), Answer(json: "failed: \(path)", status: 500),
            Answer(json: "no such key: \(key)", status: 400), Answer(json: path, status: 401),
            Answer(headers: [("Content-Type", "text/html")], body: Array("<p>\(path)</p>".utf8)),
            Answer(headers: [("Content-Type", "application/octet-stream")], body: Array(path.utf8)),
            Answer(json: #"{"error":"\#(path)"}"#), Answer(json: path),
            Answer(json: #"{"feature_gates":{"a":{"type":"\#(path)"}},"time":"\#(path)"}"#),
            .redirect(to: url + path), .redirect(to: "ftp://127.0.0.1\(path)"),
            .redirect(to: "http://127.0.0.1:1\(path)"), .redirect(to: "\(path) \n\(path)"),
            Answer(raw: Array("\(path)\r\n\r\n".utf8), ending: .close),
            Answer(json: "{}", status: 400).with("X-Echo", key).with(
                "Content-Type", "application/octet-stream; \(key)"),
            Answer(headers: [("Content-Type", "application/octet-stream; \(key)")], body: Array(key.utf8)),
            Answer(
                raw: Array("HTTP/1.1 500 \(key)\r\nX-\(key): \(key)\r\nContent-Length: 0\r\n\r\n".utf8), ending: .close),
            Answer(json: "{\"success\":false,\"message\":\"\(key)\"}"), Answer(json: "{\"\(key)\":1}"),
            .redirect(to: "\(key)://x/"), .redirect(to: "/\(key)", status: 303),
            Answer(json: String(repeating: "x", count: 110) + key, status: 413),
            Answer(
                json: Documents.document(time: 1).replacingOccurrences(
                    of: #""feature_gates":{"#, with: #""feature_gates":{"\#(key)":{"salt":7},"#)),
            Answer(json: #"{"\#(key)":{"url":"\#(url)\#(path)","size":-1,"creationTime":1}}"#),
            Answer(json: "", status: 503).with("Retry-After", path),
            Answer(json: path).gzipped(withoutLast: 3), .hangUp, Answer(json: Documents.document(time: 1)),
        ]
    }
}
