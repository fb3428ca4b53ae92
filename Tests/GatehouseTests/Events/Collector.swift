// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse
import GatehouseEvaluation
import NIOConcurrencyHelpers
import TestServers
import Testing

/// A collector on the loopback that takes batches, or does what a test tells it to.
final class Collector: Sendable {
    private struct State {
        var fault: Answer?
        var maximumEventCount = Int.max
        var maximumByteCount = Int.max
        var events: [Event] = []
        var batches: [String: Int] = [:]
    }

    static let yes = Answer(json: #"{"success":true}"#, status: 202)

    let server: FaultServer
    private let state = NIOLockedValueBox(State())

    init(_ server: FaultServer) {
        self.server = server
        server.respond { [self] request in
            guard request.path == "/v1/log_event" else { return Answer(json: EventDocument.json()) }
            if let fault = state.withLockedValue({ $0.fault }) { return fault }
            if isTooLarge(request) { return Answer(status: 413) }
            take(request)
            return Collector.yes
        }
    }

    var url: String { "\(server.url)/v1/log_event" }

    /// Answers like this from now on, `nil` to take events.
    func answer(_ fault: Answer?) {
        state.withLockedValue { $0.fault = fault }
    }

    /// Answers 413 to more events than that.
    func maximumEventCount(_ count: Int) {
        state.withLockedValue { $0.maximumEventCount = count }
    }

    /// Answers 413 to longer compressed bodies.
    func maximumByteCount(_ count: Int) {
        state.withLockedValue { $0.maximumByteCount = count }
    }

    private func isTooLarge(_ request: ReceivedRequest) -> Bool {
        let count = request[header: "statsig-event-count"].flatMap(Int.init) ?? 0
        return state.withLockedValue {
            count > $0.maximumEventCount || request.body.count > $0.maximumByteCount
        }
    }

    /// Requests with events, those that were refused too.
    var requests: [ReceivedRequest] { server.requests.filter { $0.path == "/v1/log_event" } }

    /// The events that were taken, each once however often it came.
    var events: [Event] { state.withLockedValue { $0.events } }

    /// How often batches came again after they had been taken.
    var repetitions: Int { state.withLockedValue { $0.batches.values.reduce(0) { $0 + $1 - 1 } } }

    private func take(_ request: ReceivedRequest) {
        let batch = EventBatch(
            id: request[header: "gatehouse-batch-id"] ?? "none",
            count: request[header: "statsig-event-count"].flatMap(Int.init) ?? -1, trigger: .manual,
            compressedBody: request.body)
        guard let events = try? batch.events(), events.count == batch.count else {
            Issue.record("a batch of \(batch.count) events isn't one")
            return
        }
        state.withLockedValue { state in
            state.batches[batch.id, default: 0] += 1
            if state.batches[batch.id] == 1 { state.events += events }
        }
    }

    /// Runs a client of a collector, whose clock stands still.
    static func run(
        _ change: @Sendable (inout EventOptions) -> Void = { _ in },
        _ body: @Sendable (GatehouseClient, Collector, VirtualTime) async throws -> Void
    ) async throws {
        try await FaultServer.run { server in
            let collector = Collector(server)
            let time = VirtualTime()
            var options = Scenario.options(server, time)
            options.events = EventOptions()
            // Virtual time may pass faster than a busy machine answers.
            options.events?.timeout = .seconds(36_000)
            if var events = options.events {
                change(&events)
                options.events = events
            }
            let client = GatehouseClient(key: Scenario.key, options: options)
            #expect(await client.start(within: .seconds(60)).isReady)
            do {
                try await body(client, collector, time)
            } catch {
                await client.shutdown()
                throw error
            }
            await client.shutdown()
            #expect(client.eventLedger.isBalanced)
        }
    }
}
