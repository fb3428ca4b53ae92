// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Intervals and p-values that stay valid although results are looked at again and again (mSPRT).
///
/// For use before the experiment has reached its planned duration or number of exposures; after that the ordinary test
/// holds. With V the variance of the difference and z the normal critical value, the mixing variance is
/// τ = z²·(s²t + s²c) / (Nt + Nc) and the critical value Z* = √((V + τ)/τ · (−2 ln(α/2) − ln(V/(V + τ)))). A one-sided
/// test has α in place of α/2 throughout.
public struct SequentialTest: Sendable, Hashable {
    /// The comparison that is tested.
    public let comparison: Comparison
    /// The direction of the test.
    public let alternative: Alternative
    /// The mixing variance τ.
    public let mixingVariance: Double
    /// The critical value Z*, which takes the place of z.
    public let criticalValue: Double
    /// The p-value p*, from 0 to 1: that of the difference divided by Z*/z.
    public let pValue: Double

    /// Tests a comparison.
    ///
    /// - Parameters:
    ///   - comparison: The groups at the time of the look.
    ///   - options: Significance and direction. The distribution is the normal one always.
    /// - Throws: ``MissingNumber/zeroVariance`` if neither group varies, ``MissingNumber/outOfRange`` for a significance
    ///   that isn't between 0 and 1 (½ if one-sided), or ``MissingNumber/notFinite``.
    public init(_ comparison: Comparison, _ options: TestOptions = TestOptions()) throws(MissingNumber) {
        let z = try options.criticalValue()
        guard z > 0 else { throw .outOfRange }
        let score = try comparison.zScore()
        let units = Double(comparison.test.units) + Double(comparison.control.units)
        mixingVariance = try MissingNumber.finite(
            z * z * (comparison.test.unitVariance + comparison.control.unitVariance) / units)
        // V / τ, since sums of variances can be too large for numbers.
        let relative = comparison.variance / mixingVariance
        let logarithms = -2 * CMath.log(options.tail) + CMath.log1p(1 / relative)
        criticalValue = try MissingNumber.finite(((1 + relative) * logarithms).squareRoot())
        pValue = options.pValue(score / (criticalValue / z))
        self.comparison = comparison
        alternative = options.alternative
    }

    /// The widened interval of the absolute change.
    ///
    /// - Returns: An interval in the metric's unit.
    /// - Throws: ``MissingNumber/notFinite`` if an end is too large for a number.
    public func interval() throws(MissingNumber) -> Interval {
        try comparison.interval(criticalValue: criticalValue, alternative)
    }

    /// The widened interval of the relative change, in fractions.
    ///
    /// - Parameter method: How the interval is computed, with Z* in place of z.
    /// - Returns: An interval.
    /// - Throws: ``MissingNumber/zeroDivisor``, ``MissingNumber/unboundedInterval`` or ``MissingNumber/notFinite`` as
    ///   ``Comparison/relativeInterval(_:_:)``.
    public func relativeInterval(_ method: RelativeMethod = .fieller) throws(MissingNumber) -> Interval {
        try comparison.relativeInterval(criticalValue: criticalValue, alternative, method)
    }
}
