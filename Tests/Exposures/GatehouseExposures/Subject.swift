// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Foundation
import Gatehouse
import GatehouseTesting
import Logging
import Synchronization

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

    /// Measures checks for users that `choose` chooses, on one thread and then on two.
    ///
    /// - Parameter pause: The ms between two batches, in which their events are written down.
    func report(
        _ name: String, batches: Int, pause: UInt32,
        _ choose: @escaping @Sendable (Subject, Int, Int) -> ArraySlice<User>
    ) async {
        let half = batches / 2
        let alone = Subject.run(threads: 1, batches: half, pause: pause) { thread, batch in
            check(choose(self, thread, batch))
        }
        let both = Subject.run(threads: 2, batches: half, pause: pause) { thread, batch in
            check(choose(self, thread, half + batch))
        }
        print(
            "\(name), \(kind.rawValue): median \(alone.median) ns a check, fastest tenth \(alone.fast) ns; on each of two "
                + "threads \(both.median) and \(both.fast) ns, \(Double(200 * alone.median / both.median) / 100) times "
                + "as much work")
    }

    private func check(_ users: ArraySlice<User>) {
        var passed = 0
        for user in users where client.checkGate(ExposuresProgram.gate, for: user) { passed += 1 }
        precondition(passed <= users.count)
    }

    /// Runs batches on threads of their own.
    ///
    /// - Returns: The ns of a check: the median over all batches, and what a tenth of them stays below.
    private static func run(
        threads: Int, batches: Int, pause: UInt32, _ body: @escaping @Sendable (_ thread: Int, _ batch: Int) -> Void
    ) -> (median: Int, fast: Int) {
        let times = Mutex<[Int]>([])
        DispatchQueue.concurrentPerform(iterations: threads) { thread in
            var own: [Int] = []
            for batch in 0..<batches {
                let start = ContinuousClock.now
                body(thread, batch)
                own.append(Int((ContinuousClock.now - start) / .nanoseconds(1)) / ExposuresProgram.batchCount)
                if pause > 0 { usleep(pause * 1_000) }
            }
            times.withLock { $0 += own }
        }
        return times.withLock { times in
            let sorted = times.sorted()
            return (sorted[sorted.count / 2], sorted[sorted.count / 10])
        }
    }
}
