// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// The machine's time.
public struct SystemTime: TimeSource {
    private static let origin = ContinuousClock.now

    /// Makes the machine's time.
    public init() {}

    /// The time of day in ms since 1970.
    public func wallTime() -> Int64 {
        // Each new exposure asks, and `Date` takes twice as long.
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1_000 + Int64(now.tv_nsec) / 1_000_000
    }

    /// The time since the process first asked.
    public func elapsed() -> Duration {
        ContinuousClock.now - SystemTime.origin
    }

    /// Waits on the continuous clock.
    public func sleep(for duration: Duration) async throws {
        try Task.checkCancellation()
        guard duration > .zero else { return }
        try await Task.sleep(for: duration)
    }
}
