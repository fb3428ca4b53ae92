// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import Testing

@testable import Gatehouse

@Suite("What becomes of events, decided without sinks and clocks")
struct DeliveryStateMachineTests {
    private typealias Batch = DeliveryStateMachine.Batch

    private static func machine(_ change: (inout EventOptions) -> Void = { _ in }) -> DeliveryStateMachine {
        var options = EventOptions()
        options.spool = SpoolOptions(directory: "/", maximumBytes: 1_000)
        change(&options)
        return DeliveryStateMachine(DeliveryStateMachine.Limits(options), now: .zero)
    }

    private static func batch(_ id: String, count: Int = 10, bytes: Int = 100, isOnDisk: Bool = false) -> Batch {
        Batch(id: id, count: count, byteCount: bytes, isOnDisk: isOnDisk)
    }

    // MARK: - Writing

    @Test("Events are cut at the interval, and written down before that when there are any")
    func ticks() {
        var machine = Self.machine()
        let settings = ExposureSettings()
        #expect(machine.pause(.zero) == .seconds(1))
        #expect(machine.pause(.milliseconds(9_700)) == .milliseconds(300))
        #expect(machine.pause(.seconds(20)) == .milliseconds(1))
        #expect(machine.tick(.seconds(1), settings, hasQueued: false) == DeliveryStateMachine.Tick())
        #expect(machine.tick(.seconds(2), settings, hasQueued: true) == DeliveryStateMachine.Tick(encodes: true))
        let cut = DeliveryStateMachine.Tick(encodes: true, cuts: true)
        #expect(machine.tick(.seconds(10), settings, hasQueued: false) == cut)
        #expect(machine.tick(.seconds(11), settings, hasQueued: false) == DeliveryStateMachine.Tick())
        #expect(machine.tick(.seconds(20), settings, hasQueued: false) == cut)
        let forgets = DeliveryStateMachine.Tick(encodes: true, cuts: true, forgetsExposures: true, forgetsRules: true)
        #expect(machine.tick(.seconds(61), settings, hasQueued: false) == forgets)
        #expect(machine.tick(.seconds(62), settings, hasQueued: false) == DeliveryStateMachine.Tick())
    }

    @Test("After the end nothing is written")
    func end() {
        var machine = Self.machine()
        _ = machine.added(Self.batch("a"))
        _ = machine.added(Self.batch("b", isOnDisk: true))
        let ends = [machine.finish(), machine.finish()]
        #expect(ends == [true, false])
        #expect(machine.tick(.seconds(100), ExposureSettings(), hasQueued: true) == DeliveryStateMachine.Tick())
        #expect(machine.close() == [DeliveryStateMachine.Drop(batch: Self.batch("a"), reason: .shutDown)])
        #expect(machine.begin(isPatient: true) == .stop)
    }

    @Test("At the end what would be lost is sent again after longer pauses, as long as there is time")
    func passesOfEnd() {
        var machine = Self.machine()
        _ = machine.finish()
        #expect(machine.pauseBeforeNextPass(left: .seconds(9)) == nil)
        _ = machine.added(Self.batch("a", isOnDisk: true))
        #expect(machine.pauseBeforeNextPass(left: .seconds(9)) == nil)
        _ = machine.added(Self.batch("b"))
        let pauses = (0..<6).map { _ in machine.pauseBeforeNextPass(left: .seconds(9)) }
        #expect(pauses == [100, 200, 400, 800, 1_000, 1_000].map { .milliseconds($0) })
        #expect(machine.pauseBeforeNextPass(left: .milliseconds(900)) == nil)
    }

    // MARK: - Bounds

    @Test("The oldest batches go when there are too many, or too many bytes, in memory and on disk apart")
    func bounds() {
        var machine = Self.machine {
            $0.maximumWaitingBatches = 2
            $0.maximumWaitingBytes = 250
        }
        #expect(machine.added(Self.batch("a")).isEmpty)
        #expect(machine.added(Self.batch("d", isOnDisk: true)).isEmpty)
        #expect(machine.added(Self.batch("b")).isEmpty)
        #expect(machine.added(Self.batch("c")).map(\.batch.id) == ["a"])
        #expect(machine.added(Self.batch("e", bytes: 200)).map(\.batch.id) == ["b", "c"])
        #expect(machine.added(Self.batch("f", bytes: 900, isOnDisk: true)).isEmpty)
        #expect(
            machine.added(Self.batch("g", bytes: 1, isOnDisk: true))
                == [DeliveryStateMachine.Drop(batch: Self.batch("d", isOnDisk: true), reason: .spoolFull)])
    }

    @Test("Extreme numbers from the disk don't overflow")
    func extremes() {
        var machine = Self.machine()
        machine.found((0..<3).map { Self.batch("\($0)", count: .max, bytes: .max, isOnDisk: true) })
        #expect(!machine.added(Self.batch("x", isOnDisk: true)).isEmpty || machine.waiting.count == 4)
    }

    // MARK: - Sending

    @Test("Batches are sent one after the other, each once in a pass")
    func pass() {
        var machine = Self.machine()
        for id in ["a", "b"] { _ = machine.added(Self.batch(id)) }
        #expect(machine.begin(isPatient: false) == .send(Self.batch("a")))
        #expect(machine.begin(isPatient: false) == .stop, "one pass at a time")
        #expect(machine.tried(.delivered, .zero, chance: 0) == .acknowledge(Self.batch("a")))
    }

    @Test("A pass tries the others after a failure, unless it is patient", arguments: [true, false])
    func failure(isPatient: Bool) {
        var machine = Self.machine()
        for id in ["a", "b"] { _ = machine.added(Self.batch(id)) }
        _ = machine.begin(isPatient: isPatient)
        let next = machine.tried(.failed, .seconds(5), chance: 0)
        #expect(next == (isPatient ? .stop : .send(Self.batch("b"))))
        if !isPatient { #expect(machine.tried(.failed, .seconds(5), chance: 0) == .stop) }
        #expect(machine.waiting.map(\.attempts).max() == 1)
        #expect(!machine.maySend(.milliseconds(5_900)))
        #expect(machine.maySend(.seconds(7)))
    }

    @Test("A batch in memory is tried six times, one on disk for ever")
    func tries() {
        for isOnDisk in [false, true] {
            var machine = Self.machine()
            _ = machine.added(Self.batch("a", isOnDisk: isOnDisk))
            for attempt in 0..<5 {
                guard case .send(let batch) = machine.begin(isPatient: true) else {
                    Issue.record("nothing is sent")
                    return
                }
                #expect(batch.attempts == attempt)
                #expect(machine.tried(.failed, .zero, chance: 0) == .stop)
            }
            _ = machine.begin(isPatient: true)
            let last = machine.tried(.failed, .zero, chance: 0)
            if isOnDisk {
                #expect(last == .stop && machine.waiting.count == 1)
            } else if case .drop(let drop) = last {
                #expect(drop.reason == .triesExhausted)
                #expect(machine.handled() == .stop)
            } else {
                Issue.record("\(last)")
            }
        }
    }

    @Test(
        "What the sink will never take is dropped, and the pass goes on",
        arguments: [
            (DeliveryStateMachine.Outcome.rejected, EventLedger.DropReason.rejected), (.damaged, .damaged),
        ])
    func dropped(outcome: DeliveryStateMachine.Outcome, reason: EventLedger.DropReason) {
        var machine = Self.machine()
        for id in ["a", "b"] { _ = machine.added(Self.batch(id)) }
        _ = machine.begin(isPatient: true)
        #expect(
            machine.tried(outcome, .zero, chance: 0)
                == .drop(DeliveryStateMachine.Drop(batch: Self.batch("a"), reason: reason)))
        #expect(machine.handled() == .send(Self.batch("b")))
    }

    @Test("A batch that is too large is split, in its place, and one event is dropped")
    func tooLarge() {
        var machine = Self.machine()
        _ = machine.added(Self.batch("a", count: 2))
        _ = machine.added(Self.batch("b"))
        _ = machine.begin(isPatient: true)
        #expect(machine.tried(.tooLarge, .zero, chance: 0) == .split(Self.batch("a", count: 2)))
        let halves = [Self.batch("a1", count: 1), Self.batch("a2", count: 1)]
        #expect(machine.split(into: halves) == .send(halves[0]))
        #expect(
            machine.tried(.tooLarge, .zero, chance: 0)
                == .drop(DeliveryStateMachine.Drop(batch: halves[0], reason: .tooLarge)))
        #expect(machine.handled() == .send(halves[1]))
        #expect(machine.tried(.delivered, .zero, chance: 0) == .acknowledge(halves[1]))
        #expect(machine.handled() == .send(Self.batch("b")))
    }

    @Test("A batch that can't be split is damaged")
    func unsplittable() {
        var machine = Self.machine()
        _ = machine.added(Self.batch("a"))
        _ = machine.begin(isPatient: true)
        _ = machine.tried(.tooLarge, .zero, chance: 0)
        #expect(
            machine.split(into: []) == .drop(DeliveryStateMachine.Drop(batch: Self.batch("a"), reason: .damaged)))
        #expect(machine.handled() == .stop)
    }

    @Test("A try that was cancelled doesn't count")
    func cancelled() {
        var machine = Self.machine()
        for id in ["a", "b"] { _ = machine.added(Self.batch(id)) }
        _ = machine.begin(isPatient: false)
        #expect(machine.tried(.cancelled, .zero, chance: 0) == .stop)
        #expect(machine.waiting == [Self.batch("a"), Self.batch("b")])
    }

    // MARK: - By chance

    @Test("Whatever sinks do, each event ends exactly once", arguments: Seed.some)
    func walk(seed: Seed) {
        var random = seed.random
        var machine = Self.machine {
            $0.maximumWaitingBatches = 20
            $0.maximumWaitingBytes = 5_000
        }
        var (logged, ended, number) = (0, 0, 0)
        var now = Duration.zero
        func fresh(_ count: Int, isOnDisk: Bool, _ random: inout SeededRandom) -> Batch {
            number += 1
            return Self.batch(
                "\(number)", count: count, bytes: .random(in: 1...400, using: &random), isOnDisk: isOnDisk)
        }
        for _ in 0..<400 {
            now += .milliseconds(Int.random(in: 0...3_000, using: &random))
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                let batch = fresh(.random(in: 1...9, using: &random), isOnDisk: .random(using: &random), &random)
                logged += batch.count
                for drop in machine.added(batch) { ended += drop.batch.count }
            }
            var action = machine.begin(isPatient: .random(using: &random))
            var sent: Set<String> = []
            loop: while true {
                switch action {
                case .stop: break loop
                case .send(let batch):
                    #expect(sent.insert(batch.id).inserted, "twice in a pass")
                    #expect(batch.isOnDisk || batch.attempts < 6)
                    let outcomes: [DeliveryStateMachine.Outcome] = [
                        .delivered, .delivered, .delivered, .failed, .failed, .rejected, .tooLarge, .damaged,
                        .cancelled,
                    ]
                    action = machine.tried(
                        outcomes.randomElement(using: &random) ?? .delivered, now,
                        chance: .random(in: 0..<1, using: &random))
                case .acknowledge(let batch):
                    ended += batch.count
                    action = machine.handled()
                case .drop(let drop):
                    ended += drop.batch.count
                    action = machine.handled()
                case .split(let batch):
                    let half = batch.count / 2
                    action = machine.split(into: [
                        fresh(half, isOnDisk: batch.isOnDisk, &random),
                        fresh(batch.count - half, isOnDisk: batch.isOnDisk, &random),
                    ])
                }
            }
            let waiting = machine.waiting.reduce(0) { $0 + $1.count }
            #expect(logged == ended + waiting)
            #expect(machine.waiting.count { !$0.isOnDisk } <= 40)
        }
        for drop in machine.close() { ended += drop.batch.count }
        #expect(logged == ended + machine.waiting.reduce(0) { $0 + $1.count })
        #expect(machine.waiting.allSatisfy { $0.isOnDisk })
    }
}
