// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The effect of an experiment on the whole product.
///
/// ``total(_:testUnits:toplinePerDay:days:)`` is for sums and counts,
/// ``ratio(test:control:numerator:denominator:topline:multiplier:)`` for ratios. Both take estimates without CUPED.
/// Relative effects are fractions.
public struct Impact: Sendable, Hashable {
    /// A number with its standard error.
    public struct Number: Sendable, Hashable {
        /// The number.
        public let value: Double
        /// Its standard error.
        public let standardError: Double

        init(_ value: Double, variance: Double) throws(MissingNumber) {
            self.value = try MissingNumber.finite(value)
            standardError = try MissingNumber.finite(max(0, MissingNumber.finite(variance)).squareRoot())
        }

        /// The half width of the number's interval, from the normal distribution.
        ///
        /// - Parameter options: Significance and direction.
        /// - Returns: The critical value times the standard error.
        /// - Throws: ``MissingNumber/outOfRange`` if the significance isn't between 0 and 1.
        public func margin(_ options: TestOptions = TestOptions()) throws(MissingNumber) -> Double {
            try options.criticalValue() * standardError
        }
    }

    /// The effect in the metric's unit: per day for totals.
    public let absolute: Number
    /// The effect relative to the product without the experiment, a fraction.
    public let relative: Number

    /// The daily effect on a sum or count: (X̄t − X̄c)·Nt / days.
    ///
    /// - Parameters:
    ///   - comparison: The groups, without CUPED.
    ///   - testUnits: The units of the test group, or nil for those of the comparison.
    ///   - toplinePerDay: The metric's daily total over the whole product, with the test group in it.
    ///   - days: The number of days of the experiment, greater than 0.
    /// - Returns: The effect.
    /// - Throws: ``MissingNumber/outOfRange`` for other days, ``MissingNumber/zeroDivisor`` if nothing of the topline is
    ///   left without the effect, or ``MissingNumber/notFinite``.
    public static func total(
        _ comparison: Comparison, testUnits: Int? = nil, toplinePerDay: Double, days: Double
    ) throws(MissingNumber) -> Impact {
        guard days > 0 else { throw .outOfRange }
        let scale = Double(testUnits ?? comparison.test.units) / days
        let effect = comparison.absoluteChange * scale
        let variance = comparison.variance * scale * scale
        let baseline = toplinePerDay - effect
        guard baseline != 0 else { throw .zeroDivisor }
        let slope = (toplinePerDay - 2 * effect) / (baseline * baseline)
        return Impact(
            absolute: try Number(effect, variance: variance),
            relative: try Number(effect / baseline, variance: variance * slope * slope))
    }

    /// The effect on a ratio of two totals.
    ///
    /// The baseline is (topline X − (X̄t − X̄c)·Nt) / (topline Y − (Ȳt − Ȳc)·Nt), the effect what the product's ratio is
    /// above it. The standard errors are those of the delta method with fixed toplines.
    ///
    /// - Parameters:
    ///   - test: The units of the test group.
    ///   - control: The units of the control group.
    ///   - numerator: The column of the numerator.
    ///   - denominator: The column of the denominator.
    ///   - topline: The numerator's and the denominator's totals over the whole product.
    ///   - multiplier: 1, or the result of ``multiplier(shares:)`` for the projected effect of shipping the test group.
    /// - Returns: The effect.
    /// - Throws: The ``MissingNumber`` that says why there is none.
    public static func ratio(
        test: Moments, control: Moments, numerator: Int = 0, denominator: Int = 1,
        topline: (numerator: Double, denominator: Double), multiplier: Double = 1
    ) throws(MissingNumber) -> Impact {
        let units = Double(test.count)
        let top = (try test.mean(numerator) - control.mean(numerator)) * units
        let bottom = (try test.mean(denominator) - control.mean(denominator)) * units
        let rest = topline.denominator - bottom
        let whole = topline.denominator + (multiplier - 1) * bottom
        guard rest != 0, whole != 0 else { throw .zeroDivisor }
        let baseline = (topline.numerator - top) / rest
        guard baseline != 0 else { throw .zeroDivisor }
        let effect = (topline.numerator + (multiplier - 1) * top) / whole - baseline

        var variance = 0.0
        for group in [test, control] {
            let cross = try group.covariance(numerator, denominator)
            let squares = try group.variance(numerator) + baseline * baseline * group.variance(denominator)
            variance += (squares - 2 * baseline * cross) / Double(group.count)
        }
        variance = variance * (units / rest) * (units / rest) * multiplier * multiplier
        let slope = topline.numerator / topline.denominator / (baseline * baseline)
        return Impact(
            absolute: try Number(effect, variance: variance),
            relative: try Number(effect / baseline, variance: variance * slope * slope))
    }

    /// The effect of shipping the test group to all units, for sums and counts.
    ///
    /// - Parameter multiplier: The result of ``multiplier(shares:)``.
    /// - Returns: Both effects and their standard errors, multiplied.
    /// - Throws: ``MissingNumber/notFinite`` if a number gets too large.
    public func projected(multiplier: Double) throws(MissingNumber) -> Impact {
        func scaled(_ number: Number) throws(MissingNumber) -> Number {
            let error = number.standardError * multiplier
            return try Number(number.value * multiplier, variance: error * error)
        }
        return Impact(absolute: try scaled(absolute), relative: try scaled(relative))
    }

    /// How many times as many units shipping reaches as the experiment did.
    ///
    /// - Parameter shares: For each day, the test group's share of all units: the layer's allocation times the group's
    ///   size, a fraction from 0 to 1.
    /// - Returns: Days divided by the sum of the shares.
    /// - Throws: ``MissingNumber/outOfRange`` for another share, ``MissingNumber/zeroDivisor`` if the sum is 0.
    public static func multiplier(shares: [Double]) throws(MissingNumber) -> Double {
        guard shares.allSatisfy({ $0 >= 0 && $0 <= 1 }) else { throw .outOfRange }
        let sum = shares.reduce(0, +)
        guard sum > 0 else { throw .zeroDivisor }
        return try MissingNumber.finite(Double(shares.count) / sum)
    }
}
