// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseEvaluation

/// How long single checks of one thread take: while nothing else happens, and while another thread, of low priority and
/// on another processor, loads the document once a second.
struct LatencyTable {
    /// What the other thread does.
    private enum Load: CaseIterable {
        case none
        /// Takes over what hasn't changed: all but one gate.
        case update
        /// Compiles everything anew.
        case anew

        var title: String {
            switch self {
            case .none: "idle"
            case .update: "an update each second"
            case .anew: "a whole load each second"
            }
        }
    }

    /// What the checks during a load, or without any, have found.
    private struct Row {
        let load: Load
        var all = Histogram()
        /// Only checks made while a load was under way.
        var meanwhile = Histogram()
        /// Duration of the loads: ms.
        var durations = Samples()
    }

    private struct Slot: Sendable {
        var all = Histogram()
        var meanwhile = Histogram()
    }

    private let subject: Subject
    private let cycleCount: Int
    private let store: SnapshotStore
    private var rows = Load.allCases.map { Row(load: $0) }
    private var loadCount = 0

    init(_ subject: Subject, seconds: Double) {
        self.subject = subject
        cycleCount = max(Int(seconds / Double(rows.count)), 1)
        store = SnapshotStore(Snapshot(ruleset: subject.rulesets[0], context: Subject.context()))
    }

    /// Measures and prints.
    mutating func measureAndReport() {
        for _ in 0..<cycleCount {
            for index in rows.indices { measure(index) }
        }
        print("Duration of a checkGate through the store in ns, of which reading the clock takes \(Clock.overhead())")
        print(line("", "p50", "p99", "p99.9", "max", "checks"))
        for row in rows {
            print(line(row.load.title, row.all))
            guard row.durations.count > 0 else { continue }
            let duration = String(format: "%.0f ms", row.durations.median)
            print(line("  in the \(duration) it takes", row.meanwhile))
        }
    }

    /// Adds one second to a row.
    private mutating func measure(_ index: Int) {
        let stop = StopSign()
        let isLoading = StopSign()
        let reader = startReader(until: stop, isLoading)
        let end = Clock.now() + 1_000_000_000
        let load = rows[index].load
        if load != .none {
            loadCount += 1
            let document = subject.documents[loadCount % subject.documents.count]
            let worker = startLoad(document, replaces: load == .update, isLoading)
            if let milliseconds = worker.finish() ?? nil { rows[index].durations.add(milliseconds) }
        }
        Clock.sleep(until: end)
        stop.set()
        guard let slot = reader.finish() else { return }
        rows[index].all.add(slot.all)
        rows[index].meanwhile.add(slot.meanwhile)
    }

    private func startReader(until stop: StopSign, _ isLoading: StopSign) -> Worker<Slot> {
        let (subject, store) = (subject, store)
        return Worker(on: 0) {
            let gate = Subject.copy(of: subject.gate)
            let user = Subject.user()
            var slot = Slot()
            while !stop.isSet {
                let isMeanwhile = isLoading.isSet
                for _ in 0..<100 {
                    let start = Clock.now()
                    _ = store.withSnapshot { $0.checkGate(gate, for: user) }
                    let duration = Clock.now() - start
                    if isMeanwhile { slot.meanwhile.add(duration) }
                    slot.all.add(duration)
                }
            }
            return slot
        }
    }

    /// Loads and publishes a document on a thread of its own, which returns how many ms that took.
    private func startLoad(_ document: [UInt8], replaces: Bool, _ isLoading: StopSign) -> Worker<Double?> {
        let store = store
        return Worker(on: 1, isPatient: true) {
            let start = Clock.now()
            isLoading.set()
            defer { isLoading.set(false) }
            let previous = replaces ? store.current.ruleset : nil
            guard let ruleset = try? Subject.load(document, replacing: previous) else { return nil }
            store.publish(Snapshot(ruleset: ruleset, context: Subject.context()))
            return Double(Clock.now() - start) / 1e6
        }
    }

    private func line(_ title: String, _ histogram: Histogram) -> String {
        line(
            title, "\(histogram.quantile(0.5))", "\(histogram.quantile(0.99))", "\(histogram.quantile(0.999))",
            "\(histogram.maximum)", "\(histogram.count)")
    }

    private func line(_ columns: String...) -> String {
        columns[0].padding(toLength: 34, withPad: " ", startingAt: 0)
            + columns.dropFirst().map { String(repeating: " ", count: max(12 - $0.count, 1)) + $0 }.joined()
    }
}
