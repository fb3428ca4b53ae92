// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Logging

/// Says once that something fails, now and then that it still does, and once that it works again.
///
/// A value, kept with the state that it belongs to.
struct ProblemLog: Sendable {
    private struct Problem {
        var code: SyncError.Code
        var saidAt: Duration
        var silentCount: Int
    }

    /// How long a problem that stays isn't mentioned again.
    static let silence = Duration.seconds(300)

    private var problems: [SyncError.Part: Problem] = [:]

    /// A line for the log.
    struct Line: Equatable {
        let level: Logger.Level
        let text: String
    }

    /// - Parameter now: The elapsed time.
    /// - Returns: What to log of a failure, `nil` when enough has been said.
    mutating func line(for error: SyncError, now: Duration) -> Line? {
        if var problem = problems[error.part], problem.code == error.code {
            guard now - problem.saidAt >= ProblemLog.silence else {
                problem.silentCount += 1
                problems[error.part] = problem
                return nil
            }
            let count = problem.silentCount
            problems[error.part] = Problem(code: error.code, saidAt: now, silentCount: 0)
            return Line(level: level(of: error), text: "\(error) (and \(count) times before)")
        }
        problems[error.part] = Problem(code: error.code, saidAt: now, silentCount: 0)
        return Line(level: level(of: error), text: "\(error)")
    }

    /// - Returns: What to log of a success, `nil` when there was no failure before it.
    mutating func line(forSuccessOf part: SyncError.Part) -> Line? {
        guard problems.removeValue(forKey: part) != nil else { return nil }
        return Line(level: .notice, text: "\(part.rawValue): works again")
    }

    private func level(of error: SyncError) -> Logger.Level {
        error.code == .unauthorized || error.code == .invalidDocument ? .error : .warning
    }
}
