// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import NIOConcurrencyHelpers
internal import Synchronization

/// Events until they are written as JSON: bounded, and the oldest go first when they don't fit.
///
/// Each thread appends to a chunk of its stripe, and hands it over when it is full, for an empty one that was used before.
final class EventQueue: Sendable {
    /// How many full chunks wait at most.
    static let maximumChunks = 96
    /// How many full chunks are worth waking somebody, who else comes once a second.
    private static let chunksPerWake = 8
    /// How many empty chunks are kept.
    private static let maximumSpares = 32
    private static let maximumNames = 10_000

    private struct Handed: Sendable {
        var chunks: [EventChunk] = []
        var spares: [EventChunk] = []
        var isClosed = false
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
            if isFull { replaceChunk(stripe) }
            if isDone { return }
        }
    }

    /// Puts an empty chunk in the place of a full one, unless another thread has done so, and hands that over.
    @inline(never)
    private func replaceChunk(_ stripe: UnsafeMutablePointer<EventStripe>) {
        let chunk = spare()
        let replaced: EventChunk? = stripe.pointee.state.withLock { state in
            guard state.chunk?.isFull ?? true else { return chunk }
            defer { state.chunk = chunk }
            return state.chunk
        }
        guard let full = replaced else { return }
        guard full.isFull else { return recycle(full) }
        let (dropped, isClosed, wakes) = handed.withLockedValue { handed in
            if handed.isClosed { return (Optional(full), true, false) }
            handed.chunks.append(full)
            let dropped = handed.chunks.count > EventQueue.maximumChunks ? handed.chunks.removeFirst() : nil
            return (dropped, false, handed.chunks.count % EventQueue.chunksPerWake == 0)
        }
        if let dropped {
            outcomes.dropped(dropped.count, isClosed ? .shutDown : .queueFull)
            recycle(dropped)
        }
        if wakes { wake() }
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

    /// Drops what comes from now on.
    func close() {
        handed.withLockedValue { $0.isClosed = true }
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
