// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A group's quantile over rows, of which a unit may have several.
///
/// The database finds the quantile, then the share of rows at or below it with its variance over units. The quantiles at
/// the two levels of ``levels(_:share:_:)`` are the ends of the interval (the outer interval of Deng, Knoblich and Lu,
/// 2018). It needs a continuous distribution.
public enum QuantileEstimate {
    /// The levels of the quantiles that are the ends of the interval.
    ///
    /// - Parameters:
    ///   - level: The quantile's level, above 0 and below 1: 0.5 is the median.
    ///   - share: The ratio of a unit's rows at or below the quantile to all its rows.
    ///   - options: Significance. The interval is two-sided.
    /// - Returns: Two levels from 0 to 1: `level` ∓ z · standard error of the share.
    /// - Throws: ``MissingNumber/outOfRange`` for a level or significance that isn't between 0 and 1.
    public static func levels(
        _ level: Double, share: Estimate, _ options: TestOptions = TestOptions()
    ) throws(MissingNumber) -> (lower: Double, upper: Double) {
        let reach = try criticalValue(level, options) * share.standardError
        return (max(0, level - reach), min(1, level + reach))
    }

    /// The estimate of the quantile, which compares as any other.
    ///
    /// - Parameters:
    ///   - units: The number of units.
    ///   - value: The quantile.
    ///   - lower: The quantile at the lower level.
    ///   - upper: The quantile at the upper level.
    ///   - options: The significance that the levels were computed with.
    /// - Returns: An estimate with the standard error (upper − lower) / 2z.
    /// - Throws: ``MissingNumber/inconsistent`` if `lower` is above `upper`, ``MissingNumber/tooFewUnits``,
    ///   ``MissingNumber/outOfRange`` or ``MissingNumber/notFinite``.
    public static func estimate(
        units: Int, value: Double, lower: Double, upper: Double, _ options: TestOptions = TestOptions()
    ) throws(MissingNumber) -> Estimate {
        if lower > upper { throw .inconsistent }
        let error = (upper - lower) / (2 * (try criticalValue(0.5, options)))
        return try Estimate(units: units, value: value, variance: error * error)
    }

    private static func criticalValue(_ level: Double, _ options: TestOptions) throws(MissingNumber) -> Double {
        guard level > 0, level < 1 else { throw .outOfRange }
        return try TestOptions(significance: options.significance).criticalValue()
    }
}
