// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import Synchronization

/// What a thread asks over and over, and by which way.
enum Question: CaseIterable {
    /// `checkGate` of a ruleset that no other thread has: what the machine gives at most.
    case ownRuleset
    /// `checkGate` by name through the store.
    case checkGate
    /// `dynamicConfig` through the store, whose result keeps its ruleset.
    case dynamicConfig

    var title: String {
        switch self {
        case .ownRuleset: "checkGate, each thread a ruleset of its own"
        case .checkGate: "checkGate through the store"
        case .dynamicConfig: "dynamicConfig through the store"
        }
    }

    /// Asks until `stop` is set.
    ///
    /// - Parameters:
    ///   - subject: What is asked.
    ///   - store: Where.
    ///   - worker: The thread's number.
    ///   - stop: Set from elsewhere.
    /// - Returns: The calls per second, and the thread's share of a processor.
    func ask(_ subject: Subject, _ store: SnapshotStore, worker: Int, until stop: StopSign) -> Pace {
        let user = Subject.user()
        switch self {
        case .ownRuleset:
            let gate = Subject.copy(of: subject.gate)
            let ruleset = subject.rulesets[worker % subject.rulesets.count]
            let context = Subject.context()
            return Question.pace(until: stop) { ruleset.checkGate(gate, for: user, in: context) }
        case .checkGate:
            let gate = Subject.copy(of: subject.gate)
            return Question.pace(until: stop) { store.withSnapshot { $0.checkGate(gate, for: user) } }
        case .dynamicConfig:
            let config = Subject.copy(of: subject.config)
            return Question.pace(until: stop) {
                store.withSnapshot { $0.dynamicConfig(config, for: user) }.version == nil
            }
        }
    }

    @inline(__always)
    private static func pace(until stop: StopSign, _ call: () -> Bool) -> Pace {
        var count = 0
        var trueCount = 0
        let (start, threadStart) = (Clock.now(), Clock.threadTime())
        while !stop.isSet {
            for _ in 0..<100 where call() { trueCount &+= 1 }
            count += 100
        }
        let (threadTime, time) = (Clock.threadTime() - threadStart, Clock.now() - start)
        // Using the answers keeps the calls from being optimised away.
        let calls = trueCount <= count ? count : 0
        return Pace(callsPerSecond: Double(calls) / Double(time) * 1e9, share: Double(threadTime) / Double(time))
    }
}
