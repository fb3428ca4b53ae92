// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Gatehouse
import GatehouseCompression
import GatehouseEvaluation
import GatehouseSpec
import TestServers
import Testing

/// The events of the official engine and of our client, for the same users and calls.
///
/// The engine comes from PyPI and isn't a dependency: `GATEHOUSE_ORACLE_PYTHON` names a Python that has
/// `statsig-python-core==0.24.2`.
@Suite("Events beside the official engine")
struct EventComparisonTests {
    static let sets = (ConformanceSet.generated + ConformanceSet.official).filter {
        [
            "syn_all_1", "syn_core_1", "syn_layers_1", "syn_overrides_1", "syn_types_1", "syn_unicode_1",
            "real_demo_proj", "real_eval_proj", "real_perf_proj", "real_target_app",
        ].contains($0.name)
    }

    @Test(
        "Both log equal events",
        .enabled(
            if: SameServerTests.python != nil,
            "GATEHOUSE_ORACLE_PYTHON names no Python with statsig-python-core 0.24.2"),
        arguments: sets)
    func equalEvents(_ set: ConformanceSet) async throws {
        let python = try #require(SameServerTests.python)
        let lines = try set.file("users.jsonl.gz").split(separator: UInt8(ascii: "\n")).prefix(25).map(Array.init)
        let (expected, failures) = try await ask(python, about: set, users: lines)
        // The engine gives up on a few addresses, and logs nothing for them.
        #expect(failures.count <= 3)
        let document = Answer(headers: [("Content-Type", "application/json")], body: try set.file("spec.json.gz"))
        let files = try set.idListFiles()
        try await FaultServer.run { server in
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
            // Everything is sent when it is asked for.
            options.events?.flushInterval = .seconds(3_600)
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
            print("\(set.name): \(comparison.summary)")
            #expect(comparison.pairCount > 100)
            #expect(comparison.differences == [], "\(comparison.summary)")
        }
    }

    /// The events of requests to a collector.
    private func events(_ bodies: [[UInt8]]) throws -> [Value] {
        try bodies.flatMap { body in
            let json = try Gzip.decompress(body, limit: 64 << 20)
            return try #require(JSON.value(json)?.object?["events"]?.array)
        }
    }

    /// What the official engine logs, by the number of the user, and the users that it fails for.
    private func ask(
        _ python: String, about set: ConformanceSet, users: [[UInt8]]
    ) async throws -> (events: [Int: [Value]], failures: Set<Int>) {
        let output = try await OfficialEngine(python: python, script: "events.py").ask(
            about: set, users: Array(users.joined(separator: [UInt8(ascii: "\n")]))
        ) { ["--id-lists", $0] }
        var events: [Int: [Value]] = [:]
        var failures: Set<Int> = []
        for line in output.split(separator: UInt8(ascii: "\n")) {
            let row = try #require(JSON.value(Array(line))?.object)
            let user = Int(row["u"]?.integer ?? -1)
            if let event = row["event"] { events[user, default: []].append(event) } else { failures.insert(user) }
        }
        return (events, failures)
    }
}
