// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Wald's sequential probability ratio test of "no effect" against an effect that was fixed before.
public struct ProbabilityRatioTest: Sendable, Hashable {
    /// What the test says so far.
    public enum Decision: String, Sendable, Hashable, CaseIterable {
        /// The effect is there.
        case effect
        /// The effect isn't there.
        case noEffect
        /// More units are needed.
        case undecided
    }

    /// The effect to detect, in standard deviations of a unit: d = relative effect · mean / s.
    public let standardizedEffect: Double
    /// The expected z score θ = d / √(1/Nt + 1/Nc) if the effect is there.
    public let expectedScore: Double
    /// The logarithm of the likelihood ratio, |z|·θ − θ²/2.
    public let logLikelihoodRatio: Double
    /// At or above this ratio the effect is there: ln((1 − β)/α).
    public let upperBound: Double
    /// At or below this ratio the effect isn't there: ln(β/(1 − α)).
    public let lowerBound: Double
    /// What the test says.
    public let decision: Decision
    /// How many units the test group needs for a decision, on average, if the control group is k times as large and the
    /// effect is there: upper bound / (½ · k/(1 + k) · d²).
    public let decisionUnits: Double

    /// Tests a comparison.
    ///
    /// - Parameters:
    ///   - comparison: The groups at the time of the look.
    ///   - minimumEffect: The relative effect to detect, a fraction other than 0: 0.2 is 20 % of the control mean.
    ///   - significance: The probability α of finding an effect that isn't there, a fraction.
    ///   - power: The probability 1 − β of finding the effect if it is there, a fraction.
    /// - Throws: ``MissingNumber/outOfRange`` for parameters outside of their ranges, ``MissingNumber/zeroDivisor`` for a
    ///   control mean of 0, ``MissingNumber/zeroVariance`` or ``MissingNumber/notFinite``.
    public init(
        _ comparison: Comparison, minimumEffect: Double, significance: Double = 0.05, power: Double = 0.8
    ) throws(MissingNumber) {
        guard significance > 0, power < 1, significance < power, minimumEffect != 0 else { throw .outOfRange }
        let (test, control) = (comparison.test, comparison.control)
        guard control.value != 0 else { throw .zeroDivisor }
        guard control.unitVariance > 0 else { throw .zeroVariance }
        let score = try comparison.zScore()
        let d = try MissingNumber.finite(abs(minimumEffect * control.value) / control.unitVariance.squareRoot())
        let theta = d / (1 / Double(test.units) + 1 / Double(control.units)).squareRoot()
        let ratio = try MissingNumber.finite(abs(score) * theta - theta * theta / 2)
        let k = Double(control.units) / Double(test.units)
        upperBound = CMath.log(power / significance)
        lowerBound = CMath.log((1 - power) / (1 - significance))
        decision = ratio >= upperBound ? .effect : ratio <= lowerBound ? .noEffect : .undecided
        decisionUnits = try MissingNumber.finite(upperBound / (0.5 * k / (1 + k) * d * d))
        standardizedEffect = d
        expectedScore = theta
        logLikelihoodRatio = ratio
    }
}
