// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import NIOConcurrencyHelpers

/// A value that comes later, once, for any number of tasks that wait for it.
package final class Promise<Value: Sendable>: Sendable {
    private enum State {
        case waiting([CheckedContinuation<Value, Never>])
        case kept(Value)
    }

    private let state = NIOLockedValueBox(State.waiting([]))

    package init() {}

    /// Gives the value to whoever waits or will; a second value is ignored.
    package func keep(_ value: Value) {
        let waiters: [CheckedContinuation<Value, Never>] = state.withLockedValue { state in
            guard case .waiting(let waiters) = state else { return [] }
            state = .kept(value)
            return waiters
        }
        for waiter in waiters { waiter.resume(returning: value) }
    }

    /// The value, `nil` as long as there is none.
    package var current: Value? {
        state.withLockedValue { if case .kept(let value) = $0 { value } else { nil } }
    }

    /// Waits for the value; cancelling the task doesn't end that.
    package func value() async -> Value {
        await withCheckedContinuation { continuation in
            let value: Value? = state.withLockedValue { state in
                switch state {
                case .kept(let value): return value
                case .waiting(var waiters):
                    waiters.append(continuation)
                    state = .waiting(waiters)
                    return nil
                }
            }
            if let value { continuation.resume(returning: value) }
        }
    }
}
