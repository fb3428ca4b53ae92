// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// When to download next: pauses that grow with the failures of one round, and the interval between rounds.
///
/// It computes pauses; the caller waits.
struct RetrySchedule: Sendable {
    let interval: Duration
    let retries: Int
    private var failures = 0

    init(interval: Duration, retries: Int) {
        self.interval = max(interval, .seconds(1))
        self.retries = max(0, retries)
    }

    /// What to do after a failure.
    enum Step: Equatable {
        /// Try again in this round.
        case retry(after: Duration)
        /// The round is over.
        case rest(Duration)
    }

    /// - Parameter chance: A number from 0 up to but not including 1.
    /// - Returns: The pause until the next round.
    mutating func succeeded(chance: Double) -> Duration {
        failures = 0
        return rest(chance: chance)
    }

    /// - Parameters:
    ///   - retry: What the failure says about trying again.
    ///   - chance: A number from 0 up to but not including 1.
    /// - Returns: Whether to try again in this round, and after which pause.
    mutating func failed(_ retry: DownloadFailure.Retry, chance: Double) -> Step {
        switch retry {
        case .soon where failures < retries:
            // 200, 400, 800 ms …, less up to a half at random, and never past the interval.
            let pause = Duration.milliseconds(200) * (1 << min(failures, 16))
            failures += 1
            return .retry(after: min(pause * (1 - chance / 2), interval))
        case .soon, .nextInterval:
            failures = 0
            return .rest(rest(chance: chance))
        case .after(let pause):
            failures = 0
            return .rest(max(pause, rest(chance: chance)))
        }
    }

    /// The interval less up to a tenth, so that a fleet spreads out and no client is later than told.
    func rest(chance: Double) -> Duration {
        interval * (1 - chance / 10)
    }
}

/// A download that failed, and when it makes sense to try again.
struct DownloadFailure: Error, Sendable, Equatable {
    enum Retry: Sendable, Equatable {
        /// It may heal in a moment.
        case soon
        /// It won't heal by asking again.
        case nextInterval
        /// The server says when.
        case after(Duration)
    }

    let error: SyncError
    let retry: Retry
}
