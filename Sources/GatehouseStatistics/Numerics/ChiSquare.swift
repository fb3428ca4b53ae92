// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The χ² distribution.
public struct ChiSquare: Sendable, Hashable {
    /// The degrees of freedom, which need not be a whole number.
    public let degreesOfFreedom: Double

    /// The distribution with `degreesOfFreedom`.
    ///
    /// - Parameter degreesOfFreedom: Greater than 0 and at most 2e10; all functions of a distribution with another number
    ///   give NaN.
    public init(degreesOfFreedom: Double) {
        self.degreesOfFreedom = degreesOfFreedom
    }

    /// The distribution function: the probability of a statistic of at most x.
    ///
    /// - Parameter x: The statistic; negative ones give 0, NaN gives NaN.
    /// - Returns: A probability with full relative precision in the lower tail.
    public func cdf(_ x: Double) -> Double {
        RegularizedGamma.lower(shape: degreesOfFreedom / 2, x < 0 ? 0 : x / 2)
    }

    /// The survival function: the probability of a statistic above x.
    ///
    /// - Parameter x: The statistic; negative ones give 1, NaN gives NaN.
    /// - Returns: A probability with full relative precision in the upper tail.
    public func survival(_ x: Double) -> Double {
        RegularizedGamma.upper(shape: degreesOfFreedom / 2, x < 0 ? 0 : x / 2)
    }
}
