// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The clocks of the evaluations and of the measurements.
enum Clocks {
    /// The time in ms since 1970, for evaluations.
    @Sendable static func milliseconds() -> Int64 { read(CLOCK_REALTIME) / 1_000_000 }

    /// The processor time of this thread in ns, which other processes on the machine don't add to.
    static var threadNanoseconds: Int64 { read(CLOCK_THREAD_CPUTIME_ID) }

    /// The time that a run takes in ns, waiting included, and what it returns.
    static func nanoseconds<Result>(of body: () throws -> Result) rethrows -> (Int64, Result) {
        let start = read(CLOCK_MONOTONIC)
        let result = try body()
        return (read(CLOCK_MONOTONIC) - start, result)
    }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        guard clock_gettime(clock, &time) == 0 else { return 0 }
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
