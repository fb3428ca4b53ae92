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

    private let start: UnsafeMutablePointer<QueuedEvent>
    private(set) var count = 0
    // The snapshots of the events: seldom more than one.
    private var snapshots: [Snapshot] = []

    init() {
        start = .allocate(capacity: EventChunk.capacity)
    }

    deinit {
        start.deinitialize(count: count)
        start.deallocate()
    }

    var isFull: Bool { count == EventChunk.capacity }
    /// The events, there until the next call.
    var events: UnsafeBufferPointer<QueuedEvent> { UnsafeBufferPointer(start: start, count: count) }

    /// Appends an event of this snapshot, made where it stays, unless the chunk is full.
    @inline(__always)
    func append(_ event: () -> QueuedEvent, in snapshot: Snapshot) {
        guard !isFull else { return }
        if !snapshots.contains(where: { $0 === snapshot }) { snapshots.append(snapshot) }
        (start + count).initialize(to: event())
        count += 1
        // The memory was another thread's last time.
        if !isFull { gatehouse_prefetch_for_writing(start + count, MemoryLayout<QueuedEvent>.stride) }
    }

    /// Forgets the events.
    func removeAll() {
        start.deinitialize(count: count)
        count = 0
        snapshots.removeAll(keepingCapacity: true)
    }
}
