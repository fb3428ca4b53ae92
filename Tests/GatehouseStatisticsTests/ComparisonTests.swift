// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseStatistics
import Testing

struct ComparisonTests {
    private func comparison(
        _ test: Double, _ testVariance: Double, _ control: Double, _ controlVariance: Double, units: Int = 1_000
    ) throws -> Comparison {
        try Comparison(
            test: Estimate(units: units, value: test, variance: testVariance),
            control: Estimate(units: units, value: control, variance: controlVariance))
    }

    @Test func oneSidedTestsShareOutTheProbability() throws {
        let comparison = try Tiny.comparison()
        for distribution in TestDistribution.allCases {
            func p(_ alternative: Alternative) throws -> Double {
                try comparison.pValue(TestOptions(alternative: alternative, distribution: distribution))
            }
            expectClose(try p(.greater) + p(.less), 1, within: 1e-14)
            expectClose(try p(.twoSided), try 2 * p(.greater), within: 1e-14)
        }
        let greater = try comparison.interval(TestOptions(alternative: .greater, distribution: .normal))
        let less = try comparison.interval(TestOptions(alternative: .less, distribution: .normal))
        #expect(greater.upper == .infinity)
        #expect(less.lower == -.infinity)
        expectClose(greater.margin, 1.6448536269514722 * comparison.standardError, within: 1e-14)
        #expect(less.margin == greater.margin)
        #expect(greater.contains(1e300))
        #expect(!greater.contains(greater.lower.nextDown))
        #expect(greater.contains(greater.lower))
    }

    @Test func anIntervalLeavesOutZeroWhenThePValueIsBelowTheSignificance() throws {
        for change in stride(from: -4.0, through: 4, by: 0.05) {
            let comparison = try comparison(10 + change, 0.5, 10, 0.7, units: 60)
            for alternative in Alternative.allCases {
                let options = TestOptions(significance: 0.1, alternative: alternative)
                let isSignificant = try comparison.pValue(options) < 0.1
                #expect(try comparison.interval(options).contains(0) == !isSignificant)
                #expect(try comparison.relativeInterval(options, .simple).contains(0) == !isSignificant)
                // Fieller's interval and the test reject the same differences.
                #expect(try comparison.relativeInterval(options, .fieller).contains(0) == !isSignificant)
            }
        }
    }

    @Test func automaticDistributionChangesAtAHundredDegreesOfFreedom() throws {
        let few = try comparison(1, 0.1, 0.5, 0.1, units: 50)
        let many = try comparison(1, 0.1, 0.5, 0.1, units: 52)
        #expect(try few.degreesOfFreedom() < 100)
        #expect(try few.pValue() == few.pValue(TestOptions(distribution: .studentT)))
        #expect(try many.degreesOfFreedom() > 100)
        #expect(try many.pValue() == many.pValue(TestOptions(distribution: .normal)))
    }

    @Test func endsOfFiellersIntervalAreTheRootsOfItsDefinition() throws {
        let z = StandardNormal.quantile(0.975)
        for (test, control) in [(3.0, 2.0), (-1, 2), (0, 5), (3, -2), (-3, -2)] {
            let comparison = try comparison(test, 0.3, control, 0.2)
            let interval = try comparison.relativeInterval()
            #expect(interval.lower < interval.upper)
            #expect(interval.contains(try comparison.relativeChange()))
            for end in [interval.lower, interval.upper] {
                let rho = end + 1
                let distance = (test - rho * control) * (test - rho * control)
                expectClose(distance, z * z * (0.3 + rho * rho * 0.2), within: 1e-12)
            }
        }
    }

    @Test func aControlMeanNearZeroHasNoBoundedInterval() throws {
        let comparison = try comparison(3, 0.3, 0.5, 0.2)
        #expect(throws: MissingNumber.unboundedInterval) { try comparison.relativeInterval() }
        #expect(try comparison.relativeInterval(TestOptions(), .delta).margin > 0)
        #expect(try comparison.relativeChange() == 5)
    }

    @Test func oneSidedRelativeIntervalsTurnWithTheSignOfTheControlMean() throws {
        let options = TestOptions(alternative: .greater)
        for method in RelativeMethod.allCases {
            // From −10 up to −8 is a relative change of −0.2.
            let negative = try comparison(-8, 0.3, -10, 0.2).relativeInterval(options, method)
            #expect(negative.lower == -.infinity)
            #expect(negative.upper < 0)
            let positive = try comparison(12, 0.3, 10, 0.2).relativeInterval(options, method)
            #expect(positive.upper == .infinity)
            #expect(positive.lower > 0)
            expectClose(positive.margin, 0.2 - positive.lower, within: 1e-12)
        }
    }

    @Test func numbersThatCannotBeGivenSayWhy() throws {
        let still = try comparison(2, 0, 1, 0)
        #expect(throws: MissingNumber.zeroVariance) { try still.pValue() }
        #expect(throws: MissingNumber.zeroVariance) { try still.interval() }
        #expect(throws: MissingNumber.zeroVariance) { try still.relativeInterval() }
        #expect(throws: MissingNumber.zeroVariance) { try still.degreesOfFreedom() }
        #expect(throws: MissingNumber.zeroVariance) { try SequentialTest(still) }
        #expect(try still.relativeChange() == 1)
        let zero = try comparison(2, 1, 0, 1)
        #expect(throws: MissingNumber.zeroDivisor) { try zero.relativeChange() }
        #expect(throws: MissingNumber.zeroDivisor) { try zero.relativeInterval(TestOptions(), .simple) }
        for significance in [0, 1, -1, 2, Double.nan, .infinity] {
            #expect(throws: MissingNumber.outOfRange) {
                try zero.interval(TestOptions(significance: significance))
            }
        }
        let large = try comparison(1e308, 1e300, -1e308, 1e300)
        #expect(throws: MissingNumber.notFinite) { try large.pValue() }
        #expect(throws: MissingNumber.notFinite) { try large.interval() }
        #expect(throws: MissingNumber.notFinite) {
            try Estimate(units: 10, value: 1, variance: .greatestFiniteMagnitude)
        }
        #expect(throws: MissingNumber.tooFewUnits) { try Estimate(units: 1, value: 1, variance: 1) }
        #expect(throws: MissingNumber.notFinite) { try Estimate(units: 2, value: .nan, variance: 1) }
        #expect(try Estimate(units: 2, value: 1, variance: -1e-20).variance == 0)
    }

    @Test func oneGroupWithoutVarianceIsCompared() throws {
        let comparison = try comparison(2, 0, 1, 0.04, units: 30)
        expectClose(try comparison.degreesOfFreedom(), 29, within: 1e-14)
        expectClose(try comparison.zScore(), 5, within: 1e-14)
    }
}
