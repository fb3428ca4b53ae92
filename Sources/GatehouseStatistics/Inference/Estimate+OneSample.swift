// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension Estimate {
    /// Tests whether the number differs from a fixed one.
    ///
    /// - Parameters:
    ///   - reference: The fixed number, in the metric's unit.
    ///   - options: Direction and distribution; Student's t has ``units`` − 1 degrees of freedom.
    /// - Returns: The difference in standard errors and the p-value.
    /// - Throws: ``MissingNumber/zeroVariance`` if nothing varies, or ``MissingNumber/notFinite``.
    public func test(
        against reference: Double, _ options: TestOptions = TestOptions()
    ) throws(MissingNumber) -> (zScore: Double, pValue: Double) {
        guard variance > 0 else { throw .zeroVariance }
        let score = try MissingNumber.finite((value - reference) / standardError)
        return (score, options.pValue(score, degreesOfFreedom: studentDegrees(options)))
    }

    /// The interval of the difference from a fixed number.
    ///
    /// - Parameters:
    ///   - reference: The fixed number, in the metric's unit.
    ///   - options: Significance, direction and distribution.
    /// - Returns: An interval in the metric's unit.
    /// - Throws: ``MissingNumber/zeroVariance`` if nothing varies, ``MissingNumber/outOfRange`` for a significance that
    ///   isn't between 0 and 1, or ``MissingNumber/notFinite``.
    public func interval(
        against reference: Double = 0, _ options: TestOptions = TestOptions()
    ) throws(MissingNumber) -> Interval {
        guard variance > 0 else { throw .zeroVariance }
        let critical = try options.criticalValue(degreesOfFreedom: studentDegrees(options))
        return try Interval(value - reference, margin: critical * standardError, alternative: options.alternative)
    }

    private func studentDegrees(_ options: TestOptions) -> Double? {
        let degrees = Double(units - 1)
        return switch options.distribution {
        case .normal: nil
        case .studentT: degrees
        case .automatic: degrees < 100 ? degrees : nil
        }
    }
}
