// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// How a metric is read out.
public struct ReadoutOptions: Sendable, Hashable {
    /// Significance (after corrections), direction and distribution.
    public var test: TestOptions
    /// How relative intervals are computed.
    public var relativeMethod: RelativeMethod
    /// Whether results are looked at before the experiment's target, so that sequential numbers are wanted.
    public var isSequential: Bool
    /// The metric before the exposure, or nil for no CUPED.
    public var covariate: MetricForm?
    /// How many units of both groups have a value before the exposure.
    public var unitsBefore: Int

    /// Options of a read-out.
    ///
    /// - Parameters:
    ///   - test: Significance (after corrections), direction and distribution.
    ///   - relativeMethod: How relative intervals are computed.
    ///   - isSequential: Whether sequential numbers are wanted.
    ///   - covariate: The metric before the exposure, or nil for no CUPED.
    ///   - unitsBefore: How many units of both groups have a value before the exposure.
    public init(
        test: TestOptions = TestOptions(), relativeMethod: RelativeMethod = .fieller, isSequential: Bool = false,
        covariate: MetricForm? = nil, unitsBefore: Int = 0
    ) {
        self.test = test
        self.relativeMethod = relativeMethod
        self.isSequential = isSequential
        self.covariate = covariate
        self.unitsBefore = unitsBefore
    }
}
