// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The effects that a test can find, and the units it needs for them, by the normal distribution.
public enum Power {
    /// The smallest effect that is found with a given probability.
    ///
    /// Divide by the mean for a relative effect.
    ///
    /// - Parameters:
    ///   - standardError: The standard error of the difference, √(s²/Nt + s²/Nc).
    ///   - power: The probability of finding the effect, above 0 and below 1.
    ///   - options: Significance and direction.
    /// - Returns: (z of the power + z of the significance) · standard error, in the unit of the standard error.
    /// - Throws: ``MissingNumber/outOfRange`` for parameters outside of their ranges, or ``MissingNumber/notFinite``.
    public static func minimumDetectableEffect(
        standardError: Double, power: Double = 0.8, _ options: TestOptions = TestOptions()
    ) throws(MissingNumber) -> Double {
        try MissingNumber.finite(sumOfQuantiles(power, options) * standardError)
    }

    /// The smallest relative effect that an experiment could have found, as a fraction, from the control group alone.
    ///
    /// - Parameters:
    ///   - control: The control group's number.
    ///   - power: The probability of finding the effect, above 0 and below 1.
    ///   - options: Significance and direction.
    /// - Returns: (z of the power + z of the significance) · standard error of the control mean / control mean, positive.
    /// - Throws: ``MissingNumber/zeroDivisor`` for a control mean of 0, ``MissingNumber/outOfRange`` for parameters outside
    ///   of their ranges, or ``MissingNumber/notFinite``.
    public static func reversePower(
        control: Estimate, power: Double = 0.8, _ options: TestOptions = TestOptions()
    ) throws(MissingNumber) -> Double {
        guard control.value != 0 else { throw .zeroDivisor }
        return try MissingNumber.finite(
            sumOfQuantiles(power, options) * control.standardError / abs(control.value))
    }

    /// The probability of finding an effect.
    ///
    /// - Parameters:
    ///   - effect: The true difference; for a one-sided test, positive in the test's direction.
    ///   - standardError: The standard error of the difference, greater than 0.
    ///   - options: Significance and direction.
    /// - Returns: A probability. For a two-sided test it includes significant results in the wrong direction.
    /// - Throws: ``MissingNumber/zeroVariance`` for a standard error of 0, ``MissingNumber/outOfRange`` for a significance
    ///   that isn't between 0 and 1, or ``MissingNumber/notFinite``.
    public static func power(
        effect: Double, standardError: Double, _ options: TestOptions = TestOptions()
    ) throws(MissingNumber) -> Double {
        guard standardError > 0 else { throw standardError.isNaN ? .notFinite : .zeroVariance }
        let score = try MissingNumber.finite(effect / standardError)
        let critical = try options.criticalValue()
        let right = StandardNormal.survival(critical - score)
        return options.alternative == .twoSided ? right + StandardNormal.cdf(-critical - score) : right
    }

    /// The units that each of two groups of equal size needs.
    ///
    /// - Parameters:
    ///   - effect: The difference to find, other than 0.
    ///   - unitVariance: The sample variance of a unit's value.
    ///   - power: The probability of finding the effect, above 0 and below 1.
    ///   - options: Significance and direction.
    /// - Returns: 2·s²·((z of the power + z of the significance) / effect)², rounded up.
    /// - Throws: ``MissingNumber/outOfRange`` for parameters outside of their ranges or a number that no count can hold, or
    ///   ``MissingNumber/notFinite``.
    public static func unitsPerGroup(
        effect: Double, unitVariance: Double, power: Double = 0.8, _ options: TestOptions = TestOptions()
    ) throws(MissingNumber) -> Int {
        guard effect != 0, unitVariance >= 0 else { throw unitVariance.isNaN ? .notFinite : .outOfRange }
        let ratio = try sumOfQuantiles(power, options) / effect
        let units = try MissingNumber.finite(2 * unitVariance * ratio * ratio)
        guard let count = Int(exactly: units.rounded(.up)) else { throw .outOfRange }
        return max(2, count)
    }

    private static func sumOfQuantiles(_ power: Double, _ options: TestOptions) throws(MissingNumber) -> Double {
        guard power > 0, power < 1 else { throw .outOfRange }
        return StandardNormal.quantile(power) + (try options.criticalValue())
    }
}
