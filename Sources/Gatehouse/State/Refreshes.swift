// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import NIOConcurrencyHelpers

/// Those who wait for the next download to be over.
final class Refreshes: Sendable {
    private struct State {
        var waiting: [Promise<Void>] = []
        var isOpen = false
    }

    private let state = NIOLockedValueBox(State())
    private let alarm: Alarm

    /// - Parameter alarm: Ends the pause before the next download.
    init(_ alarm: Alarm) {
        self.alarm = alarm
    }

    /// Asks for a download now.
    ///
    /// - Returns: A promise for its end, `nil` when there won't be one.
    func next() -> Promise<Void>? {
        state.withLockedValue { state in
            guard state.isOpen else { return nil }
            let promise = Promise<Void>()
            state.waiting.append(promise)
            alarm.ring()
            return promise
        }
    }

    func open() {
        state.withLockedValue { $0.isOpen = true }
    }

    /// Whether somebody waits for another download.
    var areWanted: Bool { state.withLockedValue { !$0.waiting.isEmpty } }

    /// Those who wait for the download that starts now, for whom no other one is needed.
    func take() -> [Promise<Void>] {
        state.withLockedValue { state in
            alarm.silence()
            defer { state.waiting = [] }
            return state.waiting
        }
    }

    /// No download will follow.
    func close() {
        let waiting = state.withLockedValue { state in
            defer { state = State() }
            return state.waiting
        }
        for promise in waiting { promise.keep(()) }
    }
}
