// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// An evaluation for whoever keeps its ruleset anyway: many of them count no references to that.
package struct UnretainedEvaluation: Sendable {
    private let region: Region?
    // Where it isn't the one that is kept anyway.
    private let otherRuleset: Ruleset?
    private let record: Record
    private let exposures: ExposureList
    private let reason: EvaluationReason
    private let consultedIDList: Bool

    /// - Parameters:
    ///   - region: What holds values that don't come from the ruleset.
    ///   - record: What was found.
    ///   - exposures: The gates that were passed through.
    ///   - reason: How the answer came about.
    ///   - consultedIDList: Whether an ID list was consulted.
    @inline(__always)
    init(region: Region?, record: Record, exposures: ExposureList, reason: EvaluationReason, consultedIDList: Bool) {
        self.region = region
        otherRuleset = nil
        self.record = record
        self.exposures = exposures
        self.reason = reason
        self.consultedIDList = consultedIDList
    }

    /// - Parameters:
    ///   - evaluation: The evaluation.
    ///   - ruleset: The one that is kept anyway.
    package init(_ evaluation: Evaluation, keptWith ruleset: Ruleset) {
        region = evaluation.region
        otherRuleset = evaluation.ruleset === ruleset ? nil : evaluation.ruleset
        record = evaluation.record
        exposures = evaluation.exposures
        reason = evaluation.reason
        consultedIDList = evaluation.consultedIDList
    }

    /// Puts the evaluation, which has hundreds of bytes, where it can be moved from without another copy.
    ///
    /// - Parameters:
    ///   - make: Makes it.
    ///   - body: Has to move or to deinitialise it.
    @inline(__always)
    package static func withPlace(
        _ make: @autoclosure () -> UnretainedEvaluation, _ body: (UnsafeMutablePointer<UnretainedEvaluation>) -> Void
    ) {
        withUnsafeTemporaryAllocation(of: UnretainedEvaluation.self, capacity: 1) { place in
            guard let start = place.baseAddress else { return }
            start.initialize(to: make())
            body(start)
        }
    }

    /// The evaluation as such.
    ///
    /// - Parameter ruleset: The one that was kept.
    @inline(__always)
    package func retained(by ruleset: Ruleset) -> Evaluation {
        Evaluation(
            ruleset: otherRuleset ?? ruleset, region: region, record: record, exposures: exposures, reason: reason,
            consultedIDList: consultedIDList)
    }
}
