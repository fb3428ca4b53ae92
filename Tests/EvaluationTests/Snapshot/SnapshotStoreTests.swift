// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec
import TestSupport
import Testing

/// What readers of a store get; when memory is freed is the subject of `SnapshotMemoryTests`.
@Suite("Snapshot store")
struct SnapshotStoreTests {
    private struct Refusal: Error, Equatable {
        let version: Int
    }

    @Test("Readers get what was published last")
    func publish() throws {
        let editions = try Editions(5)
        let store = SnapshotStore(editions.snapshot(0))
        #expect(store.current.version == 0)
        for version in 1..<5 {
            store.publish(editions.snapshot(version))
            #expect(store.withSnapshot { $0.version } == version)
            #expect(store.withSnapshot { $0.isConsistent })
            #expect(store.current.version == version)
        }
    }

    @Test("Other threads get it too, more of them than there are stripes")
    func otherThreads() throws {
        let editions = try Editions()
        let store = SnapshotStore(editions.snapshot(0))
        store.publish(editions.snapshot(1))
        let rightAnswers = AtomicCounter()
        let threads = Threads()
        threads.start(150) { _ in
            if store.withSnapshot({ $0.isConsistent && $0.version == 1 }), store.current.version == 1 {
                rightAnswers.add()
            }
        }
        threads.join()
        #expect(rightAnswers.count == 150)
    }

    @Test("A kept snapshot answers as when it was taken, however many are published since")
    func kept() throws {
        let editions = try Editions(3)
        let store = SnapshotStore(editions.snapshot(0))
        let kept = store.current
        for round in 1...1_000 { store.publish(editions.snapshot(round % 3)) }
        #expect(kept.version == 0)
        #expect(kept.isConsistent)
    }

    @Test("A snapshot answers all questions by its own ruleset and context")
    func answers() throws {
        var project = Project()
        project.gate("gate", Rule("late", .time("after", 1_700_000_000_000)))
        project.config("config", Rule("late", .time("after", 1_700_000_000_000), returns: ["late": true]))
        project.experiment("experiment", Rule("late", .time("after", 1_700_000_000_000), returns: ["late": true]))
        project.layer("layer", Rule("late", .time("after", 1_700_000_000_000), returns: ["late": true]))
        let parameter: Value = ["ref_type": "static", "param_type": "string", "value": "text"]
        project.members["param_stores"] = ["store": ["targetAppIDs": [], "parameters": ["name": parameter]]]
        let group: Value = ["id": "a", "name": "A", "parameterValues": ["v": 1]]
        project.members["cmab_configs"] = [
            "tune": [
                "salt": "s", "defaultValue": [:], "idType": "userID", "version": 1, "enabled": true, "sampleRate": 0,
                "higherIsBetter": true, "config": [:], "groups": [group],
            ]
        ]
        let ruleset = try project.ruleset()
        let user = User(userID: "user")
        for (time, isLate) in [(1_600_000_000_000 as Int64, false), (1_800_000_000_000, true)] {
            let snapshot = Snapshot(ruleset: ruleset, context: EvaluationContext(clock: { time }))
            SnapshotStore(snapshot).withSnapshot { snapshot in
                #expect(snapshot.checkGate("gate", for: user) == isLate)
                #expect(snapshot.checkGate(ruleset.handle(for: .gate, named: "gate"), for: user) == isLate)
                #expect(snapshot.gate("gate", for: user).value == isLate)
                #expect(snapshot.dynamicConfig("config", for: user)["late", default: false] == isLate)
                #expect(snapshot.experiment("experiment", for: user)["late", default: false] == isLate)
                #expect(snapshot.layer("layer", for: user)["late", default: false] == isLate)
                #expect(snapshot.parameterStore("store", for: user)["name", default: ""] == "text")
                #expect(snapshot.rankedGroups(ofAutotune: "tune", for: user).map(\.name) == ["A"])
                #expect(snapshot.context.clock() == time)
                #expect(snapshot.ruleset.metadata == ruleset.metadata)
                #expect(snapshot.ruleset.memoryByteCount == ruleset.memoryByteCount)
            }
        }
    }

    @Test("A handle finds its gate in every version and on every thread")
    func handle() throws {
        let editions = try Editions(3)
        let store = SnapshotStore(editions.snapshot(0))
        let handles = (0..<3).map { editions.handle("isOdd", inVersion: $0) }
        let rightAnswers = AtomicCounter()
        for version in [1, 2, 0] {
            store.publish(editions.snapshot(version))
            let threads = Threads()
            threads.start(70) { _ in
                for handle in handles
                where store.withSnapshot({ $0.checkGate(handle, for: Editions.user) }) == (version == 1) {
                    rightAnswers.add()
                }
            }
            threads.join()
        }
        #expect(rightAnswers.count == 3 * 70 * 3)
    }

    @Test("Inside of a section another one may be opened, and gets what is current by then")
    func nested() throws {
        let editions = try Editions(3)
        let store = SnapshotStore(editions.snapshot(0))
        store.withSnapshot { outer in
            store.publish(editions.snapshot(1))
            store.withSnapshot { inner in
                store.publish(editions.snapshot(2))
                #expect(outer.version == 0)
                #expect(inner.version == 1)
                #expect(store.current.version == 2)
            }
            #expect(outer.isConsistent)
        }
        #expect(store.withSnapshot { $0.version } == 2)
    }

    @Test("What a section throws comes out as it is, and ends the section")
    func throwing() throws {
        let editions = try Editions()
        let store = SnapshotStore(editions.snapshot(0))
        #expect(throws: Refusal(version: 0)) {
            try store.withSnapshot { (snapshot) throws(Refusal) -> Void in throw Refusal(version: snapshot.version) }
        }
        store.publish(editions.snapshot(1))
        #expect(store.reclaim() == 0)
        #expect(editions.liveSnapshots.count == 1)
    }

    @Test("A section may return what can't be copied")
    func noncopyable() throws {
        struct Ticket: ~Copyable {
            let version: Int
        }
        let store = SnapshotStore(try Editions().snapshot(1))
        let ticket = store.withSnapshot { Ticket(version: $0.version) }
        #expect(ticket.version == 1)
    }
}
