// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseEvaluation

/// How many calls one and two threads make, with and without rulesets being swapped meanwhile.
///
/// All variants take turns in short rounds, so that whatever else the machine does meets all of them alike.
struct ThroughputTable {
    private static let roundNanoseconds: Int64 = 50_000_000
    private static let swapNanoseconds: Int64 = 10_000_000

    private struct Row {
        let question: Question
        let swaps: Bool
        /// Calls per second, of one thread and of two.
        var all = [Samples(), Samples()]
        /// Those of rounds in which nothing else had a processor of theirs.
        var undisturbed = [Samples(), Samples()]

        var title: String { question.title + (swaps ? ", 100 swaps/s" : "") }
    }

    private let subject: Subject
    private let store: SnapshotStore
    private let snapshots: [Snapshot]
    private let cycleCount: Int
    private var rows = [Row(question: .ownRuleset, swaps: false)]

    init(_ subject: Subject, seconds: Double) {
        self.subject = subject
        let context = Subject.context()
        snapshots = subject.rulesets.map { Snapshot(ruleset: $0, context: context) }
        store = SnapshotStore(snapshots[0])
        for question in [Question.checkGate, .dynamicConfig] {
            rows += [Row(question: question, swaps: false), Row(question: question, swaps: true)]
        }
        cycleCount = max(Int(seconds * 1e9 / Double(Self.roundNanoseconds) / Double(rows.count * 2)), 1)
    }

    /// Measures and prints.
    mutating func measureAndReport() {
        for cycle in 0..<cycleCount {
            for index in rows.indices {
                for threads in [1, 2] {
                    let pace = round(rows[index], threads: threads, cycle)
                    rows[index].all[threads - 1].add(pace.callsPerSecond)
                    if pace.isUndisturbed { rows[index].undisturbed[threads - 1].add(pace.callsPerSecond) }
                }
            }
        }
        print("Million calls per second: median (best) of rounds of 50 ms; rounds in which other processes took a")
        print("processor away count only where there are no others")
        print(line("", "one thread", "two threads", "two/one", "rounds"))
        for row in rows {
            let isDisturbed = row.undisturbed.contains { $0.count == 0 }
            let samples = isDisturbed ? row.all : row.undisturbed
            let (one, two) = (samples[0], samples[1])
            let ratio = String(format: "%.2f (%.2f)", two.median / one.median, two.best / one.best)
            print(
                line(
                    row.title, millions(one), millions(two), ratio,
                    "\(one.count)+\(two.count)/\(cycleCount * 2)" + (isDisturbed ? " disturbed" : "")))
        }
    }

    private func round(_ row: Row, threads: Int, _ cycle: Int) -> Pace {
        let stop = StopSign()
        let (subject, store, question) = (subject, store, row.question)
        let workers = (0..<threads).map { number in
            // A single thread takes turns on the processors.
            Worker(on: cycle + number) { question.ask(subject, store, worker: number, until: stop) }
        }
        let start = Clock.now()
        if row.swaps {
            var next = start
            var swap = 0
            while next < start + Self.roundNanoseconds {
                store.publish(snapshots[swap % snapshots.count])
                swap += 1
                next += Self.swapNanoseconds
                Clock.sleep(until: next)
            }
        } else {
            Clock.sleep(until: start + Self.roundNanoseconds)
        }
        stop.set()
        return workers.reduce(Pace()) { $0 + ($1.finish() ?? Pace()) }
    }

    private func millions(_ samples: Samples) -> String {
        String(format: "%.2f (%.2f)", samples.median / 1e6, samples.best / 1e6)
    }

    private func line(_ columns: String...) -> String {
        columns[0].padding(toLength: 46, withPad: " ", startingAt: 0)
            + columns.dropFirst().map { String(repeating: " ", count: max(16 - $0.count, 1)) + $0 }.joined()
    }
}
