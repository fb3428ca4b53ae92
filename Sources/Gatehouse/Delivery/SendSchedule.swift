// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// When to send again after failures: pauses from 1 s to 60 s.
///
/// It only reckons; waiting is up to whoever asks.
struct SendSchedule: Sendable {
    private var failures = 0
    private var nextTry = Duration.zero

    /// Whether the pause is over.
    ///
    /// - Parameter now: The elapsed time.
    func mayTry(_ now: Duration) -> Bool { now >= nextTry }

    mutating func succeeded() {
        failures = 0
        nextTry = .zero
    }

    /// - Parameters:
    ///   - now: The elapsed time.
    ///   - chance: A number from 0 up to but not including 1: a pause is up to a quarter shorter, so that a fleet spreads out.
    mutating func failed(_ now: Duration, chance: Double) {
        let pause = min(Duration.seconds(1 << min(failures, 6)), .seconds(60))
        failures += 1
        nextTry = now + pause * (1 - chance / 4)
    }
}
