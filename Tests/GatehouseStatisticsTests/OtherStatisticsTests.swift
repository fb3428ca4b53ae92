// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseStatistics
import Testing

struct OtherStatisticsTests {
    @Test func benjaminiHochbergTakesTheLargestThreshold() {
        // 0.045 is above its own threshold 0.0375 but below no other; 0.02 is below 0.025.
        expectClose(BenjaminiHochberg.significance(0.05, pValues: [0.045, 0.02, 0.9, 0.02]), 0.025)
        // No threshold is reached: as strict as for the smallest.
        expectClose(BenjaminiHochberg.significance(0.05, pValues: [0.5, 0.9]), 0.025)
        #expect(BenjaminiHochberg.significance(0.05, pValues: [0, 0, 0]) == 0.05)
        #expect(BenjaminiHochberg.significance(0.05, pValues: []) == 0.05)
        // Missing p-values don't count.
        #expect(BenjaminiHochberg.significance(0.05, pValues: [nil, .nan, 0.001]) == 0.05)
    }

    @Test func bonferroniDividesTheSignificance() throws {
        #expect(Bonferroni.perVariant(significance: 0.05, testGroups: 4) == 0.0125)
        #expect(Bonferroni.perVariant(significance: 0.05, testGroups: 0) == 0.05)
        for weight in [-0.1, 1.1, .nan] {
            #expect(throws: MissingNumber.outOfRange) {
                try Bonferroni.perMetric(
                    significance: 0.05, role: .primary, primaryMetrics: 1, secondaryMetrics: 1, primaryWeight: weight)
            }
        }
    }

    @Test(arguments: [
        ([5_000, 5_000], SampleRatioTest.Verdict.passed),
        ([5_130, 4_870], .warning),  // p = 0.0093
        ([5_200, 4_800], .alert),
        // p = 2e-4, but the shares deviate by less than 0.1 percentage points.
        ([2_003_700, 1_996_300], .warning),
        ([3, 4], .waiting),
        ([0, 40], .alert),
    ])
    func sampleRatioVerdicts(units: [Int], verdict: SampleRatioTest.Verdict) throws {
        let test = try SampleRatioTest(units: units, weights: [50, 50])
        #expect(test.verdict == verdict, "p = \(test.pValue), deviation \(test.largestDeviation)")
    }

    @Test func sampleRatioRefusesWhatItCannotTest() {
        #expect(throws: MissingNumber.wrongShape) { try SampleRatioTest(units: [1], weights: [1]) }
        #expect(throws: MissingNumber.wrongShape) { try SampleRatioTest(units: [1, 2], weights: [1]) }
        #expect(throws: MissingNumber.outOfRange) { try SampleRatioTest(units: [1, 2], weights: [1, 0]) }
        #expect(throws: MissingNumber.outOfRange) { try SampleRatioTest(units: [1, -2], weights: [1, 1]) }
        #expect(throws: MissingNumber.outOfRange) { try SampleRatioTest(units: [1, 2], weights: [1, .nan]) }
        #expect(throws: MissingNumber.notFinite) { try SampleRatioTest(units: [1, 2], weights: [1, .infinity]) }
        #expect(throws: MissingNumber.tooFewUnits) { try SampleRatioTest(units: [0, 0], weights: [1, 1]) }
    }

    @Test func winsorizationUsesObservedValues() throws {
        let limits = try Winsorization(lower: 0.1, upper: 0.9)
        // Zeros and NaN are left out: 1…10 remain.
        let values = [0, 0, 0, .nan] + (1...10).map(Double.init).reversed()
        let bounds = limits.bounds(values)
        #expect(bounds == Winsorization.Bounds(lower: 1, upper: 9))
        #expect([0, 5, 10].map(bounds.clamp) == [1, 5, 9])
        #expect(try Winsorization().bounds([]) == Winsorization.Bounds(lower: nil, upper: nil))
        #expect(try Winsorization().bounds([4]) == Winsorization.Bounds(lower: nil, upper: 4))
        #expect(Winsorization.rank(of: 0.999, count: 1_000) == 999)
        #expect(Winsorization.rank(of: 0, count: 5) == 1)
        #expect(Winsorization.rank(of: 1, count: .max) == .max)
        #expect(Winsorization.rank(of: 0.5, count: 0) == nil)
        #expect(Winsorization.rank(of: .nan, count: 5) == nil)
        #expect(throws: MissingNumber.outOfRange) { try Winsorization(lower: 0.9, upper: 0.1) }
        #expect(throws: MissingNumber.outOfRange) { try Winsorization(upper: 99.9) }
    }

    @Test func relativeImpactOfARatioEqualsTheDefinition() throws {
        let test = try Tiny.moments(Tiny.test, Tiny.testDenominators)
        let control = try Tiny.moments(Tiny.control, Tiny.controlDenominators)
        let impact = try Impact.ratio(test: test, control: control, topline: (500, 300))
        // (500 − 2·10) / (300 − 0.9·10)
        let baseline = 480.0 / 291
        expectClose(impact.absolute.value, 500.0 / 300 - baseline, within: 1e-12)
        expectClose(impact.relative.value, (500.0 / 300 - baseline) / baseline, within: 1e-12)
        #expect(impact.absolute.standardError > 0)
        let projected = try Impact.ratio(test: test, control: control, topline: (500, 300), multiplier: 4)
        expectClose(projected.absolute.value, 560.0 / 327 - baseline, within: 1e-12)
        expectClose(projected.absolute.standardError, 4 * impact.absolute.standardError, within: 1e-12)
    }

    @Test func impactRefusesWhatItCannotCompute() throws {
        let comparison = try Tiny.comparison()
        #expect(throws: MissingNumber.outOfRange) { try Impact.total(comparison, toplinePerDay: 9, days: 0) }
        let whole = try Comparison(
            test: Estimate(units: 10, value: 4, variance: 1), control: Estimate(units: 10, value: 2, variance: 1))
        #expect(throws: MissingNumber.zeroDivisor) { try Impact.total(whole, toplinePerDay: 20, days: 1) }
        #expect(throws: MissingNumber.notFinite) { try Impact.total(comparison, toplinePerDay: .nan, days: 1) }
        let (test, control) = (
            try Tiny.moments(Tiny.test, Tiny.testDenominators), try Tiny.moments(Tiny.control, Tiny.controlDenominators)
        )
        #expect(throws: MissingNumber.notFinite) {
            try Impact.ratio(test: test, control: control, topline: (500, 0), multiplier: 2)
        }
        #expect(throws: MissingNumber.zeroDivisor) { try Impact.multiplier(shares: [0, 0]) }
        #expect(throws: MissingNumber.zeroDivisor) { try Impact.multiplier(shares: []) }
        #expect(throws: MissingNumber.outOfRange) { try Impact.multiplier(shares: [1.5]) }
    }

    @Test func aggregatedImpactWeighsByRisk() throws {
        let risk = try AggregatedImpact.falsePositiveRisk(significance: 0.05, power: 0.8, nullShare: 0.5)
        expectClose(risk, 0.025 / 0.425)
        expectClose(try AggregatedImpact.sum([(10, risk), (-4, 0)]), 10 * (1 - risk) - 4)
        #expect(throws: MissingNumber.zeroDivisor) {
            try AggregatedImpact.falsePositiveRisk(significance: 0, power: 0, nullShare: 0.5)
        }
        #expect(throws: MissingNumber.outOfRange) {
            try AggregatedImpact.falsePositiveRisk(significance: 0.05, power: 80, nullShare: 0.5)
        }
    }

    @Test func powerEffectAndUnitsBelongTogether() throws {
        for alternative in [Alternative.twoSided, .greater] {
            let options = TestOptions(alternative: alternative)
            let effect = try Power.minimumDetectableEffect(standardError: 0.3, power: 0.9, options)
            let power = try Power.power(effect: effect, standardError: 0.3, options)
            expectClose(power, 0.9, within: 1e-5)
            // With s² per unit and n units in each group the standard error is √(2s²/n).
            #expect(try Power.unitsPerGroup(effect: effect, unitVariance: 45, power: 0.9, options) == 1_000)
        }
        #expect(throws: MissingNumber.outOfRange) { try Power.unitsPerGroup(effect: 0, unitVariance: 1) }
        #expect(throws: MissingNumber.outOfRange) { try Power.unitsPerGroup(effect: 1e-30, unitVariance: 1) }
        #expect(throws: MissingNumber.outOfRange) { try Power.minimumDetectableEffect(standardError: 1, power: 1) }
        #expect(throws: MissingNumber.zeroVariance) { try Power.power(effect: 1, standardError: 0) }
        let control = try Estimate(units: 100, value: -2, variance: 0.01)
        expectClose(try Power.reversePower(control: control), (1.959963984540054 + 0.8416212335729143) * 0.1 / 2)
    }

    @Test func quantilesCompareByTheirOuterIntervals() throws {
        let share = try Estimate(units: 400, value: 0.5, variance: 0.0004)
        let levels = try QuantileEstimate.levels(0.5, share: share)
        expectClose(levels.lower, 0.5 - 1.959963984540054 * 0.02)
        expectClose(levels.upper, 0.5 + 1.959963984540054 * 0.02)
        #expect(try QuantileEstimate.levels(0.999, share: share).upper == 1)
        let estimate = try QuantileEstimate.estimate(units: 400, value: 30, lower: 27, upper: 34)
        expectClose(estimate.standardError, 7 / (2 * 1.959963984540054))
        #expect(throws: MissingNumber.outOfRange) { try QuantileEstimate.levels(1, share: share) }
        #expect(throws: MissingNumber.inconsistent) {
            try QuantileEstimate.estimate(units: 400, value: 30, lower: 34, upper: 27)
        }
    }

    @Test func sequentialTestsAndPosteriorsRefuseBadParameters() throws {
        let comparison = try Tiny.comparison()
        #expect(throws: MissingNumber.outOfRange) { try SequentialTest(comparison, TestOptions(significance: 0)) }
        #expect(throws: MissingNumber.outOfRange) {
            try SequentialTest(comparison, TestOptions(significance: 0.6, alternative: .greater))
        }
        #expect(throws: MissingNumber.outOfRange) { try ProbabilityRatioTest(comparison, minimumEffect: 0) }
        #expect(throws: MissingNumber.outOfRange) {
            try ProbabilityRatioTest(comparison, minimumEffect: 0.1, significance: 0.9)
        }
        #expect(throws: MissingNumber.zeroVariance) { try Posterior(effect: 1, standardError: 0) }
        #expect(throws: MissingNumber.notFinite) { try Posterior(effect: .nan, standardError: 1) }
        #expect(throws: MissingNumber.outOfRange) {
            try Posterior(effect: 1, standardError: 1, prior: NormalPrior(mean: 0, standardDeviation: 0))
        }
        // A very wide prior is as none, a very narrow one is all.
        let wide = try Posterior(effect: 1, standardError: 1, prior: NormalPrior(mean: 9, standardDeviation: 1e12))
        expectClose(wide.mean, 1, within: 1e-12)
        let narrow = try Posterior(effect: 1, standardError: 1, prior: NormalPrior(mean: 9, standardDeviation: 1e-12))
        expectClose(narrow.mean, 9, within: 1e-12)
        #expect(try Posterior(effect: 60, standardError: 1).expectedLoss() == 0)
        #expect(try Posterior(effect: -1e200, standardError: 1e-200).expectedLoss() == 1e200)
    }
}
