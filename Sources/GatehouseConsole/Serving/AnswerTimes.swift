// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import Synchronization

/// The times of client-initialize responses, which tell a client's answers from all others.
///
/// Answers change while the document doesn't: a time comes, an ID list grows. So responses don't have the document's time
/// but one of their own, and no time is given to two answers. A client that sends a time is up to date when that time was
/// given to the same answers for the same request. Times that are no longer remembered only cost a whole response.
final class AnswerTimes: Sendable {
    /// Times from here on aren't given to one answer alone: JavaScript can't tell them apart, and a document that is dated so
    /// must not move the times of all later answers.
    static let end: UInt64 = 1 << 53

    /// What a request asks for: a hash of its key, its user and the form of its response.
    struct Question: Hashable, Sendable {
        private let high: UInt64
        private let low: UInt64

        init(_ parts: [[UInt8]]) {
            var bytes: [UInt8] = []
            for part in parts {
                bytes += "\(part.count):".utf8
                bytes += part
            }
            let digest = Digest.sha256(bytes)
            high = Question.number(digest.prefix(8))
            low = Question.number(digest.dropFirst(8).prefix(8))
        }

        private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
            bytes.reduce(0) { $0 << 8 | UInt64($1) }
        }
    }

    private struct Given {
        let answers: UInt64
        let time: UInt64
    }

    private struct State {
        var last: UInt64 = 0
        /// The answers of latest requests, and those before, which are forgotten next.
        var current: [Question: Given] = [:]
        var former: [Question: Given] = [:]
    }

    private let limits: ConsoleLimits
    private let metrics: ConsoleMetrics
    private let state = Mutex(State())

    init(_ limits: ConsoleLimits, _ metrics: ConsoleMetrics) {
        self.limits = limits
        self.metrics = metrics
    }

    /// The time of answers.
    ///
    /// - Parameters:
    ///   - answers: A hash of the answers.
    ///   - question: What the request asks for.
    ///   - minimum: The document's time; new answers have no earlier one.
    ///   - now: The time in ms since 1970.
    /// - Returns: The time that was given to the same answers before, else a new one.
    func time(of answers: UInt64, to question: Question, minimum: UInt64, now: Int64) -> UInt64 {
        state.withLock { state in
            let known = state.current[question] ?? state.former[question]
            let given: Given
            if let known, known.answers == answers {
                given = known
            } else {
                let next = state.last < .max ? state.last + 1 : .max
                given = Given(answers: answers, time: max(minimum, UInt64(clamping: now), next))
                if given.time < AnswerTimes.end { state.last = given.time }
            }
            if state.current.count >= max(limits.maximumRememberedAnswers / 2, 1) {
                if !state.former.isEmpty { metrics.discarded(.answers, count: state.former.count) }
                state.former = state.current
                state.current = [:]
            }
            state.current[question] = given
            return given.time
        }
    }
}
