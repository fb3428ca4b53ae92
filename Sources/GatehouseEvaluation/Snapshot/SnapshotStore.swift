// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import CGatehouse
internal import Synchronization

/// The current snapshot, which one thread replaces while any number of other threads read it without waiting.
///
///     let store = SnapshotStore(Snapshot(ruleset: ruleset, context: context))
///     let isOpen = store.withSnapshot { $0.checkGate("new_checkout", for: user) }
///
/// Reading takes no lock, and threads that read don't slow each other down, even when they retain results.
public final class SnapshotStore: Sendable {
    // Separates the store's reference count from the memory that readers use.
    private let padding = CacheLinePadding()
    @usableFromInline let stripes: ReaderStripes
    private let writer: Mutex<SnapshotWriter>
    // Changed at the beginning and at the end of each turn of the lock. It shows ThreadSanitizer the order of the turns: it
    // can't see what the lock does when threads wait for it, since the standard library isn't instrumented.
    private let turns = Atomic(0)

    // How often a publisher checks whether the readers of old snapshots have left, before it leaves that to a later call: a few
    // microseconds, which is longer than most reads. It yields the processor from time to time, because a reader may be
    // waiting for it; on a busy machine a yield can take milliseconds.
    private static let attempts = 16
    private static let attemptsPerYield = 8

    /// Makes a store.
    ///
    /// - Parameter snapshot: The snapshot until the first ``publish(_:)``.
    public init(_ snapshot: Snapshot) {
        let edition = SnapshotEdition(of: snapshot)
        stripes = ReaderStripes(edition)
        writer = Mutex(SnapshotWriter(edition))
    }

    // MARK: - Reading

    /// Calls a closure with the current snapshot.
    ///
    /// Costs two uncontended atomic additions. All evaluations in `body` use one version of the document; a nested call
    /// of this method may get a newer one. The snapshot isn't freed before `body` returns, so a long
    /// `body` delays freeing the memory of snapshots that are replaced meanwhile.
    ///
    /// - Parameter body: Receives the snapshot, and may retain it.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws.
    @inlinable
    public func withSnapshot<R: ~Copyable, E: Error>(_ body: (Snapshot) throws(E) -> R) throws(E) -> R {
        let reader = stripes.enter()
        defer { stripes.leave(reader) }
        return try reader.replica.pointee.lend(to: body)
    }

    /// The current snapshot, retained for the caller.
    ///
    /// Two threads get different objects for the same snapshot, so don't compare them by identity.
    public var current: Snapshot {
        let reader = stripes.enter()
        defer { stripes.leave(reader) }
        return reader.replica.pointee.snapshot
    }

    // MARK: - Writing

    /// Replaces the current snapshot.
    ///
    /// Calls on any thread that start after this returns get the new snapshot. This call frees the old one if it is no longer
    /// in use within a moment; otherwise a later call of this or of ``reclaim()`` frees it. May be called from any thread,
    /// also inside of ``withSnapshot(_:)``.
    ///
    /// - Parameter snapshot: The new snapshot.
    public func publish(_ snapshot: Snapshot) {
        let edition = SnapshotEdition(of: snapshot)
        withWriter { $0.replaceCurrent(with: edition, in: stripes) }
        for attempt in 1...SnapshotStore.attempts {
            if !freeUnused().awaitsReaders { return }
            if attempt % SnapshotStore.attemptsPerYield == 0 { gatehouse_thread_yield() }
        }
    }

    /// Frees replaced snapshots that are no longer in use.
    ///
    /// ``publish(_:)`` does this too. Where documents change rarely, call it now and then to get back the memory of
    /// snapshots that were in use when they were replaced; it takes about a microsecond.
    ///
    /// - Returns: How many replaced snapshots are still in use, by readers or by results.
    @discardableResult
    public func reclaim() -> Int {
        freeUnused().inUseCount
    }

    private func freeUnused() -> (awaitsReaders: Bool, inUseCount: Int) {
        let (unused, awaitsReaders, inUseCount) = withWriter { writer in
            (writer.removeUnused(stripes), writer.awaitsReaders, writer.inUseCount)
        }
        withExtendedLifetime(unused) {}
        return (awaitsReaders, inUseCount)
    }

    private func withWriter<R: Sendable>(_ body: (inout SnapshotWriter) -> R) -> R {
        writer.withLock { writer in
            turns.wrappingAdd(1, ordering: .acquiringAndReleasing)
            defer { turns.wrappingAdd(1, ordering: .acquiringAndReleasing) }
            return body(&writer)
        }
    }
}
