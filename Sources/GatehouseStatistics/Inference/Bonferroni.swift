// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Shares of the significance for tests that are made together (Bonferroni).
///
/// Corrections change the significance that intervals are computed with. They never change p-values.
public enum Bonferroni {
    /// A metric's place on the scorecard.
    public enum Role: String, Sendable, Hashable, CaseIterable {
        /// A primary metric.
        case primary
        /// A secondary metric.
        case secondary
        /// A metric that isn't on the scorecard; it gets no correction per metric.
        case other
    }

    /// The significance for each of several test groups.
    ///
    /// - Parameters:
    ///   - significance: The significance α of the experiment, a fraction.
    ///   - testGroups: The number of groups that are compared with the control group; less than 1 counts as 1.
    /// - Returns: α / `testGroups`.
    public static func perVariant(significance: Double, testGroups: Int) -> Double {
        significance / Double(max(1, testGroups))
    }

    /// The significance for a metric of the scorecard.
    ///
    /// Both corrections together: use one's result as the significance of the other.
    ///
    /// - Parameters:
    ///   - significance: The significance α of the experiment, a fraction.
    ///   - role: The metric's place on the scorecard.
    ///   - primaryMetrics: The number of primary metrics.
    ///   - secondaryMetrics: The number of secondary metrics.
    ///   - primaryWeight: The primary metrics' share w of α, a fraction from 0 to 1.
    /// - Returns: α·w / number of primary metrics, α·(1 − w) / number of secondary metrics, or α for other metrics.
    /// - Throws: ``MissingNumber/outOfRange`` if `primaryWeight` isn't from 0 to 1.
    public static func perMetric(
        significance: Double, role: Role, primaryMetrics: Int, secondaryMetrics: Int, primaryWeight: Double
    ) throws(MissingNumber) -> Double {
        guard primaryWeight >= 0, primaryWeight <= 1 else { throw .outOfRange }
        return switch role {
        case .primary: significance * primaryWeight / Double(max(1, primaryMetrics))
        case .secondary: significance * (1 - primaryWeight) / Double(max(1, secondaryMetrics))
        case .other: significance
        }
    }
}
