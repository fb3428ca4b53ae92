// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A confidence or credible interval.
public struct Interval: Sendable, Hashable {
    /// The lower end; −∞ for the open end of a one-sided interval.
    public let lower: Double
    /// The upper end; +∞ for the open end of a one-sided interval.
    public let upper: Double
    /// The half width: the critical value times the standard error, or half of upper − lower for Fieller's interval.
    ///
    /// For a one-sided interval it is the distance from the point to the closed end.
    public let margin: Double

    /// An interval around a point.
    ///
    /// - Parameters:
    ///   - point: The estimated number.
    ///   - margin: The half width.
    ///   - alternative: Which ends are closed: both, the lower (`greater`) or the upper one (`less`).
    /// - Throws: ``MissingNumber`` if a number isn't finite.
    init(_ point: Double, margin: Double, alternative: Alternative) throws(MissingNumber) {
        self.margin = try MissingNumber.finite(margin)
        lower = alternative == .less ? -.infinity : try MissingNumber.finite(point - margin)
        upper = alternative == .greater ? .infinity : try MissingNumber.finite(point + margin)
    }

    /// An interval with ends that aren't the same distance from the point.
    init(_ point: Double, from lower: Double, to upper: Double, alternative: Alternative) throws(MissingNumber) {
        let (low, high) = (try MissingNumber.finite(lower), try MissingNumber.finite(upper))
        self.lower = alternative == .less ? -.infinity : low
        self.upper = alternative == .greater ? .infinity : high
        margin =
            switch alternative {
            case .twoSided: (high - low) / 2
            case .greater: point - low
            case .less: high - point
            }
    }

    /// Whether a number lies in the interval.
    ///
    /// - Parameter number: Any number.
    /// - Returns: True from `lower` to `upper`, both included.
    public func contains(_ number: Double) -> Bool { lower <= number && number <= upper }
}
