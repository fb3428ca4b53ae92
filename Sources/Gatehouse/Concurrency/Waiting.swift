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

/// It took too long.
package struct DeadlineExceeded: Error {
    package init() {}
}

/// Gives `body` some time, and up on it when that is over.
///
/// The body's task is cancelled then, but not waited for: it may be somebody's storage that takes no notice.
///
/// - Parameters:
///   - duration: How long.
///   - time: What measures that.
///   - body: What to do.
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
