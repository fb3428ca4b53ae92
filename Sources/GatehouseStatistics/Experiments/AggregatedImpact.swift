// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The effect of several experiments together, with less weight for those that may be false positives.
public enum AggregatedImpact {
    /// The probability that a significant result is a false positive.
    ///
    /// - Parameters:
    ///   - significance: The significance α, a fraction.
    ///   - power: The probability 1 − β of finding an effect, a fraction.
    ///   - nullShare: The share π of experiments without an effect, a fraction.
    /// - Returns: α·π / (α·π + (1 − β)·(1 − π)).
    /// - Throws: ``MissingNumber/outOfRange`` unless all are from 0 to 1, ``MissingNumber/zeroDivisor`` if no result can be
    ///   significant.
    public static func falsePositiveRisk(
        significance: Double, power: Double, nullShare: Double
    ) throws(MissingNumber) -> Double {
        for fraction in [significance, power, nullShare] {
            guard fraction >= 0, fraction <= 1 else { throw .outOfRange }
        }
        let (wrong, right) = (significance * nullShare, power * (1 - nullShare))
        guard wrong + right > 0 else { throw .zeroDivisor }
        return wrong / (wrong + right)
    }

    /// The sum of projected effects, each times the probability that it is real.
    ///
    /// - Parameter effects: Projected effects with their false positive risks, in one unit.
    /// - Returns: Σ (1 − risk)·effect.
    /// - Throws: ``MissingNumber/notFinite``.
    public static func sum(_ effects: [(effect: Double, falsePositiveRisk: Double)]) throws(MissingNumber) -> Double {
        try MissingNumber.finite(effects.reduce(0) { $0 + (1 - $1.falsePositiveRisk) * $1.effect })
    }
}
