// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// The machine's time.
public struct SystemTime: TimeSource {
    private static let origin = ContinuousClock.now

    /// Makes the machine's time.
    public init() {}

    /// The time of day in ms since 1970.
    public func wallTime() -> Int64 {
        Int64(Date().timeIntervalSince1970 * 1_000)
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
