// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Logging

/// Says once that something fails, now and then that it still does, and once that it works again.
///
/// A value, kept with the state that it belongs to.
struct ProblemLog: Sendable {
    private struct Problem {
        var saidAt: Duration
        var silentCount: Int
    }

    /// How long a problem that stays isn't mentioned again.
    static let silence = Duration.seconds(300)

    private var problems: [SyncError.Part: [SyncError.Code: Problem]] = [:]

    /// A line for the log.
    struct Line: Equatable {
        let level: Logger.Level
        let text: String
    }

    /// - Parameter now: The elapsed time.
    /// - Returns: What to log of a failure, `nil` when enough has been said.
    mutating func line(for error: SyncError, now: Duration) -> Line? {
        let problem = problems[error.part]?[error.code]
        if let problem, now - problem.saidAt < ProblemLog.silence {
            problems[error.part]?[error.code]?.silentCount += 1
            return nil
        }
        problems[error.part, default: [:]][error.code] = Problem(saidAt: now, silentCount: 0)
        let before = problem.map { " (and \($0.silentCount) times before)" } ?? ""
        return Line(level: level(of: error), text: "\(error)\(before)")
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
