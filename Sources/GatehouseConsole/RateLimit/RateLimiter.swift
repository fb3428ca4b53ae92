// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Counts requests in sliding windows.
final class RateLimiter: Sendable {
    private let limits: RateLimits
    private let clock: @Sendable () -> Int64
    // Times of the requests that were let through, in ms, oldest first.
    private let times = Mutex<[Int64]>([])

    init(_ limits: RateLimits, clock: @escaping @Sendable () -> Int64) {
        self.limits = limits
        self.clock = clock
    }

    /// Lets a request through, or says in how many seconds one would be.
    func secondsToWait() -> Int? {
        let now = clock()
        return times.withLock { times in
            let longest = limits.windows.map(\.seconds).max() ?? 0
            let oldest = now - Int64(longest) * 1000
            if let first = times.first, first <= oldest {
                times.removeSubrange(..<(times.firstIndex { $0 > oldest } ?? times.endIndex))
            }
            var wait: Int64 = 0
            for window in limits.windows where times.count >= window.count {
                // The request that has to leave the window before another fits.
                let blocking = window.count > 0 ? times[times.count - window.count] : now
                wait = max(wait, blocking + Int64(window.seconds) * 1000 - now)
            }
            if wait > 0 { return Int((wait + 999) / 1000) }
            if !limits.windows.isEmpty { times.append(now) }
            return nil
        }
    }
}
