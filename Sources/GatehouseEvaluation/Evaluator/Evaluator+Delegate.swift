// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension Evaluator {
    /// Leaves the decision to the experiment that a rule names, if it names one that exists (Evaluation §9.1).
    @inline(__always)
    mutating func delegate(
        _ rule: UnsafePointer<RuleRow>, _ links: Program.SpecLinks, into record: inout Record
    ) -> Recognition {
        if rule.pointee.delegate.isMissing { return .unrecognized }
        return delegateToExperiment(rule, links, into: &record)
    }

    @inline(never)
    private mutating func delegateToExperiment(
        _ rule: UnsafePointer<RuleRow>, _ links: Program.SpecLinks, into record: inout Record
    ) -> Recognition {
        let index = Int(program.pointee.delegateLinks[links.firstRule + rule.pointee.index])
        guard index >= 0 else { return .unrecognized }
        guard nesting < Limits.nesting else { return .tooDeep }
        // An experiment that delegates in turn moves this on: what came before it counts as undelegated then.
        record.undelegated = .leading
        record.undelegatedEnd = Int32(truncatingIfNeeded: exposures.count)
        record.bool = false
        record.returnsPlace = nil
        nesting += 1
        let recognition = evaluate(.experiment, rule.pointee.delegate, at: index, as: .delegate, into: &record)
        nesting -= 1
        guard recognition == .recognized else {
            record.undelegated = .unset
            return recognition
        }
        record.explicitParameters = program.pointee.specs[index].pointee.explicitParameters
        record.delegate = rule.pointee.delegate
        return .recognized
    }
}
