// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The editions a store owns: the current one, and replaced ones until nobody uses them any more.
///
/// Only the holder of the store's lock has access.
struct SnapshotWriter {
    private struct Retired {
        let edition: SnapshotEdition
        /// The counters that haven't been seen at 0 since the edition was replaced.
        var occupancy = ReaderStripes.Occupancy.all
    }

    private var current: SnapshotEdition
    /// Editions that readers may be inside of, the oldest first.
    private var retired: [Retired] = []
    /// Editions that nobody is inside of any more, but whose replicas somebody may have retained.
    ///
    /// They are kept so that a replica's release never frees a whole ruleset, which would take the thread that happens to
    /// drop the last result milliseconds.
    private var lingering: [SnapshotEdition] = []

    init(_ edition: SnapshotEdition) {
        current = edition
    }

    /// Whether readers may be inside of replaced editions.
    var awaitsReaders: Bool { !retired.isEmpty }

    /// The number of replaced editions that are in use.
    var inUseCount: Int { retired.count + lingering.count }

    /// Makes `edition` the current one.
    mutating func replaceCurrent(with edition: SnapshotEdition, in stripes: borrowing ReaderStripes) {
        stripes.read(edition)
        retired.append(Retired(edition: current))
        current = edition
    }

    /// Finds the editions that nobody uses any more.
    ///
    /// - Returns: Those, to be freed once the lock is given back: it takes long, and may run code of whoever made the
    ///   context.
    mutating func takeUnused(_ stripes: borrowing ReaderStripes) -> [SnapshotEdition] {
        if awaitsReaders {
            let occupancy = stripes.occupancy()
            for index in retired.indices { retired[index].occupancy.formIntersection(occupancy) }
            for left in retired where left.occupancy.isEmpty {
                left.edition.releaseReplicas()
                lingering.append(left.edition)
            }
            retired.removeAll { $0.occupancy.isEmpty }
            // The oldest decides, so that it gets away at last, and then the others.
            if let oldest = retired.first { stripes.changePhase(unlessAwaited: oldest.occupancy) }
        }
        var unused: [SnapshotEdition] = []
        lingering.removeAll { edition in
            if edition.isInUse() { return false }
            unused.append(edition)
            return true
        }
        return unused
    }
}
