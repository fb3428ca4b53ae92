// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import NIOConcurrencyHelpers

/// The status of a client.
///
/// Its tasks report successes and failures, which it logs and counts.
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
    /// `nil` if no source confirms documents, so that they never become stale.
    private let staleAfter: Duration?

    /// The key, which no log line and no error shows.
    private let key: NIOLockedValueBox<SDKKey>

    init(_ options: ClientOptions, key: NIOLockedValueBox<SDKKey>, metrics: ClientMetrics) {
        self.key = key
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

    /// The current status.
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

    /// Notes that a source confirmed the document as the current one.
    ///
    /// - Parameter age: The time since the source did.
    func confirmed(age: Duration = .zero) {
        let now = time.elapsed()
        state.withLockedValue { $0.confirmedAt = now - max(.zero, age) }
        metrics.aged(age)
    }

    /// Notes when the next download begins.
    ///
    /// - Parameter delay: The time until then, `nil` if none is planned.
    func plan(_ delay: Duration?) {
        let now = time.elapsed()
        state.withLockedValue { $0.nextAttemptAt = delay.map { now + $0 } }
    }

    func failed(_ error: SyncError) {
        let error = redacted(error)
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

    /// The error as it may be shown, whatever a server or a sink wrote into it.
    private func redacted(_ error: SyncError) -> SyncError {
        let message = key.withLockedValue { $0 }.redacted(error.message)
        return SyncError(error.part, error.code, message, at: error.time)
    }

    /// The servers of ``NetworkOptions``.
    enum Server { case first, fallback }

    /// Notes which server answered a download.
    ///
    /// - Parameters:
    ///   - server: The server that answered.
    ///   - error: The error of the other one.
    func serves(_ server: Server, insteadOf error: SyncError?) {
        let error = error.map(redacted)
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

/// Decides which failures and successes are logged: a new failure once, a lasting one every five minutes, its end once.
struct ProblemLog: Sendable {
    private struct Problem {
        var saidAt: Duration
        var silentCount: Int
    }

    /// The time after which a lasting failure is logged again.
    static let silence = Duration.seconds(300)

    private var problems: [SyncError.Part: [SyncError.Code: Problem]] = [:]

    /// A line for the log.
    struct Line: Equatable {
        let level: Logger.Level
        let text: String
    }

    /// Decides what to log of a failure.
    ///
    /// - Parameters:
    ///   - error: The failure.
    ///   - now: The elapsed time.
    /// - Returns: The line to log, `nil` if the failure was logged recently.
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

    /// Decides what to log of a success.
    ///
    /// - Parameter part: The part of the client that succeeded.
    /// - Returns: The line to log, `nil` if the part didn't fail before.
    mutating func line(forSuccessOf part: SyncError.Part) -> Line? {
        guard problems.removeValue(forKey: part) != nil else { return nil }
        return Line(level: .notice, text: "\(part.rawValue): works again")
    }

    private func level(of error: SyncError) -> Logger.Level {
        error.code == .unauthorized || error.code == .invalidDocument ? .error : .warning
    }
}
