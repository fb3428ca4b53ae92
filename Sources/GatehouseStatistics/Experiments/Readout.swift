// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// All numbers of a metric for one pair of groups, each with the reason where it is missing.
///
/// Relative numbers are fractions; multiply by 100 for percent.
public struct Readout: Sendable {
    /// A number, or the reason why there is none.
    public typealias Number = Result<Double, MissingNumber>

    /// What became of CUPED.
    public enum Adjustment: Sendable, Hashable {
        /// It wasn't asked for.
        case none
        /// The numbers are adjusted with this coefficient θ; the fraction is the variance that was removed.
        case applied(theta: Double, varianceReduction: Double)
        /// The numbers aren't adjusted because the rules of CUPED say so.
        case refused(CUPED.Refusal)
        /// The numbers aren't adjusted because the adjustment can't be computed.
        case impossible(MissingNumber)
    }

    /// The units of the test group.
    public let testUnits: Int
    /// The units of the control group.
    public let controlUnits: Int
    /// The test group's number, adjusted if CUPED was applied.
    public let testMean: Number
    /// The control group's number, adjusted if CUPED was applied.
    public let controlMean: Number
    /// The standard error of ``testMean``.
    public let testStandardError: Number
    /// The standard error of ``controlMean``.
    public let controlStandardError: Number
    /// What became of CUPED.
    public let adjustment: Adjustment
    /// ``testMean`` minus ``controlMean``.
    public let absoluteChange: Number
    /// ``absoluteChange`` divided by ``controlMean``, a fraction.
    public let relativeChange: Number
    /// The p-value of the ordinary test, not corrected.
    public let pValue: Number
    /// The interval of ``absoluteChange``.
    public let interval: Result<Interval, MissingNumber>
    /// The interval of ``relativeChange``, in fractions.
    public let relativeInterval: Result<Interval, MissingNumber>
    /// The sequential test, or nil if it isn't wanted.
    public let sequential: Result<SequentialTest, MissingNumber>?
    /// The comparison that the numbers come from, if both groups have estimates.
    public let comparison: Result<Comparison, MissingNumber>

    /// Reads out a metric.
    ///
    /// - Parameters:
    ///   - test: The units of the test group.
    ///   - control: The units of the control group.
    ///   - others: Other groups of the experiment, whose units count for CUPED's coefficient.
    ///   - form: How the metric's number comes from the columns of the units.
    ///   - options: How the metric is read out.
    public init(
        test: Moments, control: Moments, others: [Moments] = [], form: MetricForm = .mean(0),
        options: ReadoutOptions = ReadoutOptions()
    ) {
        testUnits = test.count
        controlUnits = control.count
        let cuped = Self.cuped(test, control, others, form, options)
        adjustment = cuped.adjustment
        let estimates = (
            test: Self.estimate(cuped.value?.test, test, form),
            control: Self.estimate(cuped.value?.control, control, form)
        )
        let means = (
            test: Self.mean(cuped.value?.test, test, form), control: Self.mean(cuped.value?.control, control, form)
        )
        testMean = means.test
        controlMean = means.control
        testStandardError = estimates.test.map(\.standardError)
        controlStandardError = estimates.control.map(\.standardError)
        absoluteChange = MissingNumber.result { () throws(MissingNumber) in
            try MissingNumber.finite(means.test.get() - means.control.get())
        }
        relativeChange = MissingNumber.result { () throws(MissingNumber) in
            let base = try means.control.get()
            guard base != 0 else { throw .zeroDivisor }
            return try MissingNumber.finite((means.test.get() - base) / base)
        }
        let comparison = MissingNumber.result { () throws(MissingNumber) in
            Comparison(test: try estimates.test.get(), control: try estimates.control.get())
        }
        pValue = MissingNumber.result { () throws(MissingNumber) in try comparison.get().pValue(options.test) }
        interval = MissingNumber.result { () throws(MissingNumber) in try comparison.get().interval(options.test) }
        relativeInterval = MissingNumber.result { () throws(MissingNumber) in
            try comparison.get().relativeInterval(options.test, options.relativeMethod)
        }
        sequential =
            options.isSequential
            ? MissingNumber.result { () throws(MissingNumber) in try SequentialTest(comparison.get(), options.test) }
            : nil
        self.comparison = comparison
    }

    private static func estimate(
        _ adjusted: Estimate?, _ moments: Moments, _ form: MetricForm
    ) -> Result<Estimate, MissingNumber> {
        if let adjusted { return .success(adjusted) }
        return MissingNumber.result { () throws(MissingNumber) in try Estimate(moments, form) }
    }

    /// The group's number, which a single unit is enough for.
    private static func mean(_ adjusted: Estimate?, _ moments: Moments, _ form: MetricForm) -> Number {
        if let adjusted { return .success(adjusted.value) }
        return MissingNumber.result { () throws(MissingNumber) in try form.value(moments) }
    }

    private static func cuped(
        _ test: Moments, _ control: Moments, _ others: [Moments], _ form: MetricForm, _ options: ReadoutOptions
    ) -> (value: CUPED?, adjustment: Adjustment) {
        guard let covariate = options.covariate else { return (nil, .none) }
        do throws(MissingNumber) {
            let cuped = try CUPED(test: test, control: control, others: others, form: form, covariate: covariate)
            if let refusal = cuped.refusal(unitsBefore: options.unitsBefore) { return (nil, .refused(refusal)) }
            return (cuped, .applied(theta: cuped.theta, varianceReduction: cuped.varianceReduction))
        } catch {
            return (nil, .impossible(error))
        }
    }
}
