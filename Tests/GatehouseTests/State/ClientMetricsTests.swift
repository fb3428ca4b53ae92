// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse
import Metrics
import MetricsTestKit
import TestServers
import Testing

@Suite("Figures of a client", .serialized)
struct ClientMetricsTests {
    /// Runs a client through downloads that are new, the same and failing, and a damaged bootstrap document.
    private func run(_ metrics: TestMetrics, _ label: String? = nil) async throws {
        try await withMetricsFactory(metrics) {
            try await FaultServer.run({ request in
                request.method == "POST"
                    ? Answer(json: "{}") : Answer(json: Documents.document(time: 1))
            }) { server in
                var options = Scenario.options(server, VirtualTime())
                options.bootstrap = [0]
                options.events = EventOptions()
                options.label = label
                options.idLists = IDListOptions(manifestURL: "\(server.url)/lists")
                let client = GatehouseClient(key: Scenario.key, options: options)
                await client.start(within: .seconds(60))
                await client.refresh()
                server.respond(with: Answer(status: 401))
                await client.refresh()
                await client.refresh()
                await client.shutdown()
            }
        }
    }

    @Test("Names and labels are those of the documentation")
    func names() async throws {
        let metrics = TestMetrics()
        try await run(metrics)
        #expect(
            Set(metrics.counters.map(\.label))
                == [
                    "gatehouse_specs_syncs", "gatehouse_failures", "gatehouse_id_lists_syncs",
                    "gatehouse_events_enqueued", "gatehouse_events_delivered", "gatehouse_events_deduplicated",
                    "gatehouse_events_sampled_out", "gatehouse_events_dedupe_evictions",
                ])
        #expect(
            Set(metrics.recorders.map(\.label)) == [
                "gatehouse_specs_age_seconds", "gatehouse_specs_document_bytes", "gatehouse_snapshots_retained",
                "gatehouse_id_lists_members", "gatehouse_events_pending",
            ])
        #expect(
            Set(metrics.timers.map(\.label)) == ["gatehouse_specs_sync_duration", "gatehouse_specs_compile_duration"])
        let labels = Set(metrics.counters.flatMap(\.dimensions).map { "\($0.0)=\($0.1)" })
        #expect(
            labels == [
                "result=applied", "result=unchanged", "result=failed", "origin=network", "part=bootstrap",
                "part=download", "code=invalidDocument", "code=unauthorized",
            ])
    }

    @Test("Counts are right")
    func counts() async throws {
        let metrics = TestMetrics()
        try await run(metrics)
        func count(_ label: String, _ dimensions: [(String, String)]) -> Int64 {
            metrics.counterTotal(label: label, dimensions: dimensions)
        }
        #expect(count("gatehouse_specs_syncs", [("result", "applied"), ("origin", "network")]) == 1)
        #expect(count("gatehouse_specs_syncs", [("result", "unchanged"), ("origin", "network")]) == 1)
        #expect(count("gatehouse_specs_syncs", [("result", "failed"), ("origin", "network")]) == 2)
        #expect(count("gatehouse_failures", [("part", "download"), ("code", "unauthorized")]) == 2)
        #expect(count("gatehouse_failures", [("part", "bootstrap"), ("code", "invalidDocument")]) == 1)
        #expect(count("gatehouse_id_lists_syncs", [("result", "unchanged")]) == 1)
        let bytes = try metrics.expectRecorder("gatehouse_specs_document_bytes").values
        #expect(bytes == [Double(Documents.document(time: 1).utf8.count)])
        #expect(try metrics.expectTimer("gatehouse_specs_sync_duration").values.count == 4)
        #expect(try metrics.expectRecorder("gatehouse_specs_age_seconds").values == [0, 0])
    }

    @Test("With a label, each figure of a client has it, so that two clients don't share one", arguments: ["a", "b c"])
    func label(label: String) async throws {
        let metrics = TestMetrics()
        try await run(metrics, label)
        #expect(metrics.counters.count > 5 && metrics.recorders.count > 3 && metrics.timers.count == 2)
        let dimensions =
            metrics.counters.map(\.dimensions) + metrics.recorders.map(\.dimensions) + metrics.timers.map(\.dimensions)
        #expect(dimensions.allSatisfy { $0.contains { $0 == ("client", label) } })
    }

    @Test("Checks count nothing")
    func checks() async throws {
        let metrics = TestMetrics()
        try await run(metrics)
        let client = withMetricsFactory(metrics) {
            GatehouseClient(key: Scenario.key, options: ClientOptions(network: nil))
        }
        metrics.reset()
        for _ in 0..<100 { _ = client.checkGate("a_gate", for: User(userID: "a")) }
        #expect(metrics.counters.allSatisfy { $0.values.isEmpty })
        #expect(metrics.recorders.allSatisfy { $0.values.isEmpty })
    }
}
