// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// An evaluation without a reference to its ruleset, for an owner that retains the ruleset once for many evaluations.
package struct UnretainedEvaluation: Sendable {
    private let region: Region?
    // Set if the evaluation comes from another ruleset than the one that the owner retains.
    private let otherRuleset: Ruleset?
    private let record: Record
    private let exposures: SecondaryExposureList
    private let reason: EvaluationReason
    private let consultedIDList: Bool

    /// - Parameters:
    ///   - region: The memory of values that don't come from the ruleset.
    ///   - record: The result.
    ///   - exposures: The secondary exposures.
    ///   - reason: The reason for the result.
    ///   - consultedIDList: Whether an ID list was consulted.
    @inline(__always)
    init(
        region: Region?, record: Record, exposures: SecondaryExposureList, reason: EvaluationReason,
        consultedIDList: Bool
    ) {
        self.region = region
        otherRuleset = nil
        self.record = record
        self.exposures = exposures
        self.reason = reason
        self.consultedIDList = consultedIDList
    }

    /// - Parameters:
    ///   - evaluation: The evaluation.
    ///   - ruleset: The ruleset that the owner retains.
    package init(_ evaluation: Evaluation, keptWith ruleset: Ruleset) {
        region = evaluation.region
        otherRuleset = evaluation.ruleset === ruleset ? nil : evaluation.ruleset
        record = evaluation.record
        exposures = evaluation.exposures
        reason = evaluation.reason
        consultedIDList = evaluation.consultedIDList
    }

    /// Makes the evaluation, which has hundreds of bytes, in temporary memory that `body` can move it from without a copy.
    ///
    /// - Parameters:
    ///   - make: Makes the evaluation.
    ///   - body: Has to move from the memory or deinitialize it.
    @inline(__always)
    package static func withTemporary(
        _ make: @autoclosure () -> UnretainedEvaluation, _ body: (UnsafeMutablePointer<UnretainedEvaluation>) -> Void
    ) {
        withUnsafeTemporaryAllocation(of: UnretainedEvaluation.self, capacity: 1) { memory in
            guard let start = memory.baseAddress else { return }
            start.initialize(to: make())
            body(start)
        }
    }

    /// The evaluation with a reference to its ruleset.
    ///
    /// - Parameter ruleset: The ruleset that the owner has retained.
    /// - Returns: The evaluation.
    @inline(__always)
    package func retained(by ruleset: Ruleset) -> Evaluation {
        Evaluation(
            ruleset: otherRuleset ?? ruleset, region: region, record: record, exposures: exposures, reason: reason,
            consultedIDList: consultedIDList)
    }
}
