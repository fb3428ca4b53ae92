// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Student's t distribution.
public struct StudentT: Sendable, Hashable {
    /// The degrees of freedom ν, which need not be a whole number.
    public let degreesOfFreedom: Double

    /// The distribution with `degreesOfFreedom`.
    ///
    /// - Parameter degreesOfFreedom: Greater than 0; all functions of a distribution with another number give NaN.
    ///   Above 1e15 the distribution is the standard normal one.
    public init(degreesOfFreedom: Double) {
        self.degreesOfFreedom = degreesOfFreedom
    }

    private static let almostNormal = 1e15

    /// The distribution function: the probability of a value of at most t.
    ///
    /// - Parameter t: Any number; NaN gives NaN.
    /// - Returns: A probability with full relative precision in the lower tail.
    public func cdf(_ t: Double) -> Double { survival(-t) }

    /// The survival function: the probability of a value above t.
    ///
    /// - Parameter t: Any number; NaN gives NaN.
    /// - Returns: A probability with full relative precision in the upper tail.
    public func survival(_ t: Double) -> Double {
        guard degreesOfFreedom > 0, !t.isNaN else { return .nan }
        guard degreesOfFreedom <= Self.almostNormal else { return StandardNormal.survival(t) }
        let tail = parts(abs(t)).tail
        return t < 0 ? 1 - tail : tail
    }

    /// The quantile: the t with a probability of p at or below it.
    ///
    /// - Parameter probability: A probability p. 0 and 1 give the infinities.
    /// - Returns: The quantile, or NaN if `probability` isn't between 0 and 1.
    public func quantile(_ probability: Double) -> Double {
        probability <= 0.5 ? -quantile(survival: probability) : quantile(survival: 1 - probability)
    }

    /// The quantile of an upper tail: the t above which the probability is `survival`.
    ///
    /// - Parameter survival: A probability. 0 and 1 give the infinities.
    /// - Returns: The quantile with the digits of a small tail, or NaN if `survival` isn't between 0 and 1.
    public func quantile(survival: Double) -> Double {
        guard degreesOfFreedom > 0, survival >= 0, survival <= 1 else { return .nan }
        guard degreesOfFreedom <= Self.almostNormal else { return StandardNormal.quantile(survival: survival) }
        if survival > 0.5 { return -quantile(survival: 1 - survival) }
        if survival == 0 { return .infinity }
        if survival == 0.5 { return 0 }
        return survival > 0.25 ? solveCentre(0.5 - survival) : solveTail(survival)
    }

    /// The t > 0 with a probability of `tail` above it, for tails of at most ¼.
    ///
    /// ln of the tail is a concave, falling function of ln t, so that Newton's method comes to the right of the solution
    /// with its first step and then goes down to it.
    private func solveTail(_ tail: Double) -> Double {
        var t = StandardNormal.quantile(survival: tail)
        for _ in 0..<100 {
            let parts = parts(t)
            guard parts.tail > 0, parts.slope > 0 else { break }
            let step = parts.tail / parts.slope * CMath.log(parts.tail / tail)
            t *= CMath.exp(step)
            if abs(step) < 1e-14 { break }
        }
        return t
    }

    /// The t > 0 with a probability of `centre` between 0 and t, for at most ¼; Newton's method on logarithms as above.
    private func solveCentre(_ centre: Double) -> Double {
        var t = centre * (2 * Double.pi).squareRoot()
        for _ in 0..<100 {
            let parts = parts(t)
            guard parts.centre > 0, parts.slope > 0 else { break }
            let step = -parts.centre / parts.slope * CMath.log(parts.centre / centre)
            t *= CMath.exp(step)
            if abs(step) < 1e-14 { break }
        }
        return t
    }

    /// For t ≥ 0: the probability above t, the probability between 0 and t, and t times the density.
    private func parts(_ t: Double) -> (tail: Double, centre: Double, slope: Double) {
        let nu = degreesOfFreedom
        let ratio = t / nu.squareRoot()
        guard ratio > 0 else { return (0.5, 0, 0) }
        guard ratio < 1e9 else {
            // All other terms of the expansion at infinity are smaller than the precision.
            let slope = CMath.pow(ratio, -nu) * CMath.gamma((nu + 1) / 2) / CMath.gamma(nu / 2) / Double.pi.squareRoot()
            return nu < 100 ? (slope / nu, 0.5 - slope / nu, slope) : (0, 0.5, 0)
        }
        let square = ratio * ratio
        let (x, y) = (1 / (1 + square), square / (1 + square))
        let tails = RegularizedBeta.tails(nu / 2, 0.5, x, y)
        return (tails.lower / 2, tails.upper / 2, SaddlePoint.betaTerm(nu / 2, 0.5, x, y))
    }
}
