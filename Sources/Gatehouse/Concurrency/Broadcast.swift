// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import NIOConcurrencyHelpers
internal import Synchronization

/// Sends each element to all listeners.
final class Broadcast<Element: Sendable>: Sendable {
    private struct State {
        var listeners: [UInt64: AsyncStream<Element>.Continuation] = [:]
        var next: UInt64 = 0
        var isFinished = false
    }

    private let state = NIOLockedValueBox(State())
    private let listenerCount = Atomic(0)
    private let bufferCount: Int

    /// - Parameter bufferCount: The number of elements that are buffered for a slow listener.
    init(bufferCount: Int) {
        self.bufferCount = bufferCount
    }

    /// Whether there are listeners.
    @inline(__always)
    var hasListeners: Bool { listenerCount.load(ordering: .relaxed) > 0 }

    /// Adds a listener, which gets the elements sent from now on.
    ///
    /// A slow listener misses all but the newest ones.
    func listen() -> AsyncStream<Element> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Element.self, bufferingPolicy: .bufferingNewest(bufferCount))
        let id: UInt64? = state.withLockedValue { state in
            guard !state.isFinished else { return nil }
            let id = state.next
            state.next &+= 1
            state.listeners[id] = continuation
            listenerCount.store(state.listeners.count, ordering: .relaxed)
            return id
        }
        guard let id else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            guard let self else { return }
            state.withLockedValue { state in
                state.listeners[id] = nil
                listenerCount.store(state.listeners.count, ordering: .relaxed)
            }
        }
        return stream
    }

    func send(_ element: Element) {
        let listeners = state.withLockedValue { Array($0.listeners.values) }
        for listener in listeners { listener.yield(element) }
    }

    func finish() {
        let listeners = state.withLockedValue { state in
            state.isFinished = true
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.finish() }
    }
}
