// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Gatehouse
import GatehouseCompression
import GatehouseEvaluation
import GatehouseSpec
import TestServers
import Testing

/// Has the official engine and our client log the events of the same users and calls.
struct EventRun {
    private let set: ConformanceSet
    private let document: [UInt8]
    private let lines: [[UInt8]]
    private let arguments: [String]

    /// - Parameters:
    ///   - set: Users, options and ID lists.
    ///   - document: The document.
    ///   - arguments: What else the script of the official engine is told.
    /// - Throws: If the users can't be read.
    init(_ set: ConformanceSet, document: [UInt8], arguments: [String] = []) throws {
        self.set = set
        self.document = document
        self.arguments = arguments
        lines = try set.file("users.jsonl.gz").split(separator: UInt8(ascii: "\n")).prefix(25).map(Array.init)
    }

    /// Logs and compares.
    ///
    /// - Parameter change: Changes the options of our client.
    /// - Returns: The events of both.
    /// - Throws: If an engine or the collector fails.
    func compare(
        _ change: @Sendable (inout ClientOptions) -> Void = { _ in }
    ) async throws -> EventComparison {
        let (expected, failures) = try await askOfficialEngine()
        // The engine gives up on a few addresses, and logs nothing for them.
        #expect(failures.count <= 3)
        let document = Answer(headers: [("Content-Type", "application/json")], body: document)
        let files = try set.idListFiles()
        return try await FaultServer.run { server in
            let url = server.url
            server.respond { request in
                request.path == "/v1/log_event"
                    ? Answer(json: #"{"success":true}"#) : SameServerTests.answer(request, document, files, url)
            }
            var options = ClientOptions(
                network: NetworkOptions(specsURL: "\(url)/v2/download_config_specs"),
                environment: try set.context().environment)
            options.network?.initialTimeout = .seconds(60)
            options.globalCustomFields = try set.context().globalCustomFields
            options.idLists = IDListOptions(manifestURL: "\(url)/v1/get_id_lists")
            // Everything is sent when it is asked for, and nothing is forgotten.
            options.time = VirtualTime()
            change(&options)
            let client = GatehouseClient(key: SDKKey("secret-events"), options: options)
            #expect(await client.start(within: .seconds(60)).origin == .network)

            let calls = EventCalls(client)
            var comparison = EventComparison()
            for (index, line) in lines.enumerated() {
                let user = try User(json: line)
                let before = server.requestCount
                calls.make(client, for: user)
                let ledger = await client.flush()
                #expect(ledger.isBalanced && ledger.pending == 0 && ledger.droppedCount == 0, "\(ledger)")
                let bodies = server.requests[before...].filter { $0.path == "/v1/log_event" }.map(\.body)
                if failures.contains(index) { continue }
                comparison.compare(try events(bodies), with: expected[index] ?? [], user: index)
            }
            await client.shutdown()
            return comparison
        }
    }

    /// The events of requests to a collector.
    private func events(_ bodies: [[UInt8]]) throws -> [Value] {
        try bodies.flatMap { body in
            let json = try Gzip.decompress(body, limit: 64 << 20)
            return try #require(Value(json: json)?.object?["events"]?.array)
        }
    }

    /// What the official engine logs, by the number of the user, and the users that it fails for.
    private func askOfficialEngine() async throws -> (events: [Int: [Value]], failures: Set<Int>) {
        let python = try #require(SameServerTests.python)
        let output = try await OfficialEngine(python: python, script: "events.py").ask(
            about: set, document: document, users: Array(lines.joined(separator: [UInt8(ascii: "\n")]))
        ) { ["--id-lists", $0] + arguments }
        var events: [Int: [Value]] = [:]
        var failures: Set<Int> = []
        for line in output.split(separator: UInt8(ascii: "\n")) {
            let row = try #require(Value(json: Array(line))?.object)
            let user = Int(row["u"]?.integer ?? -1)
            if let event = row["event"] { events[user, default: []].append(event) } else { failures.insert(user) }
        }
        return (events, failures)
    }
}
