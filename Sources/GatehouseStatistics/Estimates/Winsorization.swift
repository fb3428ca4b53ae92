// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Limits for outliers: values beyond a percentile are replaced by the percentile's value.
///
/// The percentiles are of the units' values that are neither 0 nor missing, of all groups together. Each is an observed
/// value by the nearest-rank rule and never interpolated. A database that holds the values can find the value
/// at ``rank(of:count:)`` itself; sums of the clamped values then go into ``Moments``.
public struct Winsorization: Sendable, Hashable {
    /// The lower percentile as a fraction, or nil for no lower limit.
    public let lower: Double?
    /// The upper percentile as a fraction, or nil for no upper limit.
    public let upper: Double?

    /// Percentiles to limit values at.
    ///
    /// - Parameters:
    ///   - lower: A fraction from 0 to 1, or nil for no lower limit.
    ///   - upper: A fraction from 0 to 1, or nil for no upper limit. The default is the reference's, 99.9 %.
    /// - Throws: ``MissingNumber/outOfRange`` if a fraction isn't from 0 to 1, or `lower` is above `upper`.
    public init(lower: Double? = nil, upper: Double? = 0.999) throws(MissingNumber) {
        for fraction in [lower, upper] {
            if let fraction { guard fraction >= 0, fraction <= 1 else { throw .outOfRange } }
        }
        guard lower ?? 0 <= upper ?? 1 else { throw .outOfRange }
        self.lower = lower
        self.upper = upper
    }

    /// The position of a percentile among sorted values: ⌈fraction · count⌉, at least 1.
    ///
    /// - Parameters:
    ///   - fraction: The percentile, from 0 to 1.
    ///   - count: The number of values.
    /// - Returns: A position from 1 to `count`, or nil without values or with another fraction.
    public static func rank(of fraction: Double, count: Int) -> Int? {
        guard count > 0, fraction >= 0, fraction <= 1 else { return nil }
        guard let rank = Int(exactly: (fraction * Double(count)).rounded(.up)) else { return count }
        return min(max(rank, 1), count)
    }

    /// The limits that values have.
    public struct Bounds: Sendable, Hashable {
        /// The smallest value that stays, or nil for no limit.
        public let lower: Double?
        /// The largest value that stays, or nil for no limit.
        public let upper: Double?

        /// Limits that are known.
        ///
        /// - Parameters:
        ///   - lower: The smallest value that stays, or nil.
        ///   - upper: The largest value that stays, or nil.
        public init(lower: Double?, upper: Double?) {
            self.lower = lower
            self.upper = upper
        }

        /// A value within the limits.
        ///
        /// - Parameter value: A unit's value.
        /// - Returns: The value, or the limit that it is beyond. 0 is limited as any other value.
        public func clamp(_ value: Double) -> Double {
            var value = value
            if let lower, value < lower { value = lower }
            if let upper, value > upper { value = upper }
            return value
        }
    }

    /// The limits for units with these values.
    ///
    /// - Parameter values: The units' values in any order. 0 and NaN are left out.
    /// - Returns: Observed values, or no limits if no value is left.
    public func bounds(_ values: [Double]) -> Bounds {
        let sorted = values.filter { $0 != 0 && !$0.isNaN }.sorted()
        func value(_ fraction: Double?) -> Double? {
            guard let fraction, let rank = Self.rank(of: fraction, count: sorted.count) else { return nil }
            return sorted[rank - 1]
        }
        return Bounds(lower: value(lower), upper: value(upper))
    }
}
