// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import CGatehouse
internal import Synchronization

/// A counter of readers for each stripe of threads, and the edition that they read.
///
/// A reader counts itself in, loads the current replicas, uses its stripe's replica, and counts itself out. A writer publishes
/// another edition, and frees the old edition once it has seen each counter at 0 at some moment.
///
/// **Why no reader uses freed memory.** Let `C` be a reader's counting in, `L` its load of the replicas, `D` its
/// counting out; `X` the writer's exchange of the replicas and `Z` a later load of the same counter that yields 0. All but
/// `D` are sequentially consistent, so they have one order that every thread agrees on, in which `C` comes before `L`, and
/// `X` before `Z`. If `L` yields the old replicas, it comes before `X`. Then `C` comes before `Z`, so that `Z` sees a
/// value at least as late as the one `C` wrote. Each reader adds 1 and later subtracts 1, so a value of 0 means that
/// every reader counted in has been counted out again, this one too: `Z` sees `D`'s value or one that later readers of the
/// stripe made of it in unbroken succession. `D` releases and `Z` acquires, so all the reader did comes before what the
/// writer does next, which is to free. That holds for retaining a replica too, which happens before `D`; from then on its
/// reference count keeps it alive. If `L` yields the new replicas, the reader doesn't use the old ones, and sees the
/// new ones complete, since `X` releases and `L` acquires. Weaker orders don't suffice: were `C` and `L`, or `X` and `Z`, a mere
/// release and acquire, both could miss the other's write.
///
/// **Why the writer makes progress.** Where threads share a stripe, readers can overlap without end, so that a counter is
/// never 0. So each stripe has two counters, and the phase selects the one that readers enter at. Readers of the other phase
/// only leave, except for those that were delayed between reading the phase and counting in; so the other counter becomes 0
/// as soon as they have left, and then the phase changes. Safety doesn't depend on the phase: a writer waits for both counters, and a
/// reader leaves by the one it came in by.
///
/// A reader writes only to the cache lines of its stripe. Only writers write the other memory that it reads.
@usableFromInline
struct ReaderStripes: ~Copyable {
    /// One bit for each stripe, for each phase.
    struct Occupancy {
        var first: UInt64
        var second: UInt64

        static let all = Occupancy(first: .max, second: .max)

        var isEmpty: Bool { first | second == 0 }

        mutating func formIntersection(_ other: Occupancy) {
            first &= other.first
            second &= other.second
        }
    }

    /// A reader that has been counted in.
    @usableFromInline
    struct Reader {
        @usableFromInline let replica: UnsafeMutablePointer<SnapshotReplica>
        fileprivate let counter: UnsafeMutablePointer<Atomic<Int>>
    }

    /// The number of stripes: a power of two, and of the bits of ``Occupancy/first``.
    static let count = 64

    // Current replicas and phase in the first 128 bytes, then 128 bytes for each stripe, with a counter for each phase.
    private let block: UnsafeMutableRawPointer

    init(_ edition: SnapshotEdition) {
        let distance = CacheLinePadding.byteCount
        block = .allocate(byteCount: distance * (1 + ReaderStripes.count), alignment: distance)
        replicas.initialize(to: Atomic(edition.replicas))
        phase.initialize(to: Atomic(0))
        for stripe in 0..<ReaderStripes.count {
            for phase in 0..<2 { counter(stripe, phase).initialize(to: Atomic(0)) }
        }
    }

    deinit {
        // Atomics of pointers and integers need no deinitialising. There are no readers, since each holds the store.
        block.deallocate()
    }

    private var replicas: UnsafeMutablePointer<Atomic<UnsafeMutablePointer<SnapshotReplica>>> {
        @inline(__always) get { block.assumingMemoryBound(to: Atomic<UnsafeMutablePointer<SnapshotReplica>>.self) }
    }

    private var phase: UnsafeMutablePointer<Atomic<Int>> {
        @inline(__always) get { (block + 8).assumingMemoryBound(to: Atomic<Int>.self) }
    }

    @inline(__always)
    private func counter(_ stripe: Int, _ phase: Int) -> UnsafeMutablePointer<Atomic<Int>> {
        (block + (CacheLinePadding.byteCount * (1 + stripe) + 8 * phase)).assumingMemoryBound(to: Atomic<Int>.self)
    }

    // MARK: - Readers

    /// Counts the calling thread in.
    ///
    /// - Returns: The stripe's current replica, there until ``leave(_:)``.
    @usableFromInline
    func enter() -> Reader {
        let stripe = Int(gatehouse_thread_slot()) & (ReaderStripes.count - 1)
        let counter = counter(stripe, phase.pointee.load(ordering: .relaxed))
        counter.pointee.wrappingAdd(1, ordering: .sequentiallyConsistent)
        let replicas = replicas.pointee.load(ordering: .sequentiallyConsistent)
        return Reader(replica: replicas + stripe, counter: counter)
    }

    /// Counts a reader out, at the counter that counted it in.
    @usableFromInline
    func leave(_ reader: Reader) {
        reader.counter.pointee.wrappingSubtract(1, ordering: .releasing)
    }

    // MARK: - Writers, one at a time

    /// Makes readers that enter from now on read `edition`.
    func read(_ edition: SnapshotEdition) {
        _ = replicas.pointee.exchange(edition.replicas, ordering: .sequentiallyConsistent)
    }

    /// Which counters aren't 0; each is looked at once, one after the other.
    func occupancy() -> Occupancy {
        var result = Occupancy(first: 0, second: 0)
        for stripe in 0..<ReaderStripes.count {
            let bit = UInt64(1) << UInt64(stripe)
            if counter(stripe, 0).pointee.load(ordering: .sequentiallyConsistent) != 0 { result.first |= bit }
            if counter(stripe, 1).pointee.load(ordering: .sequentiallyConsistent) != 0 { result.second |= bit }
        }
        return result
    }

    /// Lets readers enter by the other phase, unless a counter of that is among the `awaited` ones.
    func changePhase(unlessAwaited awaited: Occupancy) {
        let current = phase.pointee.load(ordering: .relaxed)
        guard (current == 0 ? awaited.second : awaited.first) == 0 else { return }
        phase.pointee.store(1 - current, ordering: .relaxed)
    }
}
