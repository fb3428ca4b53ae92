// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension Evaluator {
    /// Evaluates the entity called `name`, whose index among the specs is `index`, or -1 where there is none
    /// (Evaluation §5.2).
    mutating func evaluate(
        _ kind: EntityKind, _ name: Text, at index: Int, as role: EvaluationRole, into record: inout Record
    ) -> Recognition {
        guard recursion < Limits.recursion, remainingEvaluations > 0, !isExhausted else {
            isExhausted = true
            return .tooDeep
        }
        recursion += 1
        remainingEvaluations -= 1
        observer.willEvaluate(kind, name, as: role)
        let recognition = evaluateUnbounded(kind, name, at: index, into: &record)
        observer.didEvaluate(record, recognition)
        recursion -= 1
        return isExhausted ? .tooDeep : recognition
    }

    private mutating func evaluateUnbounded(
        _ kind: EntityKind, _ name: Text, at index: Int, into record: inout Record
    ) -> Recognition {
        let isFiltering = filter != .none && nesting == 0
        if !isFiltering {
            if applyLocalOverride(kind, name, at: index, into: &record) { return .recognized }
            if !program.pointee.mappings.isEmpty {
                switch applyMapping(kind, name, at: index, into: &record) {
                case .unrecognized: break
                case let decided: return decided
                }
            }
            if kind == .experiment, !program.pointee.autotunes.isEmpty {
                let autotune = program.pointee.autotunes.index(of: name)
                if autotune >= 0 { return evaluateAutotune(program.pointee.autotuneRows[autotune], into: &record) }
            }
        }
        guard index >= 0 else {
            if recursion == 1, usage != nil { reportUnknown(kind, name) }
            return .unrecognized
        }
        return evaluateSpec(at: index, isLayer: kind == .layer, isFiltering: isFiltering, into: &record)
    }

    @inline(__always)
    private mutating func evaluateSpec(
        at index: Int, isLayer: Bool, isFiltering: Bool, into record: inout Record
    ) -> Recognition {
        let spec = program.pointee.specs[index]
        let links = program.pointee.specLinks[index]
        if record.idType.isMissing { record.idType = spec.pointee.idType }
        if record.version == nil { record.version = spec.pointee.version }
        if let isActive = spec.pointee.isActive { record.isExperimentActive = isActive }
        if let hasSharedParameters = spec.pointee.hasSharedParameters { record.isInLayer = hasSharedParameters }
        if let explicitParameters = spec.pointee.explicitParameters { record.explicitParameters = explicitParameters }

        if isFiltering, !spec.pointee.rules.contains(where: filter.admits) {
            record.bool = false
            finish(spec, rule: nil, &record)
            return .recognized
        }
        if isLayer, spec.pointee.usesNewLayerEvaluation {
            return evaluateNewLayer(spec, links, isFiltering: isFiltering, into: &record)
        }
        let rules = spec.pointee.rules
        for position in 0..<rules.count {
            let rule = rules.pointer(at: position)
            if isFiltering, !filter.admits(rule.pointee) { continue }
            guard evaluate(rule, links, into: &record) else { return .tooDeep }
            if record.isUnsupported { return .recognized }
            if !record.bool { continue }
            switch delegate(rule, links, into: &record) {
            case .recognized:
                finish(spec, rule: nil, &record)
                return .recognized
            case .tooDeep: return .tooDeep
            case .unrecognized: break
            }
            decide(spec, rule, &record)
            return .recognized
        }
        record.bool = spec.pointee.defaultValue.kind == .true
        record.returnsPointer = spec.defaultValue
        record.ruleID = spec.pointee.isEnabled ? Text("default") : Text("disabled")
        finish(spec, rule: nil, &record)
        return .recognized
    }

    /// Sets the result of the first rule whose conditions pass, even if its percentage fails.
    @inline(__always)
    private mutating func decide(
        _ spec: UnsafePointer<SpecRow>, _ rule: UnsafePointer<RuleRow>, _ record: inout Record
    ) {
        if passesPercentage(rule, of: spec) {
            record.bool = rule.pointee.returns.kind != .false
            record.returnsPointer = rule.returns
        } else {
            record.bool = spec.pointee.defaultValue.kind == .true
            record.returnsPointer = spec.defaultValue
        }
        record.ruleID = rule.pointee.id
        record.groupName = rule.pointee.groupName
        record.isExperimentGroup = rule.pointee.isExperimentGroup
        record.isExperimentActive = spec.pointee.isActive ?? false
        finish(spec, rule: rule, &record)
    }

    /// Closes a record (Evaluation §5.3).
    @inline(__always)
    func finish(_ spec: UnsafePointer<SpecRow>, rule: UnsafePointer<RuleRow>?, _ record: inout Record) {
        record.samplingRate = rule?.pointee.samplingRate
        record.forwardsAllExposures = spec.pointee.forwardsAllExposures
        if nesting == 0, record.undelegated == .unset { record.undelegated = .all }
    }

    /// Clears a record and removes its secondary exposures.
    mutating func reset(_ record: inout Record) {
        exposures.truncate(to: min(Int(record.firstExposure), exposures.count))
        record.reset()
    }
}
