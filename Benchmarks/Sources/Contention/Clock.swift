// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The monotonic clock.
enum Clock {
    /// ns since some point in the past.
    @inline(__always)
    static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }

    /// ns that the current thread has had a processor.
    static func threadTime() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }

    /// What reading the clock adds to a measurement: ns, the median of many.
    static func overhead() -> Int {
        var histogram = Histogram()
        for _ in 0..<100_000 {
            let start = now()
            histogram.add(now() - start)
        }
        return histogram.quantile(0.5)
    }

    /// Waits until the clock shows `time`, in ns.
    static func sleep(until time: Int64) {
        let left = time - now()
        if left > 0 { usleep(UInt32(clamping: left / 1_000)) }
    }
}
