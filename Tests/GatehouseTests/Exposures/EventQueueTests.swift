// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Dispatch
import GatehouseEvaluation
import Synchronization
import Testing

@testable import Gatehouse

@Suite("The queue of events")
struct EventQueueTests {
    private let outcomes = EventOutcomes(EventMetrics(label: nil))
    private let snapshot = Snapshot(ruleset: Ruleset(), context: EvaluationContext(clock: { 0 }))

    private func event(_ name: String) -> QueuedEvent {
        .custom(
            CustomEvent(name: name, value: .null, metadata: nil, user: User(userID: "u"), snapshot: snapshot, time: 0))
    }

    private func names(_ chunks: [EventChunk]) -> [String] {
        var names: [String] = []
        for chunk in chunks {
            chunk.forEach { event, evaluation in
                if evaluation != nil { Issue.record("an event with an evaluation") }
                if case .custom(let event) = event { names.append(event.name) }
            }
        }
        return names
    }

    @Test(
        "Events come out in their order, whether their chunk is full or not",
        arguments: [1, 255, 256, 257, 2_047, 2_048, 5_000])
    func order(_ count: Int) {
        let box = WakeCounter()
        let queue = EventQueue(outcomes) { box.count.wrappingAdd(1, ordering: .relaxed) }
        for number in 0..<count { queue.append(event("\(number)"), in: snapshot) }
        #expect(queue.count == count)
        let chunks = queue.takeAll()
        #expect(names(chunks) == (0..<count).map(String.init))
        #expect(queue.count == 0)
        #expect(box.count.load(ordering: .relaxed) == count / (8 * EventChunk.capacity))
    }

    @Test("A chunk that was used before holds what is new only")
    func recycled() {
        let queue = EventQueue(outcomes) {}
        for number in 0..<300 { queue.append(event("old \(number)"), in: snapshot) }
        for chunk in queue.takeAll() { queue.recycle(chunk) }
        for number in 0..<300 { queue.append(event("\(number)"), in: snapshot) }
        #expect(names(queue.takeAll()) == (0..<300).map(String.init))
        #expect(queue.totals.accepted == 600)
    }

    @Test("When no task drains the queue, the oldest events are dropped and counted")
    func full() {
        let queue = EventQueue(outcomes) {}
        let room = EventQueue.maximumChunks * EventChunk.capacity
        for number in 0..<(room + 1_000) { queue.append(event("\(number)"), in: snapshot) }
        let kept = names(queue.takeAll())
        let dropped = outcomes.current.dropped[.queueFull] ?? 0
        #expect(dropped > 0 && dropped <= 1_024)
        #expect(kept == (dropped..<(room + 1_000)).map(String.init))
    }

    @Test("Threads that append while another one takes lose nothing")
    func threads() {
        let queue = EventQueue(outcomes) {}
        let taken = Atomic(0)
        let running = Atomic(3)
        DispatchQueue.concurrentPerform(iterations: 4) { thread in
            if thread == 0 {
                while running.load(ordering: .acquiring) > 0 {
                    for chunk in queue.takeAll() {
                        taken.wrappingAdd(chunk.count, ordering: .relaxed)
                        queue.recycle(chunk)
                    }
                }
                return
            }
            for number in 0..<20_000 { queue.append(event("\(number)"), in: snapshot) }
            running.wrappingSubtract(1, ordering: .releasing)
        }
        let rest = queue.count
        let dropped = outcomes.current.dropped[.queueFull] ?? 0
        #expect(taken.load(ordering: .relaxed) + rest + dropped == 60_000)
    }
}

private final class WakeCounter: Sendable {
    let count = Atomic(0)
}
