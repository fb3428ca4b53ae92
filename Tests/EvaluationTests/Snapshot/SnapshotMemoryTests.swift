// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec
import TestSupport
import Testing

/// Replaced snapshots are freed after their last reader, and not before.
@Suite("Memory of replaced snapshots")
struct SnapshotMemoryTests {
    @Test("Publishing frees the old snapshot at once when no reader uses it")
    func unused() throws {
        let editions = try Editions()
        let store = SnapshotStore(editions.snapshot(0))
        weak let replica = store.current.ruleset
        for round in 1...1_000 {
            store.publish(editions.snapshot(round % 2))
            #expect(editions.liveSnapshots.count == 1)
        }
        #expect(replica == nil)
        #expect(store.reclaim() == 0)
    }

    @Test("A kept snapshot keeps itself alive, and nothing else")
    func kept() throws {
        let editions = try Editions()
        let store = SnapshotStore(editions.snapshot(0))
        var kept: Snapshot? = store.current
        for _ in 0..<100 { store.publish(editions.snapshot(1)) }
        #expect(editions.liveSnapshots.count == 2)
        #expect(store.reclaim() == 1)
        #expect(kept?.isConsistent == true)
        kept = nil
        #expect(store.reclaim() == 0)
        #expect(editions.liveSnapshots.count == 1)
    }

    @Test("A kept snapshot outlives its store")
    func outlivesStore() throws {
        let editions = try Editions()
        var store: SnapshotStore? = SnapshotStore(editions.snapshot(0))
        var kept = store?.current
        store?.publish(editions.snapshot(1))
        store = nil
        #expect(editions.liveSnapshots.count == 1)
        #expect(kept?.isConsistent == true)
        kept = nil
        #expect(editions.liveSnapshots.count == 0)
    }

    @Test("Results outlive their snapshot, whose memory goes with the last of them")
    func results() throws {
        let editions = try Editions()
        let store = SnapshotStore(editions.snapshot(0))
        var results: [DynamicConfigEvaluation] = []
        for round in 1...10 {
            results.append(store.withSnapshot { $0.dynamicConfig("version", for: Editions.user) })
            store.publish(editions.snapshot(round % 2))
        }
        #expect(results.map { $0["version", default: -1] } == (0..<10).map { $0 % 2 })
        #expect(results.allSatisfy { $0.ruleID == "rule" })
        #expect(store.reclaim() == 10)
        results.removeFirst(4)
        #expect(store.reclaim() == 6)
        results.removeAll()
        #expect(store.reclaim() == 0)
        #expect(editions.liveSnapshots.count == 1)
    }

    @Test("What is published inside of a section doesn't free the section's snapshot before its end")
    func publishInside() throws {
        let editions = try Editions()
        let store = SnapshotStore(editions.snapshot(0))
        store.withSnapshot { snapshot in
            for _ in 0..<20 { store.publish(editions.snapshot(1)) }
            #expect(store.reclaim() == 20)
            #expect(editions.liveSnapshots.count == 21)
            #expect(snapshot.isConsistent)
        }
        #expect(store.reclaim() == 0)
        #expect(editions.liveSnapshots.count == 1)
    }

    @Test("A store frees what it had left for later")
    func storeEnds() throws {
        let editions = try Editions()
        var store: SnapshotStore? = SnapshotStore(editions.snapshot(0))
        store?.withSnapshot { _ in store?.publish(editions.snapshot(1)) }
        #expect(editions.liveSnapshots.count == 2)
        store = nil
        #expect(editions.liveSnapshots.count == 0)
    }

    @Test("Publishing doesn't wait for readers who stay, and doesn't free what they read")
    func stayingReaders() throws {
        let editions = try Editions()
        let store = SnapshotStore(editions.snapshot(0))
        let gateway = Gateway()
        let consistent = AtomicCounter()
        let threads = Threads()
        // More threads than stripes, so that some share one.
        threads.start(100) { _ in
            store.withSnapshot { snapshot in
                gateway.pass()
                if snapshot.isConsistent && snapshot.version == 0 { consistent.add() }
            }
        }
        gateway.awaitArrivals(100)
        store.publish(editions.snapshot(1))
        store.publish(editions.snapshot(1))
        #expect(editions.liveSnapshots.count == 3)
        #expect(store.reclaim() == 2)
        gateway.open(for: 99)
        #expect(store.reclaim() > 0)
        gateway.open()
        threads.join()
        #expect(store.reclaim() == 0)
        #expect(editions.liveSnapshots.count == 1)
        #expect(consistent.count == 100)
    }

    @Test("Readers of a shared stripe who relieve each other for ever keep no old snapshot")
    func overlappingReaders() throws {
        let editions = try Editions()
        let store = SnapshotStore(editions.snapshot(0))
        let first = Gateway()
        let rest = Gateway()
        let threads = Threads()
        // As many threads as there are stripes, twice: most stripes, if not all, are entered again before the reader who
        // is inside leaves them.
        threads.start(64) { _ in store.withSnapshot { _ in first.pass() } }
        first.awaitArrivals(64)
        store.publish(editions.snapshot(1))
        #expect(store.reclaim() == 1)
        threads.start(64) { _ in store.withSnapshot { _ in rest.pass() } }
        rest.awaitArrivals(64)
        first.open(for: 64)
        // The first leave, sooner or later; the rest are inside and must not count.
        let isFreed = Threads.wait { store.reclaim() == 0 }
        #expect(isFreed)
        #expect(editions.liveSnapshots.count == 1)
        rest.open(for: 64)
        threads.join()
    }

    @Test("Code that runs when a context is freed may use the store")
    func onDeinit() throws {
        let editions = try Editions()
        let store = SnapshotStore(editions.snapshot(0))
        let deinits = AtomicCounter()
        for _ in 0..<3 {
            store.publish(
                editions.snapshot(1) { [weak store] in
                    store?.publish(editions.snapshot(0))
                    deinits.add()
                })
            store.publish(editions.snapshot(0))
        }
        #expect(deinits.count == 3)
        #expect(store.current.isConsistent)
        #expect(store.reclaim() == 0)
        #expect(editions.liveSnapshots.count == 1)
    }
}
