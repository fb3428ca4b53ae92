// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseStatistics

/// Simulated experiments with a known effect, and how often the intervals miss it.
struct Simulation {
    /// The number of experiments.
    var experiments: Int
    /// The units of each group.
    var units: Int
    /// The days of an experiment, on which equal parts of the units come; results are looked at after each day.
    var days = 1
    /// The relative change of the test group's mean; 0 for A/A experiments.
    var change = 0.0
    var metric = SimulatedMetric.normal
    var seed: UInt64 = 1

    /// What was counted.
    struct Counts: Equatable {
        /// Experiments whose final absolute interval doesn't contain the true difference.
        var absoluteMisses = 0
        /// Experiments whose final relative interval (Fieller) doesn't contain the true change.
        var relativeMisses = 0
        /// Experiments whose final p-value is below 0.05.
        var significant = 0
        /// Experiments with an ordinary p-value below 0.05 on any day.
        var peeked = 0
        /// Experiments with a sequential p-value below 0.05 on any day.
        var sequential = 0
        /// Experiments with a number missing on the last day.
        var missing = 0
    }

    func run() -> Counts {
        var counts = Counts()
        var random = SeededRandom(seed: seed)
        for _ in 0..<experiments { experiment(&random, &counts) }
        return counts
    }

    private func experiment(_ random: inout SeededRandom, _ counts: inout Counts) {
        var (test, control) = (Moments(), Moments())
        var (peeked, sequential) = (false, false)
        var last: Comparison?
        for day in 1...max(1, days) {
            let upTo = units * day / max(1, days)
            while test.count < upTo {
                try? test.add(metric.value(change, &random))
                try? control.add(metric.value(0, &random))
            }
            guard let comparison = try? Comparison(test: Estimate(test), control: Estimate(control)) else { continue }
            last = comparison
            if let p = try? comparison.pValue(), p < 0.05 { peeked = true }
            if let p = try? SequentialTest(comparison).pValue, p < 0.05 { sequential = true }
        }
        guard let last, let interval = try? last.interval(), let relative = try? last.relativeInterval(),
            let pValue = try? last.pValue()
        else {
            counts.missing += 1
            return
        }
        if !interval.contains(metric.mean * change) { counts.absoluteMisses += 1 }
        if !relative.contains(change) { counts.relativeMisses += 1 }
        if pValue < 0.05 { counts.significant += 1 }
        if peeked { counts.peeked += 1 }
        if sequential { counts.sequential += 1 }
    }
}

extension Simulation {
    /// Runs the large simulations, with `scale` times as many experiments as the test suite, and writes their counts.
    static func report(scale: Int, seed: UInt64) {
        for metric in SimulatedMetric.allCases {
            let same = Simulation(experiments: 2_000 * scale, units: 1_400, days: 14, metric: metric, seed: seed)
            line("A/A", same)
            let changed = Simulation(experiments: 500 * scale, units: 1_400, change: 0.05, metric: metric, seed: seed)
            line("A/B +5 %", changed)
        }
    }

    private static func line(_ name: String, _ simulation: Simulation) {
        let counts = simulation.run()
        func percent(_ count: Int) -> String {
            "\((Double(count) / Double(simulation.experiments) * 10_000).rounded() / 100) %"
        }
        print(
            "\(name), \(simulation.metric.rawValue), \(simulation.experiments) experiments: "
                + "absolute interval misses \(percent(counts.absoluteMisses)), "
                + "relative interval misses \(percent(counts.relativeMisses)), "
                + "p < 0.05 at the end \(percent(counts.significant)), on any of \(simulation.days) days "
                + "\(percent(counts.peeked)), sequential \(percent(counts.sequential)), missing \(counts.missing)")
    }
}
