// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// One published snapshot, as a replica for each stripe of readers.
///
/// Results retain the ruleset they come from. If all threads retained the same object, they would take its cache line
/// from each other, which costs more than most evaluations; with a replica each they don't meet.
final class SnapshotEdition {
    /// A strong reference for each stripe, until ``releaseReplicas()``.
    let replicas: UnsafeMutablePointer<SnapshotReplica>
    private var hasReplicas = true
    // What the replicas' rulesets are replicas of: nobody else refers to it, so it tells whether any are left.
    private var ruleset: Ruleset
    // Nobody's release of a replica is to be the context's last.
    private let context: EvaluationContext

    init(of snapshot: Snapshot) {
        let ruleset = snapshot.ruleset.replica()
        context = snapshot.context
        replicas = .allocate(capacity: ReaderStripes.count)
        for stripe in 0..<ReaderStripes.count {
            let replica = Snapshot(
                ruleset: ruleset.replica(), context: snapshot.context, provenance: snapshot.provenance)
            (replicas + stripe).initialize(to: SnapshotReplica(snapshot: replica))
        }
        self.ruleset = ruleset
    }

    deinit {
        releaseReplicas()
        replicas.deallocate()
    }

    /// Leaves the replicas to whoever retained one.
    func releaseReplicas() {
        guard hasReplicas else { return }
        hasReplicas = false
        replicas.deinitialize(count: ReaderStripes.count)
    }

    /// Whether a replica may be in use; as long as the edition has its own, one is.
    func isInUse() -> Bool {
        !isKnownUniquelyReferenced(&ruleset)
    }
}

/// A strong reference that can be lent without being retained, since it can't be copied.
@usableFromInline
struct SnapshotReplica: ~Copyable {
    @usableFromInline let snapshot: Snapshot

    init(snapshot: Snapshot) {
        self.snapshot = snapshot
    }

    @inlinable
    borrowing func lend<R: ~Copyable, E: Error>(to body: (Snapshot) throws(E) -> R) throws(E) -> R {
        try body(snapshot)
    }
}
