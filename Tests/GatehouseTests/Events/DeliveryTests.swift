// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Gatehouse
import GatehouseCompression
import GatehouseEvaluation
import NIOConcurrencyHelpers
import TestServers
import Testing

@Suite("Delivery to a collector")
struct DeliveryTests {
    /// Logs so many exposures, of a user each.
    static func log(_ count: Int, from start: Int = 0, _ client: GatehouseClient) {
        for number in start..<(start + count) { _ = client.checkGate("open", for: User(userID: "user-\(number)")) }
    }

    /// Lets time pass, second by second, until a condition holds.
    static func pass(
        _ time: VirtualTime, until what: String, _ condition: () -> Bool
    ) async throws {
        try await waitUntil(what) {
            if condition() { return true }
            await time.advance(by: .seconds(1))
            return condition()
        }
    }

    @Test("A batch is a request with the headers of the protocol")
    func request() async throws {
        try await Collector.run { client, collector, _ in
            DeliveryTests.log(3, client)
            #expect(await client.flush().delivered == 3)
            let request = try #require(collector.requests.first)
            #expect(request.method == "POST")
            #expect(request[header: "statsig-api-key"] == Scenario.key.secret)
            #expect(request[header: "content-type"] == "application/json")
            #expect(request[header: "content-encoding"] == "gzip")
            #expect(request[header: "statsig-event-count"] == "3")
            #expect(request[header: "statsig-retry-count"] == "0")
            #expect(request[header: "statsig-sdk-type"] == "gatehouse")
            let body = try Gzip.decompress(request.body, limit: 1 << 20)
            let members = try JSONDecoder().decode(Object.self, from: Data(body))
            #expect(Set(members.map(\.name)) == ["events", "statsigMetadata"])
            let metadata = try #require(members["statsigMetadata"]?.object)
            #expect(metadata["sdkType"] == "gatehouse")
            #expect(metadata["flushType"] == "manual")
            #expect(metadata["sessionID"]?.string == request[header: "statsig-server-session-id"])
        }
    }

    @Test("Events go when their batch is full, or has waited for the interval")
    func triggers() async throws {
        try await Collector.run {
            $0.batchSize = 50
        } _: { client, collector, time in
            DeliveryTests.log(49, client)
            for _ in 0..<8 { await time.advance(by: .seconds(1)) }
            #expect(collector.events == [])
            #expect(client.eventLedger.pending == 49)
            try await DeliveryTests.pass(time, until: "the interval is over") { collector.events.count == 49 }
            DeliveryTests.log(120, from: 49, client)
            try await DeliveryTests.pass(time, until: "full batches are sent") { collector.events.count >= 149 }
            try await DeliveryTests.pass(time, until: "the rest is sent") { client.eventLedger.delivered == 169 }
            #expect(collector.events.count == 169)
            #expect(client.eventLedger.pending == 0)
        }
    }

    @Test(
        "Whatever goes wrong, the batch comes again, and is the same",
        arguments: [
            Answer(status: 500), Answer(status: 401), Answer(status: 404), Answer(status: 429), .hangUp, .reset,
            .garbage,
            .portal, Answer(json: #"{"success":false}"#), Answer(json: ""), Answer(json: "[]"), Answer(json: "null"),
        ])
    func retry(_ fault: Answer) async throws {
        try await Collector.run { client, collector, time in
            collector.answer(fault)
            DeliveryTests.log(3, client)
            let ledger = await client.flush()
            #expect(ledger.pending == 3 && ledger.isBalanced)
            #expect(client.status.problems.map(\.part) == [.events])
            collector.answer(nil)
            try await DeliveryTests.pass(time, until: "the events are there") { collector.events.count == 3 }
            #expect(Set(collector.requests.map { $0[header: "gatehouse-batch-id"] }).count == 1)
            #expect(collector.requests.first?.body == collector.requests.last?.body)
            #expect(collector.requests.last?[header: "statsig-retry-count"] != "0")
            try await waitUntil("nothing is wrong any more") { client.status.problems == [] }
            #expect(client.eventLedger.delivered == 3)
        }
    }

    @Test("What the collector will never take is dropped at once")
    func rejected() async throws {
        try await Collector.run { client, collector, _ in
            collector.answer(Answer(status: 413))
            DeliveryTests.log(3, client)
            let ledger = await client.flush()
            #expect(ledger.dropped == [.rejected: 3])
            #expect(ledger.pending == 0 && ledger.isBalanced)
        }
    }

    @Test("Without a spool, a batch is tried six times")
    func tries() async throws {
        try await Collector.run { client, collector, time in
            collector.answer(Answer(status: 500))
            DeliveryTests.log(3, client)
            try await DeliveryTests.pass(time, until: "the batch is given up") {
                client.eventLedger.dropped == [.triesExhausted: 3]
            }
            #expect(collector.requests.map { $0[header: "statsig-retry-count"] } == (0..<6).map(String.init))
            #expect(client.eventLedger.isBalanced && client.eventLedger.pending == 0)
        }
    }

    @Test("A collector that doesn't answer costs its timeout, and nobody else")
    func stalled() async throws {
        try await Collector.run {
            $0.timeout = .seconds(10)
        } _: { client, collector, time in
            collector.answer(.silence)
            DeliveryTests.log(3, client)
            async let flushed = client.flush()
            try await waitUntil("the batch is on its way") { collector.requests.count == 1 }
            DeliveryTests.log(300, from: 3, client)
            #expect(client.eventLedger.pending == 303)
            try await DeliveryTests.pass(time, until: "it takes too long") {
                client.status.problems.contains { $0.part == .events && $0.code == .timeout }
            }
            #expect(await flushed.isBalanced)
            collector.answer(nil)
            try await DeliveryTests.pass(time, until: "all are there") { collector.events.count == 303 }
        }
    }

    @Test("A shutdown ends in time, and says what remains")
    func shutdown() async throws {
        try await Collector.run { client, collector, _ in
            DeliveryTests.log(5, client)
            collector.answer(.silence)
            let outcome = await client.shutdown(within: .seconds(1))
            #expect(outcome.undeliveredEvents == 5)
            try await waitUntil("the rest is given up") { client.eventLedger.dropped == [.shutDown: 5] }
            #expect(client.eventLedger.isBalanced)
            // Nobody delivers these.
            DeliveryTests.log(3, from: 5, client)
            #expect(client.eventLedger.isBalanced)
        }
    }

    @Test("A collector that is down for minutes gets all that fits the bounds")
    func outage() async throws {
        try await Collector.run {
            $0.batchSize = 100
            $0.maximumWaitingBatches = 200
        } _: { client, collector, time in
            // Fails without being asked, as fast as a closed port.
            let down = Outage()
            collector.answer(.hangUp)
            var total = 0
            for second in 0..<120 {
                DeliveryTests.log(200, from: second * 200, client)
                total += 200
                await time.advance(by: .seconds(1))
                down.note(client.eventLedger)
            }
            // Waiting batches, the one that is sent, the one that isn't full, and the queue.
            #expect(down.mostPending <= 100 * 202 + (96 + 16) * 256)
            #expect(down.isBalanced)
            collector.answer(nil)
            try await DeliveryTests.pass(time, until: "all is delivered") { client.eventLedger.pending == 0 }
            let ledger = client.eventLedger
            #expect(ledger.isBalanced)
            #expect(ledger.enqueued == total)
            // Six tries of the oldest batches are over before the collector is back.
            #expect(Set(ledger.dropped.keys).isSubset(of: [.triesExhausted, .waitingFull]))
            #expect(collector.events.count == ledger.delivered)
            #expect(ledger.delivered > 0)
        }
    }

    @Test("The ledger is balanced while threads log")
    func ledger() async throws {
        let subject = await EventClient { $0.events?.flushInterval = .seconds(1) }
        let client = subject.client
        let isDone = NIOLockedValueBox(false)
        let reader = Task.detached {
            var unbalanced = 0
            while !isDone.withLockedValue({ $0 }) {
                if !client.eventLedger.isBalanced || client.eventLedger.pending < 0 { unbalanced += 1 }
                await Task.yield()
            }
            return unbalanced
        }
        await withDiscardingTaskGroup { group in
            for thread in 0..<4 {
                group.addTask {
                    for number in 0..<5_000 {
                        _ = client.checkGate("open", for: User(userID: "\(thread)-\(number / 2)"))
                    }
                }
            }
        }
        isDone.withLockedValue { $0 = true }
        #expect(await reader.value == 0)
        let ledger = await client.flush()
        #expect(ledger.enqueued == 20_000)
        #expect(ledger.deduplicated == 10_000)
        #expect(ledger.delivered + ledger.droppedCount == 10_000)
        #expect(subject.sink.events.count == ledger.delivered)
        await subject.end()
    }
}

/// What was seen of the ledger during an outage.
private final class Outage {
    private(set) var mostPending = 0
    private(set) var isBalanced = true

    func note(_ ledger: EventLedger) {
        mostPending = max(mostPending, ledger.pending)
        if !ledger.isBalanced { isBalanced = false }
    }
}
