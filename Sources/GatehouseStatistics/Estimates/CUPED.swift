// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Estimates of two groups whose variance is reduced by what their units did before the exposure (CUPED).
///
/// θ = cov(Y, X) / var(X), over the units of all groups together, where Y is the metric and X the same metric before the
/// exposure, both linearised if they are ratios. A group's number becomes Y − θ·(X − X of all groups), its unit variance
/// var(Y) + θ²·var(X) − 2θ·cov(Y, X) within the group.
public struct CUPED: Sendable, Hashable {
    /// The coefficient θ.
    public let theta: Double
    /// The adjusted estimate of the test group.
    public let test: Estimate
    /// The adjusted estimate of the control group.
    public let control: Estimate
    /// The share of the variance of the difference that was removed, a fraction; negative if the variance grew.
    public let varianceReduction: Double

    /// Adjusts the estimates of two groups.
    ///
    /// - Parameters:
    ///   - test: The units of the test group.
    ///   - control: The units of the control group.
    ///   - others: Other groups of the experiment, whose units count for θ and for the mean before the exposure.
    ///   - form: The metric after the exposure.
    ///   - covariate: The metric before the exposure.
    /// - Throws: ``MissingNumber/zeroVariance`` if nothing varies before or after the exposure, or another
    ///   ``MissingNumber``.
    public init(
        test: Moments, control: Moments, others: [Moments] = [], form: MetricForm = .mean(0),
        covariate: MetricForm = .mean(1)
    ) throws(MissingNumber) {
        var pooled = control
        try pooled.merge(test)
        for other in others { try pooled.merge(other) }
        let spread = try MetricForm.covariance(covariate, covariate, pooled)
        guard spread > 0 else { throw .zeroVariance }
        let theta = try MissingNumber.finite(MetricForm.covariance(form, covariate, pooled) / spread)
        let centre = try covariate.value(pooled)

        func adjusted(_ moments: Moments) throws(MissingNumber) -> Estimate {
            let after = try MetricForm.covariance(form, form, moments)
            let before = try MetricForm.covariance(covariate, covariate, moments)
            let both = try MetricForm.covariance(form, covariate, moments)
            let variance = after + theta * theta * before - 2 * theta * both
            let value = try form.value(moments) - theta * (covariate.value(moments) - centre)
            return try Estimate(units: moments.count, value: value, variance: variance / Double(moments.count))
        }
        let raw = (try Estimate(test, form)).variance + (try Estimate(control, form)).variance
        guard raw > 0 else { throw .zeroVariance }
        self.theta = theta
        self.test = try adjusted(test)
        self.control = try adjusted(control)
        varianceReduction = try MissingNumber.finite(1 - (self.test.variance + self.control.variance) / raw)
    }

    /// A reason to report the estimates without adjustment.
    public enum Refusal: String, Sendable, Hashable, CaseIterable {
        /// 100 units or fewer have a value before the exposure.
        case tooFewUnitsBefore
        /// 5 % of the units or fewer have a value before the exposure.
        case tooSmallShareBefore
        /// The adjustment doesn't make the variance smaller.
        case noReduction
    }

    /// The reason not to use this adjustment, by the rules of the reference.
    ///
    /// - Parameter unitsBefore: How many units of both groups have a value before the exposure.
    /// - Returns: The first reason that holds, or nil if the adjustment is to be used.
    public func refusal(unitsBefore: Int) -> Refusal? {
        guard unitsBefore > 100 else { return .tooFewUnitsBefore }
        guard Double(unitsBefore) > 0.05 * (Double(test.units) + Double(control.units)) else {
            return .tooSmallShareBefore
        }
        return varianceReduction > 0 ? nil : .noReduction
    }
}
