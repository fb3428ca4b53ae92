// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// One published snapshot, as a replica for each stripe of readers.
///
/// Results retain the ruleset they come from. If all threads retained the same object, its cache line would
/// move between their processors, which costs more than most evaluations; with a replica per stripe it doesn't.
final class SnapshotEdition {
    /// A strong reference for each stripe, until ``releaseReplicas()``.
    let replicas: UnsafeMutablePointer<SnapshotReplica>
    private var hasReplicas = true
    // The original of the replicas' rulesets: only they refer to it, so its reference count tells whether any is left.
    private var ruleset: Ruleset
    // Retained, so that a reader's release of a replica is never the context's last release.
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

    /// Releases the edition's references to its replicas; threads that retained one keep it.
    func releaseReplicas() {
        guard hasReplicas else { return }
        hasReplicas = false
        replicas.deinitialize(count: ReaderStripes.count)
    }

    /// Whether a replica may be in use; always `true` until ``releaseReplicas()``.
    func isInUse() -> Bool {
        !isKnownUniquelyReferenced(&ruleset)
    }
}

/// A strong reference that readers borrow without retaining it; it can't be copied.
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
