// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec
import Synchronization
import TestSupport
import Testing

/// Readers and writers at once, for about a second each: worth the more with `--sanitize=thread` or `address`.
@Suite("Snapshot store under stress", .serialized)
struct SnapshotStressTests {
    private static let duration = Duration.seconds(1)

    @Test("Readers always get one version, and nothing is left behind", arguments: [1, 3])
    func readersAndWriters(writerCount: Int) throws {
        let editions = try Editions(4)
        let store = SnapshotStore(editions.snapshot(0))
        let end = ContinuousClock.now + Self.duration
        let reads = AtomicCounter()
        let inconsistencies = AtomicCounter()
        let publications = AtomicCounter()
        let threads = Threads()
        threads.start(3) { reader in
            var kept: [Snapshot] = []
            var results: [(DynamicConfigEvaluation, Int)] = []
            var count = 0
            while ContinuousClock.now < end {
                for _ in 0..<20 {
                    count += 1
                    let isConsistent = store.withSnapshot { snapshot in
                        let result = snapshot.dynamicConfig("version", for: Editions.user)
                        results.append((result, Int(snapshot.context.clock())))
                        // Some keep a result, some a snapshot, some are inside twice.
                        return snapshot.isConsistent && (count % 5 != reader || store.withSnapshot(\.isConsistent))
                    }
                    if !isConsistent { inconsistencies.add() }
                    if count % 3 == reader { kept.append(store.current) }
                }
                for (result, version) in results where result["version", default: -1] != version {
                    inconsistencies.add()
                }
                for snapshot in kept where !snapshot.isConsistent { inconsistencies.add() }
                results.removeAll(keepingCapacity: true)
                kept.removeAll(keepingCapacity: true)
            }
            reads.add(count)
        }
        threads.start(writerCount) { writer in
            var version = writer
            while ContinuousClock.now < end {
                for _ in 0..<5 {
                    version += 1
                    if version % 7 == 0 {
                        store.withSnapshot { _ in store.publish(editions.snapshot(version % 4)) }
                    } else {
                        store.publish(editions.snapshot(version % 4))
                    }
                    publications.add()
                }
                store.reclaim()
            }
        }
        threads.join()
        #expect(inconsistencies.count == 0)
        #expect(reads.count > 0)
        #expect(publications.count > 0)
        #expect(store.reclaim() == 0)
        #expect(editions.liveSnapshots.count == 1)
    }

    @Test("Readers who are interrupted while entering or leaving hold no freed snapshot")
    func shortSections() throws {
        let editions = try Editions(4)
        let store = SnapshotStore(editions.snapshot(0))
        let end = ContinuousClock.now + Self.duration
        let inconsistencies = AtomicCounter()
        let threads = Threads()
        // More than there are processors, so that they are interrupted; and doing little but entering and leaving.
        threads.start(8) { _ in
            while ContinuousClock.now < end {
                for _ in 0..<1_000 where !(0..<4).contains(store.withSnapshot { $0.context.clock() }) {
                    inconsistencies.add()
                }
            }
        }
        threads.start(2) { _ in
            let snapshots = (0..<4).map { editions.snapshot($0) }
            while ContinuousClock.now < end {
                for snapshot in snapshots { store.publish(snapshot) }
            }
        }
        threads.join()
        #expect(inconsistencies.count == 0)
        #expect(store.reclaim() == 0)
        #expect(editions.liveSnapshots.count == 1)
    }

    @Test("Readers who come and go as new threads get one version too")
    func shortLivedThreads() throws {
        let editions = try Editions(4)
        let store = SnapshotStore(editions.snapshot(0))
        let end = ContinuousClock.now + Self.duration
        let inconsistencies = AtomicCounter()
        let writer = Threads()
        writer.start { _ in
            var version = 0
            while ContinuousClock.now < end {
                version += 1
                store.publish(editions.snapshot(version % 4))
            }
        }
        var rounds = 0
        while ContinuousClock.now < end {
            let readers = Threads()
            readers.start(8) { _ in
                for _ in 0..<50 where !store.withSnapshot(\.isConsistent) { inconsistencies.add() }
            }
            readers.join()
            rounds += 1
        }
        writer.join()
        #expect(inconsistencies.count == 0)
        #expect(rounds > 1)
        #expect(store.reclaim() == 0)
        #expect(editions.liveSnapshots.count == 1)
    }
}
