// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// Times every call, and ends the process if a call doesn't return.
///
/// The time is the CPU time of the calling thread, so that a busy machine doesn't count as a slow engine.
final class Stopwatch: Sendable {
    private struct State {
        var input: FuzzInput
        /// When the call under way began, `nil` between calls.
        var start: Double?
        var slowest = 0.0
    }

    private let state: Mutex<State>
    private let limit: Double

    /// A stopwatch that reports calls of more than `limit` ms.
    init(seed: UInt64, limit: Double) {
        state = Mutex(State(input: FuzzInput(seed: seed, iteration: 0)))
        self.limit = limit
        let watcher = Thread { [self] in
            while true {
                Thread.sleep(forTimeInterval: 0.2)
                checkUnderWay()
            }
        }
        watcher.start()
    }

    /// The slowest call in ms.
    var slowest: Double { state.withLock { $0.slowest } }

    func enter(_ input: FuzzInput) {
        state.withLock { $0.input = input }
    }

    func time<R, E: Error>(_ call: @autoclosure () -> String, _ body: () throws(E) -> R) throws(E) -> R {
        let start = Stopwatch.milliseconds(CLOCK_THREAD_CPUTIME_ID)
        state.withLock { $0.start = Stopwatch.milliseconds(CLOCK_MONOTONIC) }
        defer {
            let time = Stopwatch.milliseconds(CLOCK_THREAD_CPUTIME_ID) - start
            state.withLock { state in
                state.start = nil
                state.slowest = max(state.slowest, time)
            }
            if time > limit { fail("\(call()) took \(Int(time)) ms") }
        }
        return try body()
    }

    func fail(_ message: String) -> Never {
        FuzzFinding.report(message, state.withLock { $0.input })
    }

    /// A second thread looks for a call that doesn't return, with a generous limit.
    private func checkUnderWay() {
        let start = state.withLock { $0.start }
        guard let start, Stopwatch.milliseconds(CLOCK_MONOTONIC) - start > limit * 20 else { return }
        fail("a call hangs")
    }

    private static func milliseconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) * 1_000 + Double(time.tv_nsec) / 1_000_000
    }
}
