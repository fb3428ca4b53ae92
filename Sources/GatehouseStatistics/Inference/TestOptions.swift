// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The direction of a test.
public enum Alternative: String, Sendable, Hashable, CaseIterable {
    /// Differences in both directions count.
    case twoSided
    /// Only a test group above the control group counts.
    case greater
    /// Only a test group below the control group counts.
    case less
}

/// The distribution that a difference is compared with.
public enum TestDistribution: String, Sendable, Hashable, CaseIterable {
    /// The standard normal distribution (z test).
    case normal
    /// Student's t distribution with Welch's degrees of freedom.
    case studentT
    /// Student's t below 100 degrees of freedom, the normal distribution above: the reference's rule.
    case automatic
}

/// How a relative interval is computed.
public enum RelativeMethod: String, Sendable, Hashable, CaseIterable {
    /// Fieller's interval: exact for normal means, not symmetric, unbounded if the control mean may be 0.
    case fieller
    /// The delta method: symmetric, with the uncertainty of the control mean.
    case delta
    /// The absolute standard error divided by the control mean, as if that were known.
    case simple
}

/// What a test of two groups needs to know beside their numbers.
public struct TestOptions: Sendable, Hashable {
    /// The significance α as a fraction: 0.05 for 95 % intervals.
    public var significance: Double
    /// The direction of the test.
    public var alternative: Alternative
    /// The distribution of the test.
    public var distribution: TestDistribution

    /// Options of a test.
    ///
    /// - Parameters:
    ///   - significance: The significance α, above 0 and below 1.
    ///   - alternative: The direction of the test.
    ///   - distribution: The distribution of the test.
    public init(
        significance: Double = 0.05, alternative: Alternative = .twoSided, distribution: TestDistribution = .automatic
    ) {
        self.significance = significance
        self.alternative = alternative
        self.distribution = distribution
    }

    /// The upper tail's probability that belongs to the significance: α/2, or α if the test is one-sided.
    var tail: Double { alternative == .twoSided ? significance / 2 : significance }

    /// The value that a standardised difference must pass to be significant.
    ///
    /// - Parameter degreesOfFreedom: Those of Student's t, or nil for the normal distribution.
    /// - Returns: The value, at least 0 for a significance of at most 0.5.
    /// - Throws: ``MissingNumber`` if the significance isn't between 0 and 1, or the value isn't finite.
    func criticalValue(degreesOfFreedom: Double? = nil) throws(MissingNumber) -> Double {
        guard significance > 0, significance < 1 else { throw .outOfRange }
        let value =
            degreesOfFreedom.map { StudentT(degreesOfFreedom: $0).quantile(survival: tail) }
            ?? StandardNormal.quantile(survival: tail)
        return try MissingNumber.finite(value)
    }

    /// The p-value of a standardised difference.
    ///
    /// - Parameters:
    ///   - statistic: The difference divided by its standard error.
    ///   - degreesOfFreedom: Those of Student's t, or nil for the normal distribution.
    /// - Returns: The probability, from 0 to 1.
    func pValue(_ statistic: Double, degreesOfFreedom: Double? = nil) -> Double {
        func survival(_ x: Double) -> Double {
            degreesOfFreedom.map { StudentT(degreesOfFreedom: $0).survival(x) } ?? StandardNormal.survival(x)
        }
        return switch alternative {
        case .twoSided: min(1, 2 * survival(abs(statistic)))
        case .greater: survival(statistic)
        case .less: survival(-statistic)
        }
    }
}
