// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension Evaluator {
    /// Evaluates another entity of the same kind instead of this one where a config mapping applies (Evaluation §11).
    @inline(never)
    mutating func applyMapping(
        _ kind: EntityKind, _ name: Text, at index: Int, into record: inout Record
    ) -> Recognition {
        let mapping = program.pointee.mappings.index(of: name)
        guard mapping >= 0 else { return .unrecognized }
        let salt = index >= 0 ? program.pointee.specs[index].pointee.salt : Text("")
        for row in program.pointee.mappingRows[mapping] {
            for trigger in row.triggers {
                if trigger.rule < 0 || (trigger.startTime > 0 && trigger.startTime > context.clock()) { continue }
                let rule = program.pointee.overrideRules.baseAddress.unsafelyUnwrapped + trigger.rule
                let isEvaluated = evaluate(UnsafePointer(rule), program.pointee.overrideRuleLinks, into: &record)
                if isExhausted { return .tooDeep }
                let passes = isEvaluated && record.bool && !record.isUnsupported
                reset(&record)
                guard passes, passesPercentage(UnsafePointer(rule), salt: salt) else {
                    consultedIDList = false
                    continue
                }
                record.overrideConfigName = row.newName
                // Only what a rule that leads to another entity consulted counts; a mapping further on takes it away no more.
                let consulted = consultedIDList
                switch evaluateMapped(kind, row.newName, into: &record) {
                case .recognized:
                    if consulted { consultedIDList = true }
                    return .recognized
                case .unrecognized, .tooDeep:
                    if isExhausted { return .tooDeep }
                    reset(&record)
                    consultedIDList = false
                }
                break
            }
        }
        return .unrecognized
    }

    /// Evaluates the entity a mapping names.
    ///
    /// The mapping has reset the record, so nesting counts from zero again.
    private mutating func evaluateMapped(_ kind: EntityKind, _ name: Text, into record: inout Record) -> Recognition {
        let index =
            switch kind {
            case .gate: program.pointee.gates.index(of: name)
            case .dynamicConfig, .experiment: program.pointee.configIndex(program.pointee.configs.index(of: name))
            case .layer: program.pointee.layerIndex(program.pointee.layers.index(of: name))
            }
        let outerNesting = nesting
        nesting = 0
        defer { nesting = outerNesting }
        return evaluate(kind, name, at: index, as: .mapping, into: &record)
    }
}

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
        // If the experiment delegates too, it sets this again, and then all exposures before that count as undelegated.
        record.undelegated = .leading
        record.undelegatedEnd = Int32(truncatingIfNeeded: exposures.count)
        record.bool = false
        record.returnsPointer = nil
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
