// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Counts requests in sliding windows.
final class RateLimiter: Sendable {
    private let limits: RateLimits
    private let clock: @Sendable () -> Int64
    // The times of the accepted requests in ms, oldest first.
    private let times = Mutex<[Int64]>([])

    init(_ limits: RateLimits, clock: @escaping @Sendable () -> Int64) {
        self.limits = limits
        self.clock = clock
    }

    /// Accepts a request.
    ///
    /// - Returns: `nil` if it was accepted, otherwise the seconds after which a request would be.
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
                // The request that has to leave the window before another one can be accepted.
                let blocking = window.count > 0 ? times[times.count - window.count] : now
                wait = max(wait, blocking + Int64(window.seconds) * 1000 - now)
            }
            if wait > 0 { return Int((wait + 999) / 1000) }
            if !limits.windows.isEmpty { times.append(now) }
            return nil
        }
    }
}

/// The maximum rates of changes through the Console API.
public struct RateLimits: Sendable {
    /// A maximum number of requests within a time.
    public struct Window: Sendable {
        /// How many requests.
        public var count: Int
        /// In how many seconds.
        public var seconds: Int

        /// Makes a window.
        ///
        /// - Parameters:
        ///   - count: How many requests.
        ///   - seconds: In how many seconds.
        public init(_ count: Int, perSeconds seconds: Int) {
            self.count = count
            self.seconds = seconds
        }
    }

    /// The windows; a request has to fit into all of them.
    public var windows: [Window]

    /// Makes limits.
    ///
    /// Without windows there is no limit.
    ///
    /// - Parameter windows: The windows.
    public init(_ windows: [Window]) {
        self.windows = windows
    }

    /// The limits that the Console API documents: 100 changes in 10 s and 900 in 15 minutes.
    public static let standard = RateLimits([Window(100, perSeconds: 10), Window(900, perSeconds: 900)])
    /// No limit.
    public static let none = RateLimits([])
}
