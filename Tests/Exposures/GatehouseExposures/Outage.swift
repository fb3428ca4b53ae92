// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Gatehouse
import GatehouseTesting

/// A collector that is down for ten minutes while 5,000 events come each second: `gatehouse-exposures outage`.
///
/// The collector is real and the time is virtual: 5,000 checks of users never seen before, then a second passes. It passes
/// ten times as fast as on the wall, so that what a second takes is done when the next one begins.
final class Outage {
    private static let eventsPerSecond = 5_000
    private static let workingSeconds = 120
    private static let downSeconds = 600
    private static let speed = 10

    private let server: LoopbackServer
    private let client: GatehouseClient
    /// Its events are taken at once; it takes turns with the other one, so that what the machine does besides slows both.
    private let control: GatehouseClient
    private let time: VirtualTime
    private let name: String
    private var logged = 0
    /// Whether a user's event has come, by the user's number.
    private var hasCome: [Bool] = []
    private var repetitions = 0
    private var isBalanced = true
    private var mostPending = 0
    private var mostMemory = 0

    /// Measures without a spool and with one.
    static func measure() async throws {
        try await run("without spool", nil)
        let folder = FileManager.default.temporaryDirectory.appending(path: "outage-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try await run("with spool", SpoolOptions(directory: folder.path))
    }

    private static func run(_ name: String, _ spool: SpoolOptions?) async throws {
        let project = TestProject { TestGate(ExposuresProgram.gate, percentage: 50) }
        try await LoopbackServer.run(project) { server in
            let time = VirtualTime()
            var options = server.options(time: time)
            options.events = EventOptions(spool: spool)
            // Virtual time may pass faster than a busy machine answers.
            options.events?.timeout = .seconds(36_000)
            options.network?.timeout = .seconds(36_000)
            let client = GatehouseClient(key: server.key, options: options)
            await client.start()
            var quiet = ClientOptions.offline(time: time)
            quiet.bootstrap = project.document()
            quiet.events = EventOptions(sink: Subject.Sink(fails: false))
            let control = GatehouseClient(key: server.key, options: quiet)
            await control.start()
            try await Outage(name, server, client, control, time).run()
            await client.shutdown()
            await control.shutdown()
        }
    }

    private init(
        _ name: String, _ server: LoopbackServer, _ client: GatehouseClient, _ control: GatehouseClient,
        _ time: VirtualTime
    ) {
        self.name = name
        self.server = server
        self.client = client
        self.control = control
        self.time = time
    }

    private func run() async throws {
        try await pass(30)
        let before = try await pass(Outage.workingSeconds)
        let memory = Memory.resident
        mostMemory = memory
        server.fail(with: 503)
        let during = try await pass(Outage.downSeconds)
        let (ledger, growth, most) = (client.eventLedger, mostMemory - memory, mostPending)
        server.fail(with: nil)
        let after = try await pass(Outage.workingSeconds)
        try await waitUntil("all is delivered", within: .seconds(600)) {
            await time.advance(by: .seconds(1))
            note()
            return client.eventLedger.pending == 0
        }
        let end = client.eventLedger
        print("\(name):")
        for (name, times) in [("before", before), ("down", during), ("after", after)] {
            let (own, others) = (times.map(\.own).sorted(), times.map(\.control).sorted())
            let ratios = times.map { Double($0.own) / Double($0.control) }.sorted()
            print(
                "    a check \(name): median \(own[own.count / 2]) ns, of a client whose events are taken at once "
                    + "\(others[others.count / 2]) ns; median \(Int(ratios[ratios.count / 2] * 100)) % of that")
        }
        print("    at the end of the outage: \(ledger)")
        print("    at most \(most) events pending, +\(growth >> 20) MiB resident (from \(memory >> 20) MiB)")
        print("    at last: \(end); at most +\((mostMemory - memory) >> 20) MiB, the collector's own included")
        let come = hasCome.count { $0 }
        print(
            "    logged \(logged), came \(come), twice \(repetitions); ledger balanced each second: \(isBalanced); "
                + "adds up: \(end.isBalanced && end.enqueued == logged && end.delivered == come)")
    }

    /// Lets seconds pass with their events.
    ///
    /// - Returns: The ns that a check took in each second, and one of the other client.
    @discardableResult
    private func pass(_ seconds: Int) async throws -> [(own: Int, control: Int)] {
        var times: [(own: Int, control: Int)] = []
        for second in 0..<seconds {
            let end = ContinuousClock.now + .seconds(1) / Outage.speed
            let users = (logged..<(logged + Outage.eventsPerSecond)).map { Subject.user("user-\($0)") }
            logged += users.count
            hasCome += Array(repeating: false, count: users.count)
            // The second one finds the users in the processor's caches.
            if second % 2 == 0 {
                let own = check(users, client)
                times.append((own, check(users, control)))
            } else {
                let other = check(users, control)
                times.append((check(users, client), other))
            }
            await time.advance(by: .seconds(1))
            note()
            try await Task.sleep(until: end)
        }
        return times
    }

    private func check(_ users: [User], _ client: GatehouseClient) -> Int {
        let start = ContinuousClock.now
        for user in users { _ = client.checkGate(ExposuresProgram.gate, for: user) }
        return Int((ContinuousClock.now - start) / .nanoseconds(1)) / users.count
    }

    private func note() {
        let ledger = client.eventLedger
        if !ledger.isBalanced { isBalanced = false }
        mostPending = max(mostPending, ledger.pending)
        mostMemory = max(mostMemory, Memory.resident)
        for event in server.takeEvents() {
            guard let id = event["user"]?.object?["userID"]?.string, let number = Int(id.dropFirst("user-".count))
            else {
                continue
            }
            if hasCome[number] { repetitions += 1 }
            hasCome[number] = true
        }
    }
}
