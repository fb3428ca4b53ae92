// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import NIOConcurrencyHelpers

/// What a client knows of its own state, for whoever asks.
final class StatusBoard: Sendable {
    private struct State {
        var status = ClientStatus()
        var confirmedAt: Duration?
        var nextAttemptAt: Duration?
        var log = ProblemLog()
    }

    private let state = NIOLockedValueBox(State())
    private let time: any TimeSource
    private let logger: Logger
    private let metrics: ClientMetrics
    /// `nil` where nobody confirms documents, so that they never get stale.
    private let staleAfter: Duration?

    init(_ options: ClientOptions, metrics: ClientMetrics) {
        time = options.time
        logger = options.logger
        self.metrics = metrics
        staleAfter =
            if options.file != nil || (options.network == nil && options.storage == nil) {
                nil
            } else {
                options.staleAfter ?? (options.network ?? NetworkOptions()).pollingInterval * 6
            }
    }

    /// The state now.
    var status: ClientStatus {
        let now = time.elapsed()
        return state.withLockedValue { state in
            var status = state.status
            status.age = state.confirmedAt.map { max(.zero, now - $0) }
            status.nextAttempt = state.nextAttemptAt.map { max(.zero, $0 - now) }
            status.isStale =
                if status.isReady, let staleAfter {
                    status.age.map { $0 >= staleAfter } ?? true
                } else {
                    !status.isReady
                }
            return status
        }
    }

    func update(_ change: (inout ClientStatus) -> Void) {
        state.withLockedValue { change(&$0.status) }
    }

    /// - Parameter age: How long ago a source said that the document is the current one.
    func confirmed(age: Duration = .zero) {
        let now = time.elapsed()
        state.withLockedValue { $0.confirmedAt = now - max(.zero, age) }
        metrics.aged(age)
    }

    /// - Parameter delay: The time until the next download, `nil` for none planned.
    func plan(_ delay: Duration?) {
        let now = time.elapsed()
        state.withLockedValue { $0.nextAttemptAt = delay.map { now + $0 } }
    }

    func failed(_ error: SyncError) {
        let now = time.elapsed()
        let line = state.withLockedValue { state in
            state.status.problems.removeAll { $0.part == error.part }
            state.status.problems.append(error)
            state.status.lastError = error
            return state.log.line(for: error, now: now)
        }
        metrics.failed(error)
        if let line { logger.log(level: line.level, "\(line.text)") }
    }

    /// Which of two servers.
    enum Server { case first, fallback }

    /// - Parameters:
    ///   - server: The server that answered.
    ///   - error: What is the matter with the other one.
    func serves(_ server: Server, insteadOf error: SyncError?) {
        let isNews = state.withLockedValue { state in
            let usesFallback = server == .fallback
            defer { state.status.usesFallback = usesFallback }
            if let error { state.status.lastError = error }
            return state.status.usesFallback != usesFallback
        }
        guard isNews else { return }
        if let error {
            logger.warning("\(error); the fallback answers instead")
        } else {
            logger.notice("download: the first server answers again")
        }
    }

    func succeeded(_ part: SyncError.Part) {
        let line = state.withLockedValue { state in
            state.status.problems.removeAll { $0.part == part }
            return state.log.line(forSuccessOf: part)
        }
        if let line { logger.log(level: line.level, "\(line.text)") }
    }
}

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
