// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Gatehouse
import NIOConcurrencyHelpers
import TestServers
import TestSupport
import Testing

@Suite("Faults of the spool")
struct SpoolFaultTests {
    private func client(
        _ sink: ClosableSink, _ directory: String, _ change: (inout EventOptions) -> Void = { _ in }
    ) async -> EventClient {
        await EventClient { options in
            var events = EventOptions(sink: sink, spool: SpoolOptions(directory: directory))
            events.batchSize = 200
            change(&events)
            options.events = events
        }
    }

    private func batchCount(_ directory: String) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "\(directory)/0").count { $0.hasSuffix(".batch") }
    }

    private func hasProblem(_ client: GatehouseClient) -> Bool {
        client.status.problems.contains { $0.part == .spool && $0.code == .unwritable }
    }

    @Test(
        "Batches wait in memory while the disk is full, and go to the disk again when there is room",
        .enabled(if: SmallDisk.isPossible, SmallDisk.whyNot))
    func fullDisk() async throws {
        let disk = try SmallDisk(kibibytes: 512)
        let sink = ClosableSink()
        let subject = await client(sink, disk.path("spool"))
        try await waitUntil("the spool is open") {
            FileManager.default.fileExists(atPath: disk.path("spool/0/ledger"))
        }
        try disk.fill(exceptKibibytes: 32)
        DeliveryTests.log(4_000, subject.client)
        try await DeliveryTests.pass(subject.time, until: "the disk is full") { hasProblem(subject.client) }
        let ledger = subject.client.eventLedger
        #expect(ledger.pending == 4_000 && ledger.isBalanced)
        #expect(subject.client.checkGate("open", for: User(userID: "somebody")))
        let count = try batchCount(disk.path("spool"))
        #expect(count < 20)

        try disk.clear()
        DeliveryTests.log(200, from: 4_000, subject.client)
        try await DeliveryTests.pass(subject.time, until: "there is room") { !hasProblem(subject.client) }
        #expect(try batchCount(disk.path("spool")) > count)
        sink.open()
        let end = await subject.client.flush()
        #expect(end.delivered == 4_201 && end.droppedCount == 0 && end.isBalanced)
        #expect(sink.users.count == 4_201)
        #expect(try batchCount(disk.path("spool")) == 0)
        await subject.end()
    }

    @Test(
        "While the disk is full the bounds of memory hold, and what they cost is counted",
        .enabled(if: SmallDisk.isPossible, SmallDisk.whyNot))
    func fullDiskAndMemory() async throws {
        let disk = try SmallDisk(kibibytes: 64)
        let sink = ClosableSink()
        let subject = await client(sink, disk.path("spool")) { $0.maximumWaitingBatches = 5 }
        try await waitUntil("the spool is open") {
            FileManager.default.fileExists(atPath: disk.path("spool/0/ledger"))
        }
        try disk.fill(exceptKibibytes: 12)
        DeliveryTests.log(4_000, subject.client)
        try await DeliveryTests.pass(subject.time, until: "batches are given up") {
            subject.client.eventLedger.dropped[.waitingFull] != nil && hasProblem(subject.client)
        }
        sink.open()
        try await waitUntil("the rest is delivered") { await subject.client.flush().pending == 0 }
        let ledger = subject.client.eventLedger
        #expect(ledger.isBalanced)
        #expect(Set(ledger.dropped.keys) == [.waitingFull])
        #expect(ledger.delivered == sink.users.count)
        // The five in memory, the one that is being sent, and those on the disk.
        #expect(ledger.delivered >= 5 * 200)
        #expect(sink.users.contains("user-3999"))
        await subject.end()
    }

    @Test("A spool that can't be opened is opened when it can")
    func opensLater() async throws {
        let folder = try TemporaryFolder()
        try folder.put([1], "spool")
        let sink = ClosableSink()
        let subject = await client(sink, folder.path("spool"))
        DeliveryTests.log(200, subject.client)
        try await DeliveryTests.pass(subject.time, until: "a batch waits in memory") { sink.tries > 0 }
        #expect(hasProblem(subject.client))
        try FileManager.default.removeItem(atPath: folder.path("spool"))
        try await DeliveryTests.pass(subject.time, until: "the spool is open") { !hasProblem(subject.client) }
        DeliveryTests.log(200, from: 200, subject.client)
        try await DeliveryTests.pass(subject.time, until: "a batch is on the disk") {
            (try? batchCount(folder.path("spool"))) == 1
        }
        #expect(subject.client.eventLedger.pending == 400 && subject.client.eventLedger.isBalanced)
        sink.open()
        #expect(await subject.client.flush().delivered == 400)
        await subject.end()
        #expect(subject.client.totalEventLedger.enqueued == 400)
        #expect(subject.client.totalEventLedger.isBalanced)
    }
}

/// Takes nothing before it is open.
private final class ClosableSink: EventSink {
    private struct State {
        var isOpen = false
        var tries = 0
        var users: Set<String> = []
    }

    private let state = NIOLockedValueBox(State())

    var tries: Int { state.withLockedValue { $0.tries } }

    /// Those whose events it has got.
    var users: Set<String> { state.withLockedValue { $0.users } }

    func open() {
        state.withLockedValue { $0.isOpen = true }
    }

    func deliver(_ batch: EventBatch) async throws {
        let users = try batch.events().compactMap { $0.user["userID"]?.string }
        try state.withLockedValue { state in
            state.tries += 1
            guard state.isOpen else { throw EventSinkError("closed") }
            state.users.formUnion(users)
        }
    }
}
