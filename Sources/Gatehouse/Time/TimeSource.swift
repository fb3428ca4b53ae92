// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Where a client takes its time from.
///
/// Tests replace it to let hours pass at once.
public protocol TimeSource: Sendable {
    /// The time of day in ms since 1970; it may jump, also back.
    func wallTime() -> Int64

    /// The time since a moment of no meaning; it never goes back, and runs on while the machine sleeps.
    func elapsed() -> Duration

    /// Waits.
    ///
    /// - Parameter duration: How long; not at all when it is zero or less.
    /// - Throws: `CancellationError` as soon as the task is cancelled.
    func sleep(for duration: Duration) async throws
}
