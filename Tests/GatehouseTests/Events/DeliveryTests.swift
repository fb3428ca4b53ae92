// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseCompression
import GatehouseEvaluation
import NIOConcurrencyHelpers
import TestServers
import Testing

@testable import Gatehouse

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
            Answer(status: 500), Answer(status: 401), Answer(status: 404), Answer(status: 405), Answer(status: 415),
            Answer(status: 429), Answer(status: 300), Answer(status: 304), .hangUp, .reset, .garbage,
            .portal, .noContent, Answer(json: #"{"success":false}"#), Answer(json: #"{"success":"true"}"#),
            Answer(json: ""), Answer(json: "[]"), Answer(json: "null"), Answer(json: #"{"error":"no"}"#),
            Answer(json: #"{"hello":1}"#), Answer(json: #"{"success":true}"#, status: 500),
            .redirect(to: "/elsewhere", status: 303), .redirect(to: "ftp://127.0.0.1/", status: 301),
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

    @Test("What the collector will never take is dropped at once", arguments: [400, 403, 501])
    func rejected(status: Int) async throws {
        try await Collector.run { client, collector, _ in
            collector.answer(Answer(status: status))
            DeliveryTests.log(3, client)
            let ledger = await client.flush()
            #expect(ledger.dropped == [.rejected: 3])
            #expect(ledger.pending == 0 && ledger.isBalanced)
        }
    }

    @Test(
        "These answers acknowledge a batch",
        arguments: [
            Answer(json: #"{"success":true}"#), Answer(json: #"{"success":true}"#, status: 202), Answer(json: "{}"),
            Answer(json: #"{"success":null}"#, status: 202), Answer(json: #"{"accepted":3}"#, status: 202),
        ])
    func acknowledged(_ answer: Answer) async throws {
        try await Collector.run { client, collector, _ in
            collector.answer(answer)
            DeliveryTests.log(3, client)
            #expect(await client.flush().delivered == 3)
            #expect(client.status.problems == [])
        }
    }

    @Test(
        "A redirected batch is posted there, and counts as delivered when that is acknowledged",
        arguments: [301, 302, 307, 308])
    func redirected(status: Int) async throws {
        try await Collector.run { client, collector, _ in
            let server = collector.server
            let taken = NIOLockedValueBox<[String]>([])
            server.respond { request in
                if request.path == "/v1/log_event" { return .redirect(to: "/moved", status: status) }
                taken.withLockedValue { $0.append("\(request.method) \(request.body.count > 0)") }
                return Collector.yes
            }
            DeliveryTests.log(3, client)
            #expect(await client.flush().delivered == 3)
            #expect(taken.withLockedValue { $0 } == ["POST true"])
        }
    }

    @Test("A batch that is too large is halved until the collector takes it")
    func tooLarge() async throws {
        try await Collector.run {
            $0.batchSize = 50
        } _: { client, collector, _ in
            collector.maximumEventCount(7)
            DeliveryTests.log(50, client)
            let ledger = await client.flush()
            #expect(ledger.delivered == 50 && ledger.droppedCount == 0 && ledger.isBalanced)
            #expect(collector.events.map { $0.user["userID"]?.string } == (0..<50).map { "user-\($0)" })
            #expect(client.status.problems == [])
        }
    }

    @Test("An event that is too large alone is dropped with a reason of its own, and the others are delivered")
    func tooLargeAlone() async throws {
        try await Collector.run { client, collector, _ in
            collector.maximumByteCount(4_000)
            DeliveryTests.log(3, client)
            let noise = (0..<20_000).map { _ in String(Int.random(in: 0..<10)) }.joined()
            client.log(event: "large", metadata: ["noise": .string(noise)], for: User(userID: "a"))
            DeliveryTests.log(3, from: 3, client)
            let ledger = await client.flush()
            #expect(ledger.dropped == [.tooLarge: 1])
            #expect(ledger.delivered == 6 && ledger.isBalanced)
            #expect(client.status.problems.map(\.code) == [] || client.status.problems.map(\.code) == [.tooLarge])
        }
    }

    @Test(
        "A batch has no more bytes than the option says, unless it is a single event",
        arguments: [2_000, 100_000, 1 << 20])
    func batchBytes(maximum: Int) async throws {
        try await Collector.run {
            $0.maximumBatchBytes = maximum
            $0.maximumWaitingBatches = 1_000
        } _: { client, collector, _ in
            for number in 0..<300 {
                client.log(
                    event: "e", metadata: ["text": .string(String(repeating: "x", count: number * 37 % 4_000))],
                    for: User(userID: "u"))
            }
            #expect(await client.flush().delivered == 300)
            // What a body has beside its events.
            let rest = 500
            for request in collector.requests {
                let body = try Gzip.decompress(request.body, limit: 1 << 24)
                #expect(body.count <= maximum + rest || request[header: "statsig-event-count"] == "1")
            }
            #expect(collector.events.count == 300)
        }
    }

    @Test("Events after the shutdown are counted as such, however many come")
    func afterShutdown() async throws {
        try await Collector.run { client, _, _ in
            DeliveryTests.log(5, client)
            await client.shutdown(within: .seconds(20))
            #expect(client.eventLedger.delivered == 5)
            DeliveryTests.log(3_000, from: 5, client)
            client.log(event: "late", for: User(userID: "a"))
            let ledger = client.eventLedger
            #expect(ledger.dropped == [.afterShutdown: 3_001])
            #expect(ledger.pending == 0 && ledger.isBalanced)
            #expect(await client.shutdown().undeliveredEvents == 0)
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

    @Test("A collector that doesn't answer costs its timeout, and delays no other work")
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
            // No task delivers these.
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
