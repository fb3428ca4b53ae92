// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

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
