// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The significance for tests that are made together, by their false discovery rate (Benjamini and Hochberg).
public enum BenjaminiHochberg {
    /// The significance that the intervals of a family of tests are computed with.
    ///
    /// The k-th smallest of m p-values is compared with α·k/m; the largest such threshold that is at least its p-value is
    /// the new significance of all tests. If there is none, it is α/m.
    ///
    /// - Parameters:
    ///   - significance: The significance α, a fraction.
    ///   - pValues: The p-values of the family: a metric's over all groups, or a group's over all metrics, or all. Those
    ///     that are nil or NaN don't count.
    /// - Returns: The new significance; α without p-values.
    public static func significance(_ significance: Double, pValues: [Double?]) -> Double {
        let sorted = pValues.compactMap { $0 }.filter { !$0.isNaN }.sorted()
        guard !sorted.isEmpty else { return significance }
        let m = Double(sorted.count)
        for (index, pValue) in sorted.enumerated().reversed() {
            let threshold = significance * (Double(index + 1) / m)
            if pValue <= threshold { return threshold }
        }
        return significance / m
    }
}
