// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The editions that a store owns: the current one, and replaced ones that are still in use.
///
/// Only the thread that holds the store's lock has access.
struct SnapshotWriter {
    private struct Retired {
        let edition: SnapshotEdition
        /// The counters that haven't been seen at 0 since the edition was replaced.
        var occupancy = ReaderStripes.Occupancy.all
    }

    private var current: SnapshotEdition
    /// Replaced editions that readers may be inside of, the oldest first.
    private var retired: [Retired] = []
    /// Replaced editions without readers inside, whose replicas may be retained by results.
    ///
    /// They are retained here so that releasing a result never frees a whole ruleset, which takes milliseconds.
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

    /// Removes the editions that are no longer in use.
    ///
    /// - Returns: The removed editions. The caller frees them after it has released the lock: freeing takes long, and may run
    ///   code of the application that made the context.
    mutating func removeUnused(_ stripes: borrowing ReaderStripes) -> [SnapshotEdition] {
        if awaitsReaders {
            let occupancy = stripes.occupancy()
            for index in retired.indices { retired[index].occupancy.formIntersection(occupancy) }
            for left in retired where left.occupancy.isEmpty {
                left.edition.releaseReplicas()
                lingering.append(left.edition)
            }
            retired.removeAll { $0.occupancy.isEmpty }
            // The oldest edition decides, so that it is freed at some time, and then the others.
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
