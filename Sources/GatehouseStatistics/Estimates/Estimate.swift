// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A group's number and how uncertain it is.
public struct Estimate: Sendable, Hashable {
    /// The number of units, at least 2.
    public let units: Int
    /// The mean or ratio, in the metric's unit.
    public let value: Double
    /// The variance of ``value``, which is the square of ``standardError``.
    public let variance: Double

    /// The standard error of ``value``.
    public var standardError: Double { variance.squareRoot() }
    /// The sample variance of a single unit's (linearised) value: ``variance`` times ``units``.
    public var unitVariance: Double { variance * Double(units) }

    /// An estimate from numbers that are known.
    ///
    /// - Parameters:
    ///   - units: The number of units.
    ///   - value: The mean or ratio.
    ///   - variance: The variance of `value`. Negative ones are rounding and become 0.
    /// - Throws: ``MissingNumber/tooFewUnits`` with fewer than two units, or ``MissingNumber/notFinite``.
    public init(units: Int, value: Double, variance: Double) throws(MissingNumber) {
        guard units > 1 else { throw .tooFewUnits }
        self.units = units
        self.value = try MissingNumber.finite(value)
        self.variance = max(0, try MissingNumber.finite(variance))
        _ = try MissingNumber.finite(self.variance * Double(units))
    }

    /// A metric's estimate from the units of a group.
    ///
    /// - Parameters:
    ///   - moments: The group's units.
    ///   - form: Which columns the metric is made of. The variance of a ratio is the delta method's.
    /// - Throws: The ``MissingNumber`` that says why there is none.
    public init(_ moments: Moments, _ form: MetricForm = .mean(0)) throws(MissingNumber) {
        let variance = try MetricForm.covariance(form, form, moments)
        try self.init(units: moments.count, value: form.value(moments), variance: variance / Double(moments.count))
    }
}
