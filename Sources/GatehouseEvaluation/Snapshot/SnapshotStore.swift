// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import CGatehouse
internal import Synchronization

/// The current snapshot: replaced by one thread while any number of others read it without ever waiting.
///
///     let store = SnapshotStore(Snapshot(ruleset: ruleset, context: context))
///     let isOpen = store.withSnapshot { $0.checkGate("new_checkout", for: user) }
///
/// Reading takes no lock, and threads that read don't slow each other down, not even by keeping results.
public final class SnapshotStore: Sendable {
    // Keeps threads that retain the store from disturbing those that only read.
    private let padding = CacheLinePadding()
    @usableFromInline let stripes: ReaderStripes
    private let writer: Mutex<SnapshotWriter>
    // Changed at the beginning and at the end of each turn of the lock. It shows ThreadSanitizer the order of the turns: it
    // can't see what the lock does when threads wait for it, since the standard library isn't instrumented.
    private let turns = Atomic(0)

    // How often a publisher looks whether the readers of old snapshots are gone before it leaves that to a later call: a few
    // microseconds, which most readers don't take. Now and then it lets other threads run, since a reader may be waiting
    // for its processor; on a busy machine each time may take milliseconds.
    private static let attempts = 16
    private static let attemptsPerYield = 8

    /// Makes a store.
    ///
    /// - Parameter snapshot: What readers get until the first ``publish(_:)``.
    public init(_ snapshot: Snapshot) {
        let edition = SnapshotEdition(of: snapshot)
        stripes = ReaderStripes(edition)
        writer = Mutex(SnapshotWriter(edition))
    }

    // MARK: - Reading

    /// Asks the current snapshot.
    ///
    /// Costs two uncontended atomic additions. Whatever `body` asks it gets from one version of the document; calls of this
    /// inside of `body` may get a newer one. The snapshot isn't freed before `body` returns, so a body that takes long
    /// keeps the memory of what is replaced meanwhile.
    ///
    /// - Parameter body: Gets the snapshot, and may keep it.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws.
    @inlinable
    public func withSnapshot<R: ~Copyable, E: Error>(_ body: (Snapshot) throws(E) -> R) throws(E) -> R {
        let reader = stripes.enter()
        defer { stripes.leave(reader) }
        return try reader.replica.pointee.lend(to: body)
    }

    /// The current snapshot, to keep for as long as wanted.
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
    /// Whoever asks from now on, on whatever thread, gets the new one. The old one is freed here as soon as nobody uses it
    /// any more; if that takes more than a moment, by a later call of this or of ``reclaim()``. May be called from any
    /// thread, also inside of ``withSnapshot(_:)``.
    ///
    /// - Parameter snapshot: What readers get from now on.
    public func publish(_ snapshot: Snapshot) {
        let edition = SnapshotEdition(of: snapshot)
        withWriter { $0.replaceCurrent(with: edition, in: stripes) }
        for attempt in 1...SnapshotStore.attempts {
            if !freeUnused().awaitsReaders { return }
            if attempt % SnapshotStore.attemptsPerYield == 0 { gatehouse_thread_yield() }
        }
    }

    /// Frees replaced snapshots that nobody uses any more.
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
            (writer.takeUnused(stripes), writer.awaitsReaders, writer.inUseCount)
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
