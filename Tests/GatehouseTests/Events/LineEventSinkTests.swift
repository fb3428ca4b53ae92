// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Gatehouse
import GatehouseEvaluation
import TestServers
import TestSupport
import Testing

@Suite("Events as lines")
struct LineEventSinkTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// The users of a file's lines, each of which has to be an event.
    private func users(_ bytes: [UInt8]) throws -> [String] {
        #expect(bytes.isEmpty || bytes.last == UInt8(ascii: "\n"))
        return try bytes.split(separator: UInt8(ascii: "\n")).map { line in
            let event = try JSONDecoder().decode(Object.self, from: Data(line))
            #expect(event["eventName"] == "statsig::gate_exposure")
            return try #require(event["user"]?.object?["userID"]?.string)
        }
    }

    private func client(_ path: String) async -> EventClient {
        await EventClient { $0.events = EventOptions(sink: LineEventSink(path: path)) }
    }

    /// Ends a client of which nothing is left.
    private func end(_ subject: EventClient, delivered: Int) async {
        await subject.end()
        #expect(subject.client.eventLedger.delivered == delivered)
    }

    private static func names(_ numbers: Range<Int>) -> [String] { numbers.map { "user-\($0)" } }

    @Test("Each event is a line after those that are there")
    func file() async throws {
        let path = folder.path("logs/events.jsonl")
        for life in 0..<2 {
            let subject = await client(path)
            DeliveryTests.log(3, from: life * 6, subject.client)
            #expect(await subject.client.flush().delivered == 3)
            DeliveryTests.log(3, from: life * 6 + 3, subject.client)
            await end(subject, delivered: 6)
        }
        #expect(try users(folder.bytes("logs/events.jsonl")) == LineEventSinkTests.names(0..<12))
        #expect(try folder.permissions("logs/events.jsonl") == 0o600)
    }

    @Test("Clients that share a file leave each other's lines whole")
    func sharing() async throws {
        let path = folder.path("events.jsonl")
        await withDiscardingTaskGroup { group in
            for number in 0..<4 {
                group.addTask {
                    let subject = await client(path)
                    for turn in 0..<10 {
                        DeliveryTests.log(50, from: number * 1_000 + turn * 50, subject.client)
                        await subject.client.flush()
                    }
                    await end(subject, delivered: 500)
                }
            }
        }
        let users = try users(folder.bytes("events.jsonl"))
        #expect(users.count == 2_000)
        #expect(Set(users).count == 2_000)
    }

    @Test("Without a place for the file events wait, and are written when there is one")
    func unwritable() async throws {
        try folder.put([1], "logs")
        let subject = await client(folder.path("logs/events.jsonl"))
        DeliveryTests.log(3, subject.client)
        let ledger = await subject.client.flush()
        #expect(ledger.pending == 3 && ledger.isBalanced)
        let problem = try #require(subject.client.status.problems.first)
        #expect(problem.part == .events)
        #expect(problem.message.contains(folder.path("logs/events.jsonl")))
        try FileManager.default.removeItem(atPath: folder.path("logs"))
        #expect(await subject.client.flush().delivered == 3)
        #expect(subject.client.status.problems == [])
        #expect(try users(folder.bytes("logs/events.jsonl")) == LineEventSinkTests.names(0..<3))
        await end(subject, delivered: 3)
    }

    @Test("A full disk leaves no half lines, and no event twice", .enabled(if: SmallDisk.isPossible, SmallDisk.whyNot))
    func fullDisk() async throws {
        let disk = try SmallDisk(kibibytes: 128)
        let path = disk.path("events.jsonl")
        func bytes() throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path))) }
        let subject = await client(path)
        DeliveryTests.log(3, subject.client)
        #expect(await subject.client.flush().delivered == 3)
        try disk.fill(exceptKibibytes: 16)
        DeliveryTests.log(100, from: 3, subject.client)
        let ledger = await subject.client.flush()
        #expect(ledger.pending == 100 && ledger.delivered == 3 && ledger.isBalanced)
        let problem = try #require(subject.client.status.problems.first)
        #expect(problem.part == .events && problem.message.contains(path))
        #expect(try users(bytes()) == LineEventSinkTests.names(0..<3))
        try disk.clear()
        #expect(await subject.client.flush().delivered == 103)
        #expect(try users(bytes()) == LineEventSinkTests.names(0..<103))
        await end(subject, delivered: 103)
    }

    @Test("A device that takes nothing costs nothing but the events, which are counted")
    func fullDevice() async throws {
        let subject = await client("/dev/full")
        DeliveryTests.log(3, subject.client)
        #expect(await subject.client.flush().pending == 3)
        #expect(subject.client.status.problems.map(\.part) == [.events])
        #expect(subject.client.checkGate("open", for: User(userID: "somebody")))
        let outcome = await subject.client.shutdown(within: .seconds(20))
        #expect(outcome.isComplete && outcome.undeliveredEvents == 4)
        #expect(subject.client.eventLedger.dropped == [.shutDown: 4])
        #expect(subject.client.eventLedger.isBalanced)
    }

    @Test("The standard output gets the same lines")
    func standardOutput() async throws {
        try folder.put(Array(EventDocument.json().utf8), "document.json")
        let output = folder.path("output")
        #expect(FileManager.default.createFile(atPath: output, contents: nil))
        try await RunningEventProcess.print(
            folder.path("document.json"), to: output, errors: folder.path("errors"))
        #expect(try users(folder.bytes("output")) == LineEventSinkTests.names(0..<1_000))
        let errors = String(decoding: try folder.bytes("errors"), as: UTF8.self)
        #expect(errors == "balanced true, delivered 1000, dropped 0")
    }

    @Test("A standard output that takes nothing costs nothing but the events, which are counted")
    func fullStandardOutput() async throws {
        try folder.put(Array(EventDocument.json().utf8), "document.json")
        try await RunningEventProcess.print(
            folder.path("document.json"), to: "/dev/full", errors: folder.path("errors"))
        let errors = String(decoding: try folder.bytes("errors"), as: UTF8.self)
        #expect(errors == "balanced true, delivered 0, dropped 1000")
    }
}
