// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension Comparison {
    /// The change relative to the control group's number, as a fraction.
    ///
    /// - Returns: ``absoluteChange`` divided by the control group's number, which may be negative.
    /// - Throws: ``MissingNumber/zeroDivisor`` if the control group's number is 0, or ``MissingNumber/notFinite``.
    public func relativeChange() throws(MissingNumber) -> Double {
        guard control.value != 0 else { throw .zeroDivisor }
        return try MissingNumber.finite(absoluteChange / control.value)
    }

    /// The standard error of ``relativeChange()``, as a fraction.
    ///
    /// - Parameter method: ``RelativeMethod/delta`` or ``RelativeMethod/simple``. Fieller's interval has no standard error;
    ///   it gives the delta method's.
    /// - Returns: The standard error.
    /// - Throws: ``MissingNumber/zeroDivisor`` if the control group's number is 0, or ``MissingNumber/notFinite``.
    public func relativeStandardError(_ method: RelativeMethod = .delta) throws(MissingNumber) -> Double {
        guard control.value != 0 else { throw .zeroDivisor }
        let base = abs(control.value)
        if method == .simple { return try MissingNumber.finite(standardError / base) }
        let ratio = test.value / control.value
        return try MissingNumber.finite((test.variance + ratio * ratio * control.variance).squareRoot() / base)
    }

    /// The interval of ``relativeChange()``, in fractions.
    ///
    /// - Parameters:
    ///   - options: Significance, direction and distribution. If the control group's number is negative, a group that is
    ///     above it has a negative relative change, and a one-sided interval is open at the other end.
    ///   - method: How the interval is computed.
    /// - Returns: An interval; Fieller's isn't symmetric around ``relativeChange()``.
    /// - Throws: ``MissingNumber/zeroDivisor`` if the control group's number is 0, ``MissingNumber/unboundedInterval`` if
    ///   Fieller's interval is unbounded, ``MissingNumber/zeroVariance`` if neither group varies,
    ///   ``MissingNumber/outOfRange`` for a significance that isn't between 0 and 1, or ``MissingNumber/notFinite``.
    public func relativeInterval(
        _ options: TestOptions = TestOptions(), _ method: RelativeMethod = .fieller
    ) throws(MissingNumber) -> Interval {
        try relativeInterval(criticalValue: criticalValue(options), options.alternative, method)
    }

    func relativeInterval(
        criticalValue: Double, _ alternative: Alternative, _ method: RelativeMethod
    ) throws(MissingNumber) -> Interval {
        let change = try relativeChange()
        _ = try checkedVariance()
        let side: Alternative =
            switch alternative {
            case .greater where control.value < 0: .less
            case .less where control.value < 0: .greater
            default: alternative
            }
        if method != .fieller {
            return try Interval(change, margin: criticalValue * relativeStandardError(method), alternative: side)
        }
        // The ends are the ρ − 1 with (test − ρ·control)² = z²·(var(test) + ρ²·var(control)).
        let ratio = test.value / control.value
        let scaled = criticalValue / control.value
        let g = try MissingNumber.finite(scaled * scaled * control.variance)
        guard g < 1 else { throw .unboundedInterval }
        let reach = abs(scaled) * (ratio * ratio * control.variance + (1 - g) * test.variance).squareRoot()
        return try Interval(
            change, from: (ratio - reach) / (1 - g) - 1, to: (ratio + reach) / (1 - g) - 1, alternative: side)
    }
}
