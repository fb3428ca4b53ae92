// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import NIOConcurrencyHelpers

/// The callers of ``GatehouseClient/refresh()`` that wait for the end of a download.
final class RefreshRequests: Sendable {
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

    /// Requests a download now.
    ///
    /// - Returns: A promise that is fulfilled at the end of the download, `nil` if there won't be one.
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

    /// Whether a caller waits for another download.
    var areWanted: Bool { state.withLockedValue { !$0.waiting.isEmpty } }

    /// Removes and returns the requests, which the download that starts now answers.
    func take() -> [Promise<Void>] {
        state.withLockedValue { state in
            alarm.silence()
            defer { state.waiting = [] }
            return state.waiting
        }
    }

    /// Fulfills all requests, since no download will follow.
    func close() {
        let waiting = state.withLockedValue { state in
            defer { state = State() }
            return state.waiting
        }
        for promise in waiting { promise.keep(()) }
    }
}
