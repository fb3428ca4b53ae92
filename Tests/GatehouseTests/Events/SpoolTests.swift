// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Gatehouse
import GatehouseEvaluation
import TestServers
import Testing

@Suite("The spool")
struct SpoolTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private var spool: SpoolOptions { SpoolOptions(directory: folder.path("spool")) }

    private func client(_ sink: any EventSink, _ change: (inout EventOptions) -> Void = { _ in }) async -> EventClient {
        await EventClient { options in
            options.events = EventOptions(sink: sink, spool: spool)
            if var events = options.events {
                change(&events)
                options.events = events
            }
        }
    }

    /// Logs so many events and ends with none of them delivered.
    private func leave(_ count: Int, from start: Int = 0, _ change: (inout EventOptions) -> Void = { _ in }) async {
        let subject = await client(FailingSink(), change)
        DeliveryTests.log(count, from: start, subject.client)
        let outcome = await subject.client.shutdown(within: .seconds(20))
        #expect(outcome.isComplete)
        #expect(outcome.undeliveredEvents == subject.client.eventLedger.pending)
        #expect(subject.client.eventLedger.isBalanced)
    }

    private func batches() throws -> [String] { try folder.names("spool/0").filter { $0.hasSuffix(".batch") } }

    /// Waits until a client has delivered what it found.
    private func take(
        _ change: (inout EventOptions) -> Void = { _ in }
    ) async throws -> (events: [Event], client: GatehouseClient) {
        let sink = RecordingEventSink()
        let subject = await client(sink, change)
        try await waitUntil("the spool is empty") {
            await subject.client.flush()
            return try subject.client.eventLedger.pending == 0 && batches().isEmpty
        }
        await subject.client.shutdown(within: .seconds(20))
        return (sink.events, subject.client)
    }

    @Test("What one life leaves is delivered by the next, and both ledgers add up")
    func restart() async throws {
        await leave(5)
        #expect(try batches().count == 1)
        #expect(try folder.permissions("spool/0") == 0o700)
        let (events, client) = try await take()
        #expect(events.map { $0.user["userID"] } == (0..<5).map { .string("user-\($0)") })
        #expect(client.eventLedger.recovered == 5)
        #expect(client.eventLedger.delivered == 5)
        let total = client.totalEventLedger
        #expect(total.isBalanced)
        #expect(total.enqueued == 5 && total.delivered == 5)
    }

    @Test("A damaged batch is left out, and the others are delivered")
    func damaged() async throws {
        for number in 0..<3 { await leave(2, from: number * 10) }
        let names = try batches()
        #expect(names.count == 3)
        var bytes = try folder.bytes("spool/0/\(names[1])")
        bytes.removeLast(7)
        try folder.put(bytes, "spool/0/\(names[1])")
        let (events, client) = try await take()
        #expect(events.map { $0.user["userID"]?.string } == ["user-0", "user-1", "user-20", "user-21"])
        #expect(client.eventLedger.dropped == [.damaged: 2])
        #expect(client.totalEventLedger.isBalanced)
        #expect(client.totalEventLedger.enqueued == 6)
    }

    @Test("A batch that is delivered but still there isn't sent again")
    func acknowledged() async throws {
        await leave(4)
        let name = try #require(try batches().first)
        let bytes = try folder.bytes("spool/0/\(name)")
        _ = try await take()
        // As if the process had ended between saying so and removing the file.
        let id = try #require(name.dropLast(".batch".count).split(separator: "-", maxSplits: 2).last)
        var ledger = EventLedger()
        ledger.enqueued = 4
        ledger.delivered = 4
        try SavedLedger(ledger, acknowledged: [String(id)]).write(folder.path("spool/0"))
        try folder.put(bytes, "spool/0/\(name)")
        let (events, client) = try await take()
        #expect(events == [])
        #expect(client.totalEventLedger.isBalanced)
        #expect(client.totalEventLedger.enqueued == 4)
    }

    @Test(
        "Files with numbers that can't be are damaged, and stop nothing",
        arguments: [
            "000000000001-9223372036854775807-aaa.batch", "000000000001-9223372036854775808-aaa.batch",
            "9223372036854775807-9223372036854775807-aaa.batch", "000000000001--1-aaa.batch",
            "adopted-000000000001-9223372036854775807-aaa.batch", "000000000001-2001-aaa.batch", "--.batch",
            "000000000001-0-aaa.batch",
        ])
    func extremeNames(name: String) async throws {
        await leave(2)
        try folder.put([1, 2, 3], "spool/0/\(name)")
        try folder.put([1, 2, 3], "spool/0/x\(name)")
        let sink = RecordingEventSink()
        let subject = await client(sink)
        try await waitUntil("the batch is delivered") {
            await subject.client.flush()
            return sink.events.count == 2
        }
        #expect(subject.client.eventLedger.delivered == 2)
        #expect(subject.client.eventLedger.isBalanced && subject.client.totalEventLedger.isBalanced)
        await subject.client.shutdown(within: .seconds(20))
    }

    @Test(
        "A ledger with numbers that can't be is damaged, and stops nothing",
        arguments: [
            #"{"enqueued":9223372036854775807,"delivered":1,"deduplicated":0,"sampledOut":0,"dropped":{},"acknowledged":[]}"#,
            #"{"enqueued":0,"delivered":9223372036854775807,"deduplicated":9223372036854775807,"sampledOut":0,"dropped":{},"acknowledged":[]}"#,
            #"{"enqueued":-9223372036854775808,"delivered":1,"deduplicated":0,"sampledOut":0,"dropped":{},"acknowledged":[]}"#,
            #"{"enqueued":1,"delivered":0,"deduplicated":0,"sampledOut":0,"dropped":{"crashed":9223372036854775807,"shutDown":9223372036854775807},"acknowledged":[]}"#,
            #"{"enqueued":9007199254740992,"delivered":9007199254740992,"deduplicated":9007199254740992,"sampledOut":0,"dropped":{"crashed":9007199254740992},"acknowledged":[]}"#,
            "[]", "",
        ])
    func extremeLedger(text: String) async throws {
        await leave(2)
        for part in [0, 1, 2] {
            try CheckedFile(path: folder.path("spool/\(part)/ledger")).write(Array(text.utf8))
        }
        let (events, client) = try await take()
        #expect(events.count == 2)
        #expect(client.eventLedger.isBalanced && client.totalEventLedger.isBalanced)
    }

    @Test("The spool has a bound, and the oldest batches go first")
    func bound() async throws {
        await leave(200) { options in
            options.batchSize = 10
            options.spool?.maximumBytes = 2_000
        }
        let count = try batches().count
        #expect(count < 20)
        let (events, client) = try await take()
        #expect(events.last?.user["userID"] == "user-199")
        #expect(client.totalEventLedger.dropped[.spoolFull] == 200 - events.count)
        #expect(client.totalEventLedger.isBalanced)
    }

    @Test("Two clients share a directory, and a third finds what both left")
    func sharing() async throws {
        let first = await client(FailingSink())
        let second = await client(FailingSink())
        DeliveryTests.log(2, first.client)
        DeliveryTests.log(3, from: 10, second.client)
        await first.client.flush()
        await second.client.flush()
        try await waitUntil("both have a part") { try folder.names("spool") == ["0", "1"] }
        await first.client.shutdown(within: .seconds(20))
        await second.client.shutdown(within: .seconds(20))
        let (events, client) = try await take()
        #expect(events.count == 5)
        #expect(client.totalEventLedger.enqueued == 5)
        #expect(client.totalEventLedger.isBalanced)
    }

    @Test("Without a place for the spool, events wait in memory")
    func unwritable() async throws {
        try folder.put([1], "spool")
        let sink = RecordingEventSink()
        let subject = await client(sink)
        DeliveryTests.log(3, subject.client)
        try await waitUntil("the problem is known") { subject.client.status.problems.contains { $0.part == .spool } }
        let ledger = await subject.client.flush()
        #expect(ledger.delivered == 3 && ledger.isBalanced)
        #expect(sink.events.count == 3)
        await subject.client.shutdown()
    }

    @Test("What was logged an interval before a process is killed is delivered after its restart")
    func kill() async throws {
        try folder.put(Array(EventDocument.json().utf8), "document.json")
        try await FaultServer.run { server in
            let collector = Collector(server)
            // Every other request fails, so that batches wait when the process is killed.
            let process = try RunningEventProcess(
                [folder.path("document.json"), collector.url, spool.directory])
            for turn in 0..<8 {
                collector.answer(turn % 2 == 0 ? Answer(status: 500) : nil)
                try await Task.sleep(for: .milliseconds(400))
            }
            let before = process.count
            #expect(before > 0)
            // The interval of a second, and what a busy machine takes to write that down.
            collector.answer(Answer(status: 500))
            try await Task.sleep(for: .milliseconds(2_500))
            process.kill()
            let after = process.count
            #expect(after > before)

            collector.answer(nil)
            var options = ClientOptions(network: NetworkOptions(specsURL: server.url))
            options.logger = Scenario.logger
            options.events = EventOptions(collectorURL: collector.url, spool: spool)
            let client = GatehouseClient(key: Scenario.key, options: options)
            #expect(await client.start(within: .seconds(60)).isReady)
            try await waitUntil("the spool is empty") {
                await client.flush()
                return client.eventLedger.recovered > 0 && client.eventLedger.pending == 0
            }
            let users = Set(collector.events.compactMap { $0.user["userID"]?.string })
            #expect(users.count == collector.events.count)
            let missing = (0..<before).filter { !users.contains("user-\($0)") }
            #expect(missing == [])
            let total = client.totalEventLedger
            #expect(total.isBalanced && total.pending == 0)
            // A batch that was taken just before the end may count as not delivered, and comes again.
            #expect(total.delivered >= collector.events.count)
            #expect(total.delivered <= collector.events.count + collector.repetitions * 500)
            #expect(total.deduplicated > 0)
            await client.shutdown()
        }
    }
}

/// Takes nothing.
private struct FailingSink: EventSink {
    func deliver(_ batch: EventBatch) async throws {
        throw EventSinkError("no")
    }
}
