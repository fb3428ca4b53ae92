// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Which change of a metric is an improvement.
public enum Directionality: String, Sendable, Hashable, CaseIterable {
    /// A larger number is better.
    case increase
    /// A smaller number is better.
    case decrease
}

/// A normal distribution of the effect before the experiment.
public struct NormalPrior: Sendable, Hashable {
    /// The expected effect.
    public let mean: Double
    /// The standard deviation of the effect, greater than 0.
    public let standardDeviation: Double

    /// A prior.
    ///
    /// - Parameters:
    ///   - mean: The expected effect: a fraction for relative effects, else in the metric's unit.
    ///   - standardDeviation: The standard deviation, in the same unit.
    public init(mean: Double, standardDeviation: Double) {
        self.mean = mean
        self.standardDeviation = standardDeviation
    }
}

/// The distribution of the effect after the experiment: the normal prior, updated by a normal estimate.
public struct Posterior: Sendable, Hashable {
    /// The expected effect.
    public let mean: Double
    /// The standard deviation of the effect.
    public let standardDeviation: Double

    /// Updates a prior by an estimated effect.
    ///
    /// - Parameters:
    ///   - effect: The estimated effect: a fraction for relative effects, else in the metric's unit.
    ///   - standardError: Its standard error, greater than 0.
    ///   - prior: The prior in the same unit, or nil for none (an infinitely wide one).
    /// - Throws: ``MissingNumber/zeroVariance`` for a standard error of 0, ``MissingNumber/outOfRange`` for a prior whose
    ///   standard deviation isn't greater than 0, or ``MissingNumber/notFinite``.
    public init(effect: Double, standardError: Double, prior: NormalPrior? = nil) throws(MissingNumber) {
        guard standardError > 0 else { throw standardError.isNaN ? .notFinite : .zeroVariance }
        // The prior's precision relative to the estimate's.
        var (weight, expected) = (0.0, 0.0)
        if let prior {
            guard prior.standardDeviation > 0 else { throw .outOfRange }
            let ratio = standardError / prior.standardDeviation
            weight = try MissingNumber.finite(ratio * ratio)
            expected = prior.mean
        }
        mean = try MissingNumber.finite((effect + weight * expected) / (1 + weight))
        standardDeviation = try MissingNumber.finite(standardError / (1 + weight).squareRoot())
    }

    /// The effect of a comparison in the metric's unit.
    ///
    /// - Parameters:
    ///   - comparison: The groups.
    ///   - prior: The prior in the metric's unit, or nil for none.
    /// - Returns: The distribution after the experiment.
    /// - Throws: As ``init(effect:standardError:prior:)``.
    public static func absolute(_ comparison: Comparison, prior: NormalPrior? = nil) throws(MissingNumber) -> Posterior
    {
        try Posterior(effect: comparison.absoluteChange, standardError: comparison.standardError, prior: prior)
    }

    /// The relative effect of a comparison, with the standard error of the delta method.
    ///
    /// - Parameters:
    ///   - comparison: The groups.
    ///   - prior: The prior of the relative effect as a fraction, or nil for none.
    /// - Returns: The distribution after the experiment, in fractions.
    /// - Throws: ``MissingNumber/zeroDivisor`` for a control mean of 0, or as ``init(effect:standardError:prior:)``.
    public static func relative(_ comparison: Comparison, prior: NormalPrior? = nil) throws(MissingNumber) -> Posterior
    {
        try Posterior(
            effect: comparison.relativeChange(), standardError: comparison.relativeStandardError(.delta), prior: prior)
    }

    /// The symmetric credible interval.
    ///
    /// - Parameter significance: The probability outside of the interval, a fraction.
    /// - Returns: An interval in the unit of the effect.
    /// - Throws: ``MissingNumber/outOfRange`` if `significance` isn't between 0 and 1, or ``MissingNumber/notFinite``.
    public func interval(significance: Double = 0.05) throws(MissingNumber) -> Interval {
        let z = try TestOptions(significance: significance).criticalValue()
        return try Interval(mean, margin: z * standardDeviation, alternative: .twoSided)
    }

    /// The probability that the test group is better.
    ///
    /// - Parameter directionality: Which change is an improvement.
    /// - Returns: A probability from 0 to 1.
    public func chanceToBeat(_ directionality: Directionality = .increase) -> Double {
        StandardNormal.cdf(score(directionality))
    }

    /// The expected loss of a decision: the mean of the worsening, with 0 for improvements.
    ///
    /// - Parameters:
    ///   - shipping: True for the decision to ship the test group, false for keeping the control group.
    ///   - directionality: Which change is an improvement.
    /// - Returns: The loss, at least 0, in the unit of the effect.
    public func expectedLoss(shipping: Bool = true, _ directionality: Directionality = .increase) -> Double {
        let gain = (directionality == .increase) == shipping ? mean : -mean
        let score = gain / standardDeviation
        // The mean of max(−x, 0) for a normal x with the mean `gain`.
        return max(0, standardDeviation * StandardNormal.density(score) - gain * StandardNormal.survival(score))
    }

    private func score(_ directionality: Directionality) -> Double {
        (directionality == .increase ? mean : -mean) / standardDeviation
    }
}
