// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import gatehouse_statistics

/// Simulated experiments with small groups; `gatehouse-statistics simulate` runs larger ones.
struct SimulationTests {
    @Test(arguments: SimulatedMetric.allCases)
    func sameGroupsDifferInFivePercentOfExperiments(metric: SimulatedMetric) {
        let counts = Simulation(experiments: 2_000, units: 150, metric: metric, seed: 20).run()
        #expect(counts.missing == 0)
        // With a true rate of 5 % the counts are from 68 to 134 in all but 1 of 1,000 runs.
        #expect((68...134).contains(counts.absoluteMisses), "\(counts)")
        #expect((68...134).contains(counts.relativeMisses), "\(counts)")
        #expect(counts.significant == counts.absoluteMisses)
    }

    @Test func sequentialTestsStandDailyLooks() {
        let counts = Simulation(experiments: 2_000, units: 280, days: 14, seed: 21).run()
        // Looking each day makes the ordinary test find far more than 5 %.
        #expect(counts.peeked > 300, "\(counts)")
        #expect(counts.sequential <= 100, "\(counts)")
        #expect(counts.sequential > 0, "\(counts)")
    }

    @Test(arguments: SimulatedMetric.allCases)
    func intervalsCoverAKnownEffect(metric: SimulatedMetric) {
        let counts = Simulation(experiments: 500, units: 300, change: 0.1, metric: metric, seed: 22).run()
        #expect(counts.missing == 0)
        // Coverage of 95 % ± 2.
        #expect((15...35).contains(counts.absoluteMisses), "\(counts)")
        #expect((15...35).contains(counts.relativeMisses), "\(counts)")
    }

    @Test func equalSeedsGiveEqualExperiments() {
        let simulation = Simulation(experiments: 50, units: 40, seed: 23)
        #expect(simulation.run() == simulation.run())
    }
}
