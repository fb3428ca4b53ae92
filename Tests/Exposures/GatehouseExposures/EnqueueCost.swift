// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Foundation
import Gatehouse
import Synchronization

/// How much longer a check takes with a client that logs exposures than with one that doesn't.
///
/// Batch by batch the two take turns, so that what the machine does besides slows both.
struct EnqueueCost {
    private struct Times {
        var silent: [Int] = []
        var logging: [Int] = []

        var silentMedian: Int { Times.median(silent) }
        var loggingMedian: Int { Times.median(logging) }
        var difference: Int { Times.median(zip(logging, silent).map { $0 - $1 }) }

        static func += (left: inout Times, right: Times) {
            left.silent += right.silent
            left.logging += right.logging
        }

        private static func median(_ times: [Int]) -> Int { times.sorted()[times.count / 2] }
    }

    private let silent: Subject
    private let logging: Subject

    init() async throws {
        silent = try await Subject(.silent)
        logging = try await Subject(.working)
    }

    /// Measures on one thread and then on two.
    ///
    /// - Parameters:
    ///   - name: The row's name.
    ///   - batches: How many batches each thread logs.
    ///   - pause: The ms between two batches, in which their events are written down.
    ///   - choose: The users of a thread's batch.
    func report(
        _ name: String, batches: Int, pause: UInt32,
        _ choose: @escaping @Sendable (Subject, _ thread: Int, _ batch: Int) -> ArraySlice<User>
    ) {
        var (alone, both) = (Times(), Times())
        // Turn by turn, since a machine has fast minutes and slow ones.
        let turns = 10
        let count = batches / turns / 2
        for turn in 0..<turns {
            let first = turn * 2 * count
            alone += run(threads: 1, count, pause) { choose($0, $1, first + $2) }
            both += run(threads: 2, count, pause) { choose($0, $1, first + count + $2) }
        }
        print(
            """
            \(name): a check takes \(alone.silentMedian) ns without events and \(alone.loggingMedian) with them, median \
            \(alone.difference) more; on each of two threads \(both.silentMedian) and \(both.loggingMedian), median \
            \(both.difference) more, \(Double(200 * alone.loggingMedian / both.loggingMedian) / 100) times as much work
            """)
    }

    /// Ends both clients and prints what became of the events.
    func end() async {
        _ = await silent.end()
        print("ledger: \(await logging.end())")
    }

    private func run(
        threads: Int, _ batches: Int, _ pause: UInt32,
        _ choose: @escaping @Sendable (Subject, Int, Int) -> ArraySlice<User>
    ) -> Times {
        let times = Mutex(Times())
        DispatchQueue.concurrentPerform(iterations: threads) { thread in
            var own = Times()
            for batch in 0..<batches {
                own.silent.append(silent.check(choose(silent, thread, batch)))
                own.logging.append(logging.check(choose(logging, thread, batch)))
                if pause > 0 { usleep(pause * 1_000) }
            }
            times.withLock { $0 += own }
        }
        return times.withLock { $0 }
    }
}
