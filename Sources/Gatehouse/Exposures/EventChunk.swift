// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import CGatehouse
internal import GatehouseEvaluation

/// Some events of a stripe, in order, in memory that is used again and again.
///
/// Belongs to one stripe, to the queue or to whoever took it, one after the other.
final class EventChunk {
    /// How many events there is room for.
    static let capacity = 256

    // Behind a pointer, where the compiler doesn't check each access as it does for what objects store.
    private struct Contents {
        var count = 0
        /// The snapshots of the events: seldom more than one.
        var snapshots: [Snapshot] = []
    }

    private let contents: UnsafeMutablePointer<Contents>
    private let events: UnsafeMutablePointer<QueuedEvent>
    // Those of the exposures among the events, at the same places.
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

    /// Appends an event of this snapshot, made where it stays, unless the chunk is full.
    ///
    /// - Parameters:
    ///   - event: The event.
    ///   - evaluation: That of an exposure, which is moved here.
    ///   - snapshot: The snapshot.
    @inline(__always)
    func append(
        _ event: () -> QueuedEvent, moving evaluation: UnsafeMutablePointer<UnretainedEvaluation>?,
        in snapshot: Snapshot
    ) {
        let count = count
        guard count < EventChunk.capacity else { return }
        keep(snapshot)
        (events + count).initialize(to: event())
        if let evaluation { (evaluations + count).moveInitialize(from: evaluation, count: 1) }
        contents.pointee.count = count + 1
        // The memory was another thread's last time.
        guard count + 1 < EventChunk.capacity else { return }
        gatehouse_prefetch_for_writing(events + (count + 1), MemoryLayout<QueuedEvent>.stride)
        gatehouse_prefetch_for_writing(evaluations + (count + 1), MemoryLayout<UnretainedEvaluation>.stride)
    }

    @inline(__always)
    private func keep(_ snapshot: Snapshot) {
        if contents.pointee.snapshots.last !== snapshot { keepOther(snapshot) }
    }

    @inline(never)
    private func keepOther(_ snapshot: Snapshot) {
        if !contents.pointee.snapshots.contains(where: { $0 === snapshot }) {
            contents.pointee.snapshots.append(snapshot)
        }
    }

    /// Calls `body` with each event, and the evaluation where it is an exposure.
    func forEach(_ body: (QueuedEvent, UnretainedEvaluation?) -> Void) {
        for index in 0..<count {
            if case .exposure = events[index] {
                body(events[index], evaluations[index])
            } else {
                body(events[index], nil)
            }
        }
    }

    /// Forgets the events.
    func removeAll() {
        for index in 0..<count {
            if case .exposure = events[index] { (evaluations + index).deinitialize(count: 1) }
        }
        events.deinitialize(count: count)
        contents.pointee.count = 0
        contents.pointee.snapshots.removeAll(keepingCapacity: true)
    }
}
