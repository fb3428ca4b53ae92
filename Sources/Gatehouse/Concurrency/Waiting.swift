// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import NIOConcurrencyHelpers

/// A value that is set once.
///
/// Any number of tasks can wait for it.
package final class Promise<Value: Sendable>: Sendable {
    private enum State {
        case waiting([CheckedContinuation<Value, Never>])
        case kept(Value)
    }

    private let state = NIOLockedValueBox(State.waiting([]))

    package init() {}

    /// Sets the value, which ends all waits.
    ///
    /// Does nothing if the value is set.
    package func keep(_ value: Value) {
        let waiters: [CheckedContinuation<Value, Never>] = state.withLockedValue { state in
            guard case .waiting(let waiters) = state else { return [] }
            state = .kept(value)
            return waiters
        }
        for waiter in waiters { waiter.resume(returning: value) }
    }

    /// The value, `nil` if it isn't set yet.
    package var current: Value? {
        state.withLockedValue { if case .kept(let value) = $0 { value } else { nil } }
    }

    /// Waits for the value.
    ///
    /// Cancelling the task doesn't end the wait.
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

/// A pause that another task can end early.
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

    /// Waits until the duration is over, ``ring()`` is called, or the task is cancelled.
    ///
    /// Returns at once if ``ring()`` was called since the last wait.
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

    /// Undoes a ``ring()`` that came while no task waited.
    func silence() {
        state.withLockedValue { $0.isPending = false }
    }

    /// Ends the current wait, or the next one if no task waits.
    func ring() {
        state.withLockedValue { state in
            if let sleeper = state.sleeper { sleeper.cancel() } else { state.isPending = true }
        }
    }
}

/// The error of ``withDeadline(in:on:_:)`` if the time is over.
package struct DeadlineExceeded: Error {
    package init() {}
}

/// Runs `body`, and throws if it takes too long.
///
/// This function then cancels the task of `body` and returns without waiting for its end, since `body` may call a storage
/// of the program that ignores the cancellation.
///
/// - Parameters:
///   - duration: The maximum duration.
///   - time: Measures the duration.
///   - body: The work, in a task of its own.
/// - Returns: The result of `body`.
/// - Throws: ``DeadlineExceeded``, `CancellationError` when the calling task is cancelled, and what `body` throws.
package func withDeadline<R: Sendable>(
    in duration: Duration, on time: any TimeSource, _ body: @escaping @Sendable () async throws -> R
) async throws -> R {
    let outcome = Promise<Result<R, any Error>>()
    let work = Task {
        do { outcome.keep(.success(try await body())) } catch { outcome.keep(.failure(error)) }
    }
    let alarm = Task {
        do { try await time.sleep(for: duration) } catch { return }
        outcome.keep(.failure(DeadlineExceeded()))
    }
    defer {
        work.cancel()
        alarm.cancel()
    }
    return try await withTaskCancellationHandler {
        await outcome.value()
    } onCancel: {
        outcome.keep(.failure(CancellationError()))
    }.get()
}
