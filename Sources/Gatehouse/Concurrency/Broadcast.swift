// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import NIOConcurrencyHelpers
internal import Synchronization

/// Sends each element to all listeners.
final class Broadcast<Element: Sendable>: Sendable {
    private struct State {
        var listeners: [UInt64: Listener] = [:]
        var next: UInt64 = 0
        var isFinished = false
    }

    /// A sequence that gets elements, or what it makes of them.
    private struct Listener {
        let yield: @Sendable (Element) -> Void
        let finish: @Sendable () -> Void
    }

    private let state = NIOLockedValueBox(State())
    private let listenerCount = Atomic(0)
    /// What the count is without listeners.
    private let leastCount: Int
    private let bufferCount: Int

    /// - Parameters:
    ///   - bufferCount: The number of elements that are buffered for a slow listener.
    ///   - isAlwaysHeard: Whether to say that there are listeners even if there are none, since the owner of the broadcast
    ///     wants all elements.
    init(bufferCount: Int, isAlwaysHeard: Bool = false) {
        self.bufferCount = bufferCount
        leastCount = isAlwaysHeard ? 1 : 0
        listenerCount.store(leastCount, ordering: .relaxed)
    }

    /// Whether there are listeners.
    @inline(__always)
    var hasListeners: Bool { listenerCount.load(ordering: .relaxed) > 0 }

    /// Adds a listener, which gets the elements sent from now on.
    ///
    /// A slow listener misses all but the newest ones.
    func listen() -> AsyncStream<Element> { listen { $0 } }

    /// Adds a listener, which gets what it makes of the elements sent from now on.
    ///
    /// - Parameter transform: Makes an element of the sequence, on the thread that sends. Elements for which it returns `nil`
    ///   take no room in the buffer.
    /// - Returns: The sequence. A slow listener misses all but the newest ones.
    func listen<Part: Sendable>(_ transform: @escaping @Sendable (Element) -> Part?) -> AsyncStream<Part> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Part.self, bufferingPolicy: .bufferingNewest(bufferCount))
        let listener = Listener(
            yield: { element in if let part = transform(element) { continuation.yield(part) } },
            finish: { continuation.finish() })
        let id: UInt64? = state.withLockedValue { state in
            guard !state.isFinished else { return nil }
            let id = state.next
            state.next &+= 1
            state.listeners[id] = listener
            listenerCount.store(leastCount + state.listeners.count, ordering: .relaxed)
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
                listenerCount.store(leastCount + state.listeners.count, ordering: .relaxed)
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
