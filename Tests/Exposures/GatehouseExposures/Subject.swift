// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Gatehouse
import GatehouseTesting
import Logging

/// A client with one gate, which half of all users pass, and somewhere for its events to go.
struct Subject: Sendable {
    enum Kind: String {
        case silent = "no events"
        case working = "a sink that works"
        case failing = "a sink that fails"
    }

    struct Sink: EventSink {
        let fails: Bool

        func deliver(_ batch: EventBatch) async throws {
            if fails { throw EventSinkError("no") }
        }
    }

    let client: GatehouseClient
    private let kind: Kind
    private let users: [[User]]

    init(_ kind: Kind) async throws {
        self.kind = kind
        var options = ClientOptions(network: nil)
        options.bootstrap = TestProject { TestGate(ExposuresProgram.gate, percentage: 50) }.document()
        options.events = kind == .silent ? nil : EventOptions(sink: Sink(fails: kind == .failing))
        options.logger = Logger(label: "benchmark") { _ in SwiftLogNoOpLogHandler() }
        client = GatehouseClient(key: SDKKey("secret-benchmark"), options: options)
        await client.start()
        users = (0..<2).map { thread in
            (0..<300_000).map { Subject.user("\(kind.rawValue)-\(thread)-\($0)") }
        }
    }

    /// A user of five fields.
    static func user(_ id: String) -> User {
        User(
            userID: id, email: "somebody@example.com", country: "NZ", appVersion: "3.10.2",
            custom: ["plan": "business"])
    }

    /// The users of a batch.
    func users(_ thread: Int, _ batch: Int) -> ArraySlice<User> {
        let start = batch * ExposuresProgram.batchCount
        return users[thread][start..<(start + ExposuresProgram.batchCount)]
    }

    /// Shuts the client down.
    ///
    /// - Returns: What became of its events.
    func end() async -> EventLedger {
        await client.shutdown()
        return client.eventLedger
    }

    /// Checks the gate for a batch of users.
    ///
    /// - Returns: The ns of a check.
    func check(_ users: ArraySlice<User>) -> Int {
        let start = ContinuousClock.now
        var passed = 0
        for user in users where client.checkGate(ExposuresProgram.gate, for: user) { passed += 1 }
        let time = ContinuousClock.now - start
        precondition(passed <= users.count)
        return Int(time / .nanoseconds(1)) / ExposuresProgram.batchCount
    }
}
