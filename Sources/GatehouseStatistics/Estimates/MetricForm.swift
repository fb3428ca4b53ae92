// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// How a metric's number for a group comes from the columns of its units.
public enum MetricForm: Sendable, Hashable {
    /// The mean of a column over the units.
    case mean(Int)
    /// The sum of a column (numerator) divided by the sum of another (denominator).
    case ratio(Int, Int)

    /// The number for a group.
    ///
    /// - Parameter moments: The group's units.
    /// - Returns: The mean or the ratio, which needs a single unit.
    /// - Throws: The ``MissingNumber`` that says why there is none.
    public func value(_ moments: Moments) throws(MissingNumber) -> Double {
        switch self {
        case .mean(let column):
            return try moments.mean(column)
        case .ratio(let numerator, let denominator):
            let (top, bottom) = (try moments.mean(numerator), try moments.mean(denominator))
            guard bottom != 0 else { throw .zeroDivisor }
            return try MissingNumber.finite(top / bottom)
        }
    }

    /// The covariance of two metrics' linearised unit values in a group.
    ///
    /// The delta method replaces a unit's part in a ratio R = X̄ / Ȳ by (x − R·y) / Ȳ.
    static func covariance(
        _ first: MetricForm, _ second: MetricForm, _ moments: Moments
    ) throws(MissingNumber) -> Double {
        var sum = 0.0
        for left in try first.weights(moments) {
            for right in try second.weights(moments) {
                sum += left.weight * right.weight * (try moments.covariance(left.column, right.column))
            }
        }
        return try MissingNumber.finite(sum)
    }

    private func weights(_ moments: Moments) throws(MissingNumber) -> [(column: Int, weight: Double)] {
        switch self {
        case .mean(let column):
            return [(column, 1)]
        case .ratio(let numerator, let denominator):
            let ratio = try value(moments)
            let bottom = try moments.mean(denominator)
            return [(numerator, 1 / bottom), (denominator, -ratio / bottom)]
        }
    }
}
