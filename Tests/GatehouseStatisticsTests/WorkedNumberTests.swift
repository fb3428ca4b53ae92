// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseStatistics
import Testing

/// Worked numbers, each of which an independent package gave as well.
struct WorkedNumberTests {
    private let z = TestOptions(distribution: .normal)

    @Test func meansAndTheZTest() throws {
        let comparison = try Tiny.comparison()
        expectClose(comparison.test.value, 3.8)
        expectClose(comparison.control.value, 1.8)
        expectClose(comparison.test.standardError, 0.8406346809)
        expectClose(comparison.control.standardError, 0.4163331999)
        expectClose(comparison.absoluteChange, 2)
        expectClose(comparison.standardError, 0.9380831520)
        expectClose(try comparison.zScore(), 2.1320071636)
        expectClose(try comparison.pValue(z), 0.0330062576612)
        expectClose(
            try comparison.pValue(TestOptions(alternative: .greater, distribution: .normal)), 0.0165031288, within: 5e-9
        )
        let interval = try comparison.interval(z)
        expectClose(interval.lower, 0.1613908076)
        expectClose(interval.upper, 3.8386091924)
    }

    @Test func welch() throws {
        let comparison = try Tiny.comparison()
        expectClose(try comparison.degreesOfFreedom(), 13.16453996)
        for distribution in [TestDistribution.studentT, .automatic] {
            let options = TestOptions(distribution: distribution)
            expectClose(try comparison.pValue(options), 0.0524017118333)
            let interval = try comparison.interval(options)
            expectClose(interval.lower, -0.0240335775, within: 2e-9)
            expectClose(interval.upper, 4.0240335775)
        }
    }

    @Test func relativeIntervals() throws {
        let comparison = try Tiny.comparison()
        expectClose(try comparison.relativeChange(), 1.1111111111)
        expectClose(try comparison.relativeStandardError(.delta), 0.67567455, within: 1e-8)
        let delta = try comparison.relativeInterval(z, .delta)
        expectClose(delta.lower, -0.2131866717)
        expectClose(delta.upper, 2.4354088940)
        let simple = try comparison.relativeInterval(z, .simple)
        expectClose(simple.lower, 0.0896615598)
        expectClose(simple.upper, 2.1325606624)
        let fieller = try comparison.relativeInterval(z, .fieller)
        expectClose(fieller.lower, 0.0742780416)
        expectClose(fieller.upper, 3.24010349, within: 2e-9)
        expectClose(fieller.margin, (fieller.upper - fieller.lower) / 2)
    }

    @Test func ratios() throws {
        let test = try Tiny.moments(Tiny.test, Tiny.testDenominators)
        let control = try Tiny.moments(Tiny.control, Tiny.controlDenominators)
        let comparison = try Comparison(
            test: Estimate(test, .ratio(0, 1)), control: Estimate(control, .ratio(0, 1)))
        expectClose(comparison.test.value, 1.6521739130)
        expectClose(comparison.control.value, 1.2857142857)
        expectClose(comparison.test.standardError, 0.1354391006)
        expectClose(comparison.control.standardError, 0.1747650691)
        expectClose(comparison.absoluteChange, 0.3664596273)
        expectClose(try comparison.zScore(), 1.6574151738)
    }

    @Test func cuped() throws {
        let cuped = try CUPED(
            test: Tiny.moments(Tiny.test, Tiny.testBefore), control: Tiny.moments(Tiny.control, Tiny.controlBefore))
        let comparison = Comparison(test: cuped.test, control: cuped.control)
        expectClose(cuped.theta, 1.4610778443)
        expectClose(comparison.absoluteChange, 0.3928143713)
        expectClose(comparison.standardError, 0.3215023042)
        expectClose(try comparison.pValue(z), 0.2217799085)
        #expect(cuped.varianceReduction > 0.85)
        #expect(cuped.refusal(unitsBefore: 20) == .tooFewUnitsBefore)
    }

    @Test func cupedOfRatios() throws {
        let cuped = try CUPED(
            test: Tiny.moments(
                Tiny.test, Tiny.testDenominators, Tiny.testBefore, Tiny.testDenominators.reversed()),
            control: Tiny.moments(
                Tiny.control, Tiny.controlDenominators, Tiny.controlBefore, Tiny.controlDenominators.reversed()),
            form: .ratio(0, 1), covariate: .ratio(2, 3))
        let comparison = Comparison(test: cuped.test, control: cuped.control)
        expectClose(cuped.theta, 0.18668635604)
        expectClose(comparison.absoluteChange, 0.3658798560)
        expectClose(comparison.standardError, 0.20997, within: 5e-5)
    }

    @Test func sequential() throws {
        let comparison = try Tiny.comparison()
        let test = try SequentialTest(comparison)
        expectClose(test.mixingVariance, 1.690241881105415)
        expectClose(test.criticalValue, 3.5845153569)
        expectClose(try test.interval().margin, 3.3625734, within: 2e-8)
        expectClose(test.pValue, 0.2437145824, within: 2e-9)
        let greater = try SequentialTest(comparison, TestOptions(alternative: .greater))
        expectClose(greater.mixingVariance, 1.1904391, within: 5e-8)
        expectClose(greater.criticalValue, 3.4508784, within: 5e-8)
        #expect(try greater.interval().upper == .infinity)
    }

    @Test func bayesian() throws {
        let comparison = try Tiny.comparison()
        let posterior = try Posterior.absolute(comparison, prior: NormalPrior(mean: 0.5, standardDeviation: 1))
        expectClose(posterior.mean, 1.2978723404)
        expectClose(posterior.standardDeviation, 0.6841674549)
        expectClose(posterior.chanceToBeat(), 0.9710866752)
        expectClose(posterior.expectedLoss(), 0.0076219774, within: 1e-8)
        expectClose(posterior.chanceToBeat(.decrease), 1 - 0.9710866752, within: 1e-8)
        // What is lost by keeping the control group is the expected gain and the loss of shipping.
        expectClose(posterior.expectedLoss(shipping: false), posterior.mean + posterior.expectedLoss())
        expectClose(posterior.expectedLoss(.decrease), posterior.expectedLoss(shipping: false))
        let flat = try Posterior.absolute(comparison)
        expectClose(flat.mean, 2)
        expectClose(flat.chanceToBeat(), 1 - 0.0165031288, within: 1e-9)
    }

    @Test func probabilityRatio() throws {
        let test = try ProbabilityRatioTest(Tiny.comparison(), minimumEffect: 0.2)
        expectClose(test.standardizedEffect, 0.2734396, within: 2e-7)
        expectClose(test.expectedScore, 0.6114296, within: 2e-7)
        expectClose(test.logLikelihoodRatio, 1.1166492, within: 5e-8)
        #expect(test.decision == .undecided)
        expectClose(test.upperBound, 2.772588722239781)
    }

    @Test func oneSample() throws {
        let (score, pValue) = try Estimate(Tiny.moments(Tiny.test)).test(against: 2, z)
        expectClose(score, 2.1412393, within: 2e-8)
        expectClose(pValue, 0.0322547, within: 2e-6)
    }

    @Test func sampleRatio() throws {
        let small = try SampleRatioTest(units: [5_100, 4_900], weights: [1, 1])
        expectClose(small.statistic, 4)
        expectClose(small.pValue, 0.0455002639, within: 1e-9)
        #expect(small.verdict == .passed)
        let large = try SampleRatioTest(units: [166_080, 171_180, 166_300], weights: [100, 100, 100])
        expectClose(large.statistic, 99.0404, within: 1e-6)
        expectClose(large.pValue, 3.1163e-22, within: 1e-4)
        #expect(large.verdict == .alert)
    }

    @Test func corrections() throws {
        expectClose(BenjaminiHochberg.significance(0.05, pValues: [0.04, 0.001, 0.2, 0.012, 0.03]), 0.04)
        func split(_ role: Bonferroni.Role) throws -> Double {
            try Bonferroni.perMetric(
                significance: 0.05, role: role, primaryMetrics: 2, secondaryMetrics: 4, primaryWeight: 0.6)
        }
        expectClose(try split(.primary), 0.015)
        expectClose(try split(.secondary), 0.005)
        #expect(try split(.other) == 0.05)
    }

    @Test func power() throws {
        let error = (25 * (1 / 5_200.0 + 1 / 5_200.0)).squareRoot()
        expectClose(100 * (try Power.minimumDetectableEffect(standardError: error)), 27.4718, within: 1e-6)
    }

    @Test func impact() throws {
        let test = try Estimate(units: 1_000, value: 11, variance: 0.04)
        let control = try Estimate(units: 1_000, value: 10, variance: 0.05)
        let impact = try Impact.total(Comparison(test: test, control: control), toplinePerDay: 1_000, days: 30)
        expectClose(impact.absolute.value, 1_000 / 30)
        expectClose(impact.absolute.standardError, 0.3 * 1_000 / 30)
        expectClose(impact.relative.value, (1_000.0 / 30) / (1_000 - 1_000.0 / 30))
        let multiplier = try Impact.multiplier(shares: Array(repeating: 0.25, count: 14))
        expectClose(multiplier, 4)
        expectClose(try impact.projected(multiplier: multiplier).absolute.value, 4_000 / 30)
    }
}
