// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The difference of a test group from a control group.
///
/// Relative changes are fractions: 0.025 is 2.5 %.
public struct Comparison: Sendable, Hashable {
    /// The test group's number.
    public let test: Estimate
    /// The control group's number.
    public let control: Estimate

    /// Compares two groups whose units are independent.
    ///
    /// - Parameters:
    ///   - test: The test group's number.
    ///   - control: The control group's number.
    public init(test: Estimate, control: Estimate) {
        self.test = test
        self.control = control
    }

    /// The test group's number minus the control group's, in the metric's unit.
    public var absoluteChange: Double { test.value - control.value }
    /// The variance of ``absoluteChange``.
    public var variance: Double { test.variance + control.variance }
    /// The standard error of ``absoluteChange``.
    public var standardError: Double { variance.squareRoot() }

    /// The degrees of freedom of Welch's test (Welch and Satterthwaite).
    ///
    /// - Returns: A number that need not be whole.
    /// - Throws: ``MissingNumber/zeroVariance`` if neither group varies, or ``MissingNumber/notFinite``.
    public func degreesOfFreedom() throws(MissingNumber) -> Double {
        let variance = try checkedVariance()
        // Shares of the variance, since squares of variances can be too large or too small for numbers.
        let (t, c) = (test.variance / variance, control.variance / variance)
        return try MissingNumber.finite(1 / (t * t / Double(test.units - 1) + c * c / Double(control.units - 1)))
    }

    /// The difference in standard errors.
    ///
    /// - Returns: ``absoluteChange`` divided by ``standardError``.
    /// - Throws: ``MissingNumber/zeroVariance`` if neither group varies, or ``MissingNumber/notFinite``.
    public func zScore() throws(MissingNumber) -> Double {
        try MissingNumber.finite(absoluteChange / checkedVariance().squareRoot())
    }

    /// The probability of a difference this large or larger if the groups don't differ.
    ///
    /// - Parameter options: Direction and distribution; the significance doesn't matter.
    /// - Returns: The p-value, from 0 to 1, not corrected for multiple comparisons.
    /// - Throws: ``MissingNumber/zeroVariance`` if neither group varies, or ``MissingNumber/notFinite``.
    public func pValue(_ options: TestOptions = TestOptions()) throws(MissingNumber) -> Double {
        let score = try zScore()
        return try MissingNumber.finite(options.pValue(score, degreesOfFreedom: studentDegrees(options)))
    }

    /// The interval of ``absoluteChange``.
    ///
    /// - Parameter options: Significance, direction and distribution.
    /// - Returns: An interval in the metric's unit. A one-sided one has one infinite end.
    /// - Throws: ``MissingNumber/zeroVariance`` if neither group varies, ``MissingNumber/outOfRange`` for a significance
    ///   that isn't between 0 and 1, or ``MissingNumber/notFinite``.
    public func interval(_ options: TestOptions = TestOptions()) throws(MissingNumber) -> Interval {
        try interval(criticalValue: criticalValue(options), options.alternative)
    }

    func interval(criticalValue: Double, _ alternative: Alternative) throws(MissingNumber) -> Interval {
        try Interval(absoluteChange, margin: criticalValue * checkedVariance().squareRoot(), alternative: alternative)
    }

    func criticalValue(_ options: TestOptions) throws(MissingNumber) -> Double {
        _ = try checkedVariance()
        return try options.criticalValue(degreesOfFreedom: studentDegrees(options))
    }

    /// ``variance`` if a difference can be compared with it.
    func checkedVariance() throws(MissingNumber) -> Double {
        guard variance > 0 else { throw .zeroVariance }
        return try MissingNumber.finite(variance)
    }

    /// The degrees of freedom if the options mean Student's t for these groups, else nil.
    private func studentDegrees(_ options: TestOptions) throws(MissingNumber) -> Double? {
        switch options.distribution {
        case .normal:
            return nil
        case .studentT:
            return try degreesOfFreedom()
        case .automatic:
            let degrees = try degreesOfFreedom()
            return degrees < 100 ? degrees : nil
        }
    }
}
