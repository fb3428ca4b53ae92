// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Synchronization

/// Bounds the requests with large bodies that are worked on at a time, altogether and of each key; the keys take turns.
///
/// Requests for health and readiness, and those with small bodies, don't go through it: they are answered while others wait
/// here.
final class WorkQueue: Sendable {
    private struct Waiter {
        let id: Int
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var running = 0
        var runningOfKey: [String: Int] = [:]
        var waiting = 0
        var lastID = 0
        var isClosed = false
        /// The waiters of each key, in the order in which they came.
        var waiters: [String: [Waiter]] = [:]
        /// The keys with waiters, the next one first.
        ///
        /// While a place is free, each of them has its maximum of running requests.
        var turns: [String] = []
        /// Requests that have come and neither run nor wait yet; a cancellation removes them.
        var arriving: Set<Int> = []
    }

    private let limits: ConsoleLimits
    private let metrics: ConsoleMetrics
    private let state = Mutex(State())

    init(_ limits: ConsoleLimits, _ metrics: ConsoleMetrics) {
        self.limits = limits
        self.metrics = metrics
    }

    /// Does work when it is the key's turn.
    ///
    /// - Parameters:
    ///   - key: The ID of the key.
    ///   - work: The work.
    /// - Returns: The result of the work.
    /// - Throws: ``APIError`` with 429 when too many requests of the key wait, with 503 when too many wait altogether or the
    ///   console stops; `CancellationError` when the task is cancelled while it waits; what the work throws.
    func run<T: Sendable>(for key: String, _ work: () async throws -> T) async throws -> T {
        try await enter(key)
        defer { leave(key) }
        try Task.checkCancellation()
        return try await work()
    }

    /// Refuses the waiting requests and all that come.
    func close() {
        let waiters = state.withLock { state in
            state.isClosed = true
            let waiters = state.waiters.values.flatMap(\.self)
            (state.waiters, state.turns, state.waiting) = ([:], [], 0)
            return waiters
        }
        for waiter in waiters { waiter.continuation.resume(throwing: WorkQueue.stopping) }
    }

    private static var stopping: APIError { APIError(.serviceUnavailable, "The console stops.") }

    private enum Entry {
        case enter
        case wait
        case refuse(any Error)
    }

    private func enter(_ key: String) async throws {
        let id = state.withLock { state in
            state.lastID += 1
            state.arriving.insert(state.lastID)
            return state.lastID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let entry = state.withLock { state -> Entry in
                    let entry = self.entry(key, id, &state)
                    if case .wait = entry {
                        state.waiting += 1
                        if state.waiters[key] == nil { state.turns.append(key) }
                        state.waiters[key, default: []].append(Waiter(id: id, continuation: continuation))
                    }
                    return entry
                }
                record()
                switch entry {
                case .enter: continuation.resume()
                case .wait: break
                case .refuse(let error): continuation.resume(throwing: error)
                }
            }
        } onCancel: {
            cancel(key, id)
        }
    }

    private func entry(_ key: String, _ id: Int, _ state: inout State) -> Entry {
        guard state.arriving.remove(id) != nil else { return .refuse(CancellationError()) }
        if state.isClosed { return .refuse(WorkQueue.stopping) }
        if state.running < limits.maximumRunningRequests, mayRun(key, state) {
            WorkQueue.start(key, &state)
            return .enter
        }
        guard state.waiters[key, default: []].count < limits.maximumWaitingRequestsPerKey else {
            return .refuse(refused(.tooManyRequests, .waitingOfKey, "Too many requests of this key wait."))
        }
        guard state.waiting < limits.maximumWaitingRequests else {
            return .refuse(refused(.serviceUnavailable, .waiting, "Too many requests wait."))
        }
        return .wait
    }

    private func mayRun(_ key: String, _ state: State) -> Bool {
        state.runningOfKey[key, default: 0] < limits.maximumRunningRequestsPerKey
    }

    private static func start(_ key: String, _ state: inout State) {
        state.running += 1
        state.runningOfKey[key, default: 0] += 1
    }

    private func refused(
        _ status: HTTPResponse.Status, _ refusal: ConsoleMetrics.Refusal, _ message: String
    ) -> APIError {
        metrics.refused(refusal)
        return APIError(status, message, headers: [.retryAfter: "1"])
    }

    private func cancel(_ key: String, _ id: Int) {
        let waiter = state.withLock { state -> Waiter? in
            guard let index = state.waiters[key]?.firstIndex(where: { $0.id == id }) else {
                state.arriving.remove(id)
                return nil
            }
            state.waiting -= 1
            return WorkQueue.remove(key, at: index, &state)
        }
        waiter?.continuation.resume(throwing: CancellationError())
    }

    private func leave(_ key: String) {
        let next = state.withLock { state -> Waiter? in
            state.running -= 1
            let left = state.runningOfKey[key, default: 1] - 1
            state.runningOfKey[key] = left > 0 ? left : nil
            guard let key = state.turns.first(where: { mayRun($0, state) }) else { return nil }
            WorkQueue.start(key, &state)
            state.waiting -= 1
            let waiter = WorkQueue.remove(key, at: 0, &state)
            if state.waiters[key] != nil {
                state.turns.removeAll { $0 == key }
                state.turns.append(key)
            }
            return waiter
        }
        record()
        next?.continuation.resume()
    }

    private static func remove(_ key: String, at index: Int, _ state: inout State) -> Waiter? {
        let waiter = state.waiters[key]?.remove(at: index)
        if state.waiters[key]?.isEmpty ?? true {
            state.waiters[key] = nil
            state.turns.removeAll { $0 == key }
        }
        return waiter
    }

    private func record() {
        let (running, waiting) = state.withLock { ($0.running, $0.waiting) }
        metrics.large(running: running, waiting: waiting)
    }
}
