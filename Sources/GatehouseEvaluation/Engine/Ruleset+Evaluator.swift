// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension Ruleset {
    // A temporary allocation of more than 1,024 bytes comes from the heap, which costs more than most evaluations.
    private static var exposuresOnStack: Int { 1_024 / MemoryLayout<SecondaryExposureRow>.stride }
    private static var gatesOnStack: Int { 1_024 / MemoryLayout<Evaluator<NoObserver>.GateMemo>.stride }

    /// Runs `body` with an evaluator whose lists start on the stack.
    @inline(__always)
    func run<Observer: EvaluationObserver, R>(
        _ user: User, _ context: EvaluationContext, collectsExposures: Bool, filter: RuleFilter = .none,
        observer: consuming Observer, _ body: (inout Evaluator<Observer>) -> R
    ) -> R {
        var observer = Optional(observer)
        return user.withView { view in
            withUnsafeTemporaryAllocation(of: SecondaryExposureRow.self, capacity: Ruleset.exposuresOnStack) {
                exposures in
                withUnsafeTemporaryAllocation(of: SecondaryExposureRow.self, capacity: Ruleset.exposuresOnStack) {
                    memoExposures in
                    withUnsafeTemporaryAllocation(of: Evaluator<Observer>.GateMemo.self, capacity: Ruleset.gatesOnStack)
                    { memo in
                        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 256) { scratch in
                            var evaluator = Evaluator(
                                program: tables.pointer, user: view, context: context,
                                collectsExposures: collectsExposures, filter: filter,
                                observer: observer.take().unsafelyUnwrapped,
                                exposures: ScratchVector(
                                    exposures.baseAddress.unsafelyUnwrapped, capacity: exposures.count),
                                memo: ScratchVector(memo.baseAddress.unsafelyUnwrapped, capacity: memo.count),
                                memoExposures: ScratchVector(
                                    memoExposures.baseAddress.unsafelyUnwrapped, capacity: memoExposures.count),
                                scratch: scratch)
                            return body(&evaluator)
                        }
                    }
                }
            }
        }
    }
}
