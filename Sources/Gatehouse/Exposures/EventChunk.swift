// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import CGatehouse
internal import GatehouseEvaluation

/// A buffer for events of one stripe, in order.
///
/// The queue reuses its memory.
///
/// A chunk has one owner at a time: a stripe, the queue, or the task that takes it from the queue.
final class EventChunk {
    /// The maximum number of events.
    static let capacity = 256

    // Behind a pointer, since the compiler checks each access of an object's stored properties for exclusivity.
    private struct Contents {
        var count = 0
        /// The snapshots of the events, rarely more than one.
        var snapshots: [Snapshot] = []
    }

    private let contents: UnsafeMutablePointer<Contents>
    private let events: UnsafeMutablePointer<QueuedEvent>
    // The evaluations of the exposures among the events, at the same indices. As part of the event an evaluation of hundreds
    // of bytes would be copied once more for each exposure (docs/decisions/0008-exposures-in-two-arrays.md).
    private let evaluations: UnsafeMutablePointer<UnretainedEvaluation>

    init() {
        contents = .allocate(capacity: 1)
        contents.initialize(to: Contents())
        events = .allocate(capacity: EventChunk.capacity)
        evaluations = .allocate(capacity: EventChunk.capacity)
    }

    deinit {
        removeAll()
        contents.deinitialize(count: 1)
        contents.deallocate()
        events.deallocate()
        evaluations.deallocate()
    }

    var count: Int { contents.pointee.count }
    var isFull: Bool { count == EventChunk.capacity }

    /// Appends an event, unless the chunk is full.
    ///
    /// It constructs the event in the chunk's memory.
    ///
    /// - Parameters:
    ///   - event: Makes the event.
    ///   - evaluation: The evaluation of an exposure, which this moves.
    ///   - snapshot: The snapshot of the event.
    @inline(__always)
    func append(
        _ event: () -> QueuedEvent, moving evaluation: UnsafeMutablePointer<UnretainedEvaluation>?,
        in snapshot: Snapshot
    ) {
        let count = count
        guard count < EventChunk.capacity else { return }
        retain(snapshot)
        (events + count).initialize(to: event())
        if let evaluation { (evaluations + count).moveInitialize(from: evaluation, count: 1) }
        contents.pointee.count = count + 1
        // Another thread used the memory before.
        guard count + 1 < EventChunk.capacity else { return }
        gatehouse_prefetch_for_writing(events + (count + 1), MemoryLayout<QueuedEvent>.stride)
        gatehouse_prefetch_for_writing(evaluations + (count + 1), MemoryLayout<UnretainedEvaluation>.stride)
    }

    @inline(__always)
    private func retain(_ snapshot: Snapshot) {
        if contents.pointee.snapshots.last !== snapshot { retainOther(snapshot) }
    }

    @inline(never)
    private func retainOther(_ snapshot: Snapshot) {
        if !contents.pointee.snapshots.contains(where: { $0 === snapshot }) {
            contents.pointee.snapshots.append(snapshot)
        }
    }

    /// Calls `body` with each event, and with the evaluation if the event is an exposure.
    func forEach(_ body: (QueuedEvent, UnretainedEvaluation?) -> Void) {
        for index in 0..<count {
            if case .exposure = events[index] {
                body(events[index], evaluations[index])
            } else {
                body(events[index], nil)
            }
        }
    }

    /// Removes all events.
    func removeAll() {
        for index in 0..<count {
            if case .exposure = events[index] { (evaluations + index).deinitialize(count: 1) }
        }
        events.deinitialize(count: count)
        contents.pointee.count = 0
        contents.pointee.snapshots.removeAll(keepingCapacity: true)
    }
}
