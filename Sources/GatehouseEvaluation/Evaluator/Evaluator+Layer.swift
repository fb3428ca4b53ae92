// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension Evaluator {
    /// Evaluates a layer whose parameters come from all its passing rules together (Evaluation §10).
    @inline(never)
    mutating func evaluateNewLayer(
        _ spec: UnsafePointer<SpecRow>, _ links: Program.SpecLinks, isFiltering: Bool, into record: inout Record
    ) -> Recognition {
        var merged = MergedParameters()
        var result = Record(firstExposure: Int(record.firstExposure))
        result.ruleID = Text("default")
        var hasPassed = false
        // Exposures of a delegate that came too late: the next rule takes them along, the last one's are lost.
        var leftovers = exposures.count

        let rules = spec.pointee.rules
        for position in 0..<rules.count {
            let rule = rules.place(position)
            if isFiltering, !filter.admits(rule.pointee) { continue }
            guard evaluate(rule, links, into: &record) else { return .tooDeep }
            leftovers = exposures.count
            if record.isUnsupported {
                record.undelegated = .unmarked
                return .recognized
            }
            if !record.bool || !passesPercentage(rule) { continue }
            // A config mapping of the delegate takes back no more than what the delegate has seen.
            let ownExposures = exposures.count
            record.firstExposure = Int32(truncatingIfNeeded: ownExposures)
            switch delegate(rule, links, into: &record) {
            case .tooDeep: return .tooDeep
            case .recognized:
                guard !hasPassed, let value = record.returns, !merged.containsAny(of: value) else { continue }
                merged.add(value, from: rule.pointee.id)
                for exposure in ownExposures..<max(ownExposures, exposures.count) { exposures.markDelegated(exposure) }
                leftovers = exposures.count
                result.bool = record.bool
                result.delegate = record.delegate
                result.groupName = record.groupName
                result.ruleID = rule.pointee.id
                result.isExperimentGroup = rule.pointee.isExperimentGroup
                result.explicitParameters = record.explicitParameters
            case .unrecognized:
                result.bool = record.bool
                merged.add(rule.pointee.returns, from: rule.pointee.id)
            }
            hasPassed = true
        }
        exposures.truncate(to: min(leftovers, exposures.count))
        merged.add(spec.pointee.defaultValue, from: Text("default"))
        let stored = merged.store(in: ownRegion())
        record.bool = result.bool
        record.delegate = result.delegate
        record.groupName = result.groupName
        record.ruleID = result.ruleID
        record.returnsPlace = ownRegion().store(stored.returns)
        record.parameterRuleIDs = stored.ruleIDs
        record.isExperimentGroup = result.isExperimentGroup
        record.isExperimentActive = spec.pointee.isActive ?? false
        record.explicitParameters = result.explicitParameters
        record.undelegated = .unmarked
        record.firstExposure = result.firstExposure
        finish(spec, rule: nil, &record)
        return .recognized
    }
}
