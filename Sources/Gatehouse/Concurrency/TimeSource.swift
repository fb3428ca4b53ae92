// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// The clock of a client.
///
/// Tests replace it to let hours pass at once.
public protocol TimeSource: Sendable {
    /// The time of day in ms since 1970. It may jump in both directions.
    func wallTime() -> Int64

    /// The time since an arbitrary moment. It never goes back, and goes on while the machine sleeps.
    func elapsed() -> Duration

    /// Waits.
    ///
    /// - Parameter duration: How long to wait. Returns at once if it is zero or less.
    /// - Throws: `CancellationError` when the task is cancelled.
    func sleep(for duration: Duration) async throws
}

/// The clock of the machine.
public struct SystemTime: TimeSource {
    private static let origin = ContinuousClock.now

    /// Makes the clock of the machine.
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
    ///
    /// - Parameter duration: How long to wait. Returns at once if it is zero or less.
    /// - Throws: `CancellationError` when the task is cancelled.
    public func sleep(for duration: Duration) async throws {
        try Task.checkCancellation()
        guard duration > .zero else { return }
        try await Task.sleep(for: duration)
    }
}

extension Duration {
    /// The duration in whole ms, rounded up, from 0 to a thousand years.
    package var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let millisecond: Int64 = 1_000_000_000_000_000
        return min(seconds, 31_556_952_000) * 1_000 + (attoseconds + millisecond - 1) / millisecond
    }
}
