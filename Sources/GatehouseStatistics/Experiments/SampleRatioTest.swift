// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Whether units were shared out among groups as configured: Pearson's χ² test.
public struct SampleRatioTest: Sendable, Hashable {
    /// What the test says, by the reference's thresholds.
    public enum Verdict: String, Sendable, Hashable, CaseIterable {
        /// The groups are as large as configured.
        case passed
        /// p is at most 0.01, and at least 0.001 or no group's share deviates by 0.1 percentage points.
        case warning
        /// p is below 0.001, and a group's share deviates by 0.1 percentage points or more.
        case alert
        /// A group is expected to have fewer than 5 units, too few for the test.
        case waiting
    }

    /// At or below this p-value there is a warning.
    public static let warningSignificance = 0.01
    /// Below this p-value there is an alert.
    public static let alertSignificance = 0.001
    /// The smallest deviation of a share that is worth an alert, a fraction.
    public static let alertDeviation = 0.001
    /// The smallest expected number of units in a group.
    public static let fewestExpected = 5.0

    /// The χ² statistic.
    public let statistic: Double
    /// The number of groups minus 1.
    public let degreesOfFreedom: Int
    /// The probability of a statistic this large or larger.
    public let pValue: Double
    /// The largest difference of a group's share from the configured one, a fraction.
    public let largestDeviation: Double
    /// What the test says.
    public let verdict: Verdict

    /// Tests the sizes of groups.
    ///
    /// - Parameters:
    ///   - units: The number of units in each group, without those in more than one.
    ///   - weights: The configured sizes of the same groups, in any unit.
    /// - Throws: ``MissingNumber/wrongShape`` with fewer than two groups or another number of weights,
    ///   ``MissingNumber/outOfRange`` for negative units and for weights that aren't greater than 0,
    ///   ``MissingNumber/tooFewUnits`` without units, or ``MissingNumber/notFinite``.
    public init(units: [Int], weights: [Double]) throws(MissingNumber) {
        guard units.count > 1, units.count == weights.count else { throw .wrongShape }
        guard units.allSatisfy({ $0 >= 0 }), weights.allSatisfy({ $0 > 0 }) else { throw .outOfRange }
        let total = units.reduce(0.0) { $0 + Double($1) }
        guard total > 0 else { throw .tooFewUnits }
        let whole = try MissingNumber.finite(weights.reduce(0, +))
        var (statistic, deviation, fewest) = (0.0, 0.0, Double.infinity)
        for (count, weight) in zip(units, weights) {
            let expected = total * (weight / whole)
            guard expected > 0 else { throw .outOfRange }
            let difference = Double(count) - expected
            statistic += difference * difference / expected
            deviation = max(deviation, abs(difference) / total)
            fewest = min(fewest, expected)
        }
        self.statistic = try MissingNumber.finite(statistic)
        degreesOfFreedom = units.count - 1
        pValue = ChiSquare(degreesOfFreedom: Double(units.count - 1)).survival(statistic)
        largestDeviation = deviation
        if fewest < Self.fewestExpected {
            verdict = .waiting
        } else if pValue > Self.warningSignificance {
            verdict = .passed
        } else {
            let isAlert = pValue < Self.alertSignificance && deviation >= Self.alertDeviation
            verdict = isAlert ? .alert : .warning
        }
    }
}
