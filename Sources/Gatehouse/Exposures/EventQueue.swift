// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import NIOConcurrencyHelpers
internal import Synchronization

/// Events until they are written as JSON.
///
/// The queue is bounded, and drops the oldest events when it is full. Each thread appends to a chunk of its stripe. It hands a
/// full chunk over, and goes on with an empty one that was used before.
final class EventQueue: Sendable {
    /// How many full chunks wait at most.
    static let maximumChunks = 96
    /// With how many full chunks the writer is woken, which else comes once a second.
    private static let chunksPerWake = 8
    /// How many empty chunks are kept.
    private static let maximumSpares = 32
    private static let maximumNames = 10_000

    private struct Handed: Sendable {
        var chunks: [EventChunk] = []
        var spares: [EventChunk] = []
    }

    private let stripes = EventStripes()
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

    /// Where the stripes are, as long as there is the queue.
    var places: EventStripes.Places { stripes.places }

    // MARK: - Appending

    /// Appends an event of this snapshot, which counts as enqueued.
    ///
    /// - Parameters:
    ///   - event: The event.
    ///   - evaluation: That of an exposure, which is moved away.
    ///   - snapshot: The snapshot.
    @inline(__always)
    func append(
        _ event: @autoclosure () -> QueuedEvent, moving evaluation: UnsafeMutablePointer<UnretainedEvaluation>? = nil,
        in snapshot: Snapshot
    ) {
        let stripe = places.current
        stripe.pointee.accepted.wrappingAdd(1, ordering: .relaxed)
        while true {
            let (isDone, isFull) = stripe.pointee.state.withLock { state in
                guard let chunk = state.chunk, !chunk.isFull else { return (false, true) }
                chunk.append(event, moving: evaluation, in: snapshot)
                return (true, chunk.isFull)
            }
            if isFull, !replaceChunk(stripe), !isDone {
                evaluation?.deinitialize(count: 1)
                outcomes.dropped(1, .afterShutdown)
                return
            }
            if isDone { return }
        }
    }

    /// Replaces a full chunk by an empty one, unless another thread has done so, and hands the full one over.
    ///
    /// - Returns: Whether the stripe takes events; it doesn't after ``close()``.
    @inline(never)
    private func replaceChunk(_ stripe: UnsafeMutablePointer<EventStripe>) -> Bool {
        let chunk = spare()
        let (replaced, isClosed): (EventChunk?, Bool) = stripe.pointee.state.withLock { state in
            guard !state.isClosed, state.chunk?.isFull ?? true else { return (chunk, state.isClosed) }
            defer { state.chunk = chunk }
            return (state.chunk, false)
        }
        guard let full = replaced else { return !isClosed }
        guard full.isFull else {
            recycle(full)
            return !isClosed
        }
        let (dropped, wakes) = handed.withLockedValue { handed in
            handed.chunks.append(full)
            let dropped = handed.chunks.count > EventQueue.maximumChunks ? handed.chunks.removeFirst() : nil
            return (dropped, handed.chunks.count % EventQueue.chunksPerWake == 0)
        }
        if let dropped {
            outcomes.dropped(dropped.count, .queueFull)
            recycle(dropped)
        }
        if wakes { wake() }
        return true
    }

    /// An empty chunk, the one that was used last.
    private func spare() -> EventChunk {
        handed.withLockedValue { $0.spares.popLast() } ?? EventChunk()
    }

    /// Keeps a chunk's memory for others.
    func recycle(_ chunk: EventChunk) {
        chunk.removeAll()
        handed.withLockedValue { if $0.spares.count < EventQueue.maximumSpares { $0.spares.append(chunk) } }
    }

    /// Counts a check that isn't to be logged.
    func countNonExposedCheck(_ name: String) {
        places.current.pointee.state.withLock { state in
            guard !state.isClosed else { return }
            guard state.nonExposedChecks.count < EventQueue.maximumNames || state.nonExposedChecks[name] != nil else {
                return
            }
            state.nonExposedChecks[name, default: 0] += 1
        }
    }

    // MARK: - Taking

    /// Takes all events, those of each thread in order.
    func takeAll() -> [EventChunk] {
        var chunks = handed.withLockedValue { exchange(&$0.chunks, with: []) }
        stripes.forEach { stripe in
            let rest: EventChunk? = stripe.state.withLock { state in
                guard let chunk = state.chunk, chunk.count > 0 else { return nil }
                state.chunk = nil
                return chunk
            }
            if let rest { chunks.append(rest) }
        }
        return chunks
    }

    /// Takes what was counted, as an event, if anything was.
    func takeNonExposedChecks() -> [String: Int] {
        var counts: [String: Int] = [:]
        stripes.forEach { stripe in
            let part = stripe.state.withLock { exchange(&$0.nonExposedChecks, with: [:]) }
            counts.merge(part, uniquingKeysWith: +)
        }
        return counts
    }

    /// Drops events that are appended from now on, and counts them as `afterShutdown`; ``takeAll()`` still has those before.
    func close() {
        stripes.forEach { stripe in
            let rest: EventChunk? = stripe.state.withLock { state in
                state.isClosed = true
                return exchange(&state.chunk, with: nil)
            }
            guard let rest else { return }
            handed.withLockedValue { $0.chunks.append(rest) }
        }
    }

    // MARK: - Counting

    /// How many events wait here.
    var count: Int {
        var sum = handed.withLockedValue { $0.chunks.reduce(0) { $0 + $1.count } }
        stripes.forEach { sum += $0.state.withLock { $0.chunk?.count ?? 0 } }
        return sum
    }

    /// What all threads have counted.
    var totals: (accepted: Int, deduplicated: Int, sampledOut: Int) {
        var sum = (accepted: 0, deduplicated: 0, sampledOut: 0)
        stripes.forEach { stripe in
            sum.accepted += stripe.accepted.load(ordering: .relaxed)
            sum.deduplicated += stripe.deduplicated.load(ordering: .relaxed)
            sum.sampledOut += stripe.sampledOut.load(ordering: .relaxed)
        }
        return sum
    }
}

extension EventQueue {
    /// The ledger at this moment.
    ///
    /// What became of events is read before how many there are, so that events which come meanwhile count as pending.
    func ledger(_ outcomes: EventOutcomes) -> EventLedger {
        let counts = outcomes.current
        let totals = totals
        var ledger = EventLedger()
        ledger.recovered = counts.recovered
        ledger.delivered = counts.delivered
        ledger.dropped = counts.dropped
        ledger.deduplicated = totals.deduplicated
        ledger.sampledOut = totals.sampledOut
        ledger.enqueued = totals.accepted + totals.deduplicated + totals.sampledOut + counts.recovered
        ledger.pending = totals.accepted + counts.recovered - counts.delivered - ledger.droppedCount
        return ledger
    }
}
