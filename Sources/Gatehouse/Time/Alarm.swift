// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import NIOConcurrencyHelpers

/// A wait that can be cut short.
final class Alarm: Sendable {
    private struct State {
        var sleeper: Task<Void, Never>?
        var isPending = false
    }

    private let time: any TimeSource
    private let state = NIOLockedValueBox(State())

    init(_ time: any TimeSource) {
        self.time = time
    }

    /// Waits until the time is over, ``ring()`` is called or the task is cancelled; not at all when ``ring()`` was called
    /// since the last wait.
    func wait(for duration: Duration) async {
        let time = time
        let sleeper = Task { _ = try? await time.sleep(for: duration) }
        let isAwake = state.withLockedValue { state in
            defer { state.isPending = false }
            if !state.isPending { state.sleeper = sleeper }
            return state.isPending
        }
        if isAwake { sleeper.cancel() }
        await withTaskCancellationHandler {
            await sleeper.value
        } onCancel: {
            sleeper.cancel()
        }
        state.withLockedValue { $0.sleeper = nil }
    }

    /// Forgets that the next wait is to end at once.
    func silence() {
        state.withLockedValue { $0.isPending = false }
    }

    /// Ends the wait under way, or else the next one.
    func ring() {
        state.withLockedValue { state in
            if let sleeper = state.sleeper { sleeper.cancel() } else { state.isPending = true }
        }
    }
}
