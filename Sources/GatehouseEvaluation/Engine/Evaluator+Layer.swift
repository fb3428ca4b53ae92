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
        // A delegate whose value is already set leaves secondary exposures behind: the next rule keeps them; those behind the
        // last rule are removed.
        var leftovers = exposures.count

        let rules = spec.pointee.rules
        for position in 0..<rules.count {
            let rule = rules.pointer(at: position)
            if isFiltering, !filter.admits(rule.pointee) { continue }
            guard evaluate(rule, links, into: &record) else { return .tooDeep }
            leftovers = exposures.count
            if record.isUnsupported {
                record.undelegated = .unmarked
                return .recognized
            }
            if !record.bool || !passesPercentage(rule, of: spec) { continue }
            // A config mapping of the delegate removes only the delegate's own secondary exposures.
            let ownExposures = exposures.count
            record.firstExposure = Int32(truncatingIfNeeded: ownExposures)
            switch delegate(rule, links, into: &record) {
            case .tooDeep: return .tooDeep
            case .recognized:
                guard !hasPassed, let value = record.returns, !merged.containsAny(of: value) else { continue }
                merged.add(value, from: rule.pointee.id)
                for exposure in ownExposures..<max(ownExposures, exposures.count) {
                    exposures[exposure].isDelegated = true
                }
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
        record.returnsPointer = ownRegion().store(stored.returns)
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

/// The parameters that a layer's rules contribute, each with the rule it comes from (Evaluation §10).
struct MergedParameters {
    private var members: [MemberRow] = []
    private var ruleIDs: [Text] = []
    /// The names, once there are more than ``scannedCount``.
    private var names: Set<[UInt8]> = []
    private static let scannedCount = 64

    /// Adds the members whose names are new.
    mutating func add(_ returns: ReturnRow, from ruleID: Text) {
        for member in returns.members where !contains(member.name) {
            members.append(member)
            ruleIDs.append(ruleID)
            if members.count > MergedParameters.scannedCount {
                for member in members[names.count...] { names.insert(Array(member.name.bytes)) }
            }
        }
    }

    func containsAny(of returns: ReturnRow) -> Bool {
        returns.members.contains { contains($0.name) }
    }

    /// The merged object, and the rules in the order of its members.
    func store(in region: Region) -> (returns: ReturnRow, ruleIDs: TextList) {
        var writer = JSONWriter()
        writer.raw("{")
        for (index, member) in members.enumerated() {
            if index > 0 { writer.raw(",") }
            writer.string(member.name)
            writer.raw(":")
            writer.raw(member.value)
        }
        writer.raw("}")
        let returns = ReturnRow(kind: .object, json: region.text(writer.bytes), members: region.store(members))
        return (returns, region.store(ruleIDs))
    }

    private func contains(_ name: Text) -> Bool {
        names.isEmpty ? members.contains { $0.name == name } : names.contains(Array(name.bytes))
    }
}
