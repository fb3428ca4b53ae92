// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import CGatehouse
internal import GatehouseEvaluation
internal import NIOConcurrencyHelpers
internal import Synchronization

/// Events until they are written as JSON: bounded, and the oldest go first when they don't fit.
///
/// Each thread appends to a chunk of its stripe, and hands it over when it is full.
final class EventQueue: Sendable {
    /// The events of a chunk.
    static let chunkCount = 256
    /// How many full chunks wait at most.
    static let maximumChunks = 96
    private static let maximumNames = 10_000

    private struct Handed: Sendable {
        var chunks: [ContiguousArray<QueuedEvent>] = []
        var isClosed = false
    }

    private let stripes: [EventStripe] = (0..<16).map { _ in EventStripe() }
    private let handed = NIOLockedValueBox(Handed())
    private let outcomes: EventOutcomes
    private let wake: @Sendable () -> Void

    /// - Parameters:
    ///   - outcomes: Where dropped events are counted.
    ///   - wake: Called when chunks wait to be taken; has to be quick.
    init(_ outcomes: EventOutcomes, wake: @escaping @Sendable () -> Void) {
        self.outcomes = outcomes
        self.wake = wake
    }

    /// The calling thread's stripe.
    @inline(__always)
    var stripe: EventStripe { stripes[Int(gatehouse_thread_slot()) & 15] }

    // MARK: - Appending

    /// Appends an event, which counts as enqueued.
    func append(_ event: consuming QueuedEvent) {
        let stripe = stripe
        stripe.accepted.wrappingAdd(1, ordering: .relaxed)
        let event = event
        let full: ContiguousArray<QueuedEvent>? = stripe.state.withLockedValue { state in
            if state.events.capacity == 0 { state.events.reserveCapacity(EventQueue.chunkCount) }
            state.events.append(event)
            guard state.events.count >= EventQueue.chunkCount else { return nil }
            return exchange(&state.events, with: [])
        }
        if let full { hand(full) }
    }

    private func exchange<T>(_ value: inout T, with other: T) -> T {
        defer { value = other }
        return value
    }

    private func hand(_ chunk: ContiguousArray<QueuedEvent>) {
        let (dropped, isClosed) = handed.withLockedValue { handed in
            if handed.isClosed { return (Optional(chunk), true) }
            handed.chunks.append(chunk)
            return (handed.chunks.count > EventQueue.maximumChunks ? handed.chunks.removeFirst() : nil, false)
        }
        if let dropped { outcomes.dropped(dropped.count, isClosed ? .shutDown : .queueFull) }
        if !isClosed { wake() }
    }

    /// Counts a check that isn't to be logged.
    func countNonExposedCheck(_ name: String) {
        stripe.state.withLockedValue { state in
            guard state.nonExposedChecks.count < EventQueue.maximumNames || state.nonExposedChecks[name] != nil else {
                return
            }
            state.nonExposedChecks[name, default: 0] += 1
        }
    }

    // MARK: - Taking

    /// Takes all events, those of each thread in order.
    func takeAll() -> [ContiguousArray<QueuedEvent>] {
        var chunks = handed.withLockedValue { exchange(&$0.chunks, with: []) }
        for stripe in stripes {
            let rest = stripe.state.withLockedValue { state in
                state.events.isEmpty ? nil : exchange(&state.events, with: [])
            }
            if let rest { chunks.append(rest) }
        }
        return chunks
    }

    /// Takes what was counted, as an event, if anything was.
    func takeNonExposedChecks() -> [String: Int] {
        var counts: [String: Int] = [:]
        for stripe in stripes {
            let part = stripe.state.withLockedValue { exchange(&$0.nonExposedChecks, with: [:]) }
            counts.merge(part, uniquingKeysWith: +)
        }
        return counts
    }

    /// Drops what comes from now on.
    func close() {
        handed.withLockedValue { $0.isClosed = true }
    }

    // MARK: - Counting

    /// How many events wait here.
    var count: Int {
        stripes.reduce(handed.withLockedValue { $0.chunks.reduce(0) { $0 + $1.count } }) { sum, stripe in
            sum + stripe.state.withLockedValue { $0.events.count }
        }
    }

    /// What all threads have counted.
    var totals: (accepted: Int, deduplicated: Int, sampledOut: Int) {
        stripes.reduce(into: (0, 0, 0)) { sum, stripe in
            sum.0 += stripe.accepted.load(ordering: .relaxed)
            sum.1 += stripe.deduplicated.load(ordering: .relaxed)
            sum.2 += stripe.sampledOut.load(ordering: .relaxed)
        }
    }
}
