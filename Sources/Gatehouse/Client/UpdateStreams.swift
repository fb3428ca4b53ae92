// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import NIOConcurrencyHelpers

/// Hands each update to everybody who listens.
final class UpdateStreams: Sendable {
    private struct State {
        var listeners: [UInt64: AsyncStream<SpecsUpdate>.Continuation] = [:]
        var next: UInt64 = 0
        var isFinished = false
    }

    private let state = NIOLockedValueBox(State())

    /// Updates from now on; a listener that lags behind misses all but the newest 16.
    func listen() -> AsyncStream<SpecsUpdate> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: SpecsUpdate.self, bufferingPolicy: .bufferingNewest(16))
        let id: UInt64? = state.withLockedValue { state in
            guard !state.isFinished else { return nil }
            let id = state.next
            state.next &+= 1
            state.listeners[id] = continuation
            return id
        }
        guard let id else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLockedValue { $0.listeners[id] = nil }
        }
        return stream
    }

    func send(_ update: SpecsUpdate) {
        let listeners = state.withLockedValue { Array($0.listeners.values) }
        for listener in listeners { listener.yield(update) }
    }

    func finish() {
        let listeners = state.withLockedValue { state in
            state.isFinished = true
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.finish() }
    }
}
