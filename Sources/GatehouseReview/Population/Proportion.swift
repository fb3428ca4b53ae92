// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseStatistics

/// A share of users, with its interval where the users are a sample.
public struct Proportion: Sendable, Hashable {
    /// The users that count.
    public let count: Int
    /// All users.
    public let total: Int

    /// Makes a share.
    ///
    /// - Parameters:
    ///   - count: The users that count.
    ///   - total: All users.
    public init(_ count: Int, of total: Int) {
        self.count = count
        self.total = total
    }

    /// The share, 0 to 1; 0 without users.
    public var share: Double { total > 0 ? Double(count) / Double(total) : 0 }

    /// The ends of the 95 % interval by Wilson, 0 to 1: where the share of all users lies if these are a random sample.
    public var interval: (lower: Double, upper: Double) {
        guard total > 0 else { return (0, 1) }
        let z = StandardNormal.quantile(0.975)
        let (n, p) = (Double(total), share)
        let denominator = 1 + z * z / n
        let center = (p + z * z / (2 * n)) / denominator
        let margin = z * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot() / denominator
        // Rounding must not cut off what was counted.
        return (min(max(0, center - margin), p), max(min(1, center + margin), p))
    }
}

extension Double {
    /// A fraction as a percentage with two digits behind the point, for example `3.12 %`.
    var percentOfOne: String {
        guard isFinite else { return "?" }
        let hundredths = (self * 10_000).rounded()
        guard let number = Int64(exactly: hundredths) else { return "\(self * 100) %" }
        let (whole, rest) = (number / 100, abs(number % 100))
        if rest == 0 { return "\(whole) %" }
        let digits = rest % 10 == 0 ? "\(rest / 10)" : rest < 10 ? "0\(rest)" : "\(rest)"
        return "\(number < 0 && whole == 0 ? "-" : "")\(whole).\(digits) %"
    }
}
