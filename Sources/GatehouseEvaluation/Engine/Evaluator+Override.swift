// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension Evaluator {
    /// Answers with a local override where there is one (Evaluation §17).
    @inline(__always)
    mutating func applyLocalOverride(
        _ kind: EntityKind, _ name: Text, at index: Int, into record: inout Record
    ) -> Bool {
        if context.overrides.isEmpty { return false }
        return lookUpLocalOverride(kind, name, at: index, into: &record)
    }

    @inline(never)
    private mutating func lookUpLocalOverride(
        _ kind: EntityKind, _ name: Text, at index: Int, into record: inout Record
    ) -> Bool {
        if let scope = clientScope, !scope.includesLocalOverrides { return false }
        switch kind {
        case .gate:
            guard let value = context.overrides.gate(name, for: lookup.user) else { return false }
            record.bool = value
        case .dynamicConfig:
            guard let value = context.overrides.dynamicConfig(name, for: lookup.user) else { return false }
            record.returnsPointer = ownReturns(value)
        case .layer:
            guard let value = context.overrides.layer(name, for: lookup.user) else { return false }
            record.returnsPointer = ownReturns(value)
        case .experiment:
            guard let value = context.overrides.experiment(name, for: lookup.user) else { return false }
            switch value {
            case .value(let object): record.returnsPointer = ownReturns(object)
            case .group(let group): force(group, of: name, at: index, into: &record)
            }
        }
        record.ruleID = Text("override")
        record.overrideReason = .localOverride
        return true
    }

    private mutating func ownReturns(_ object: Object) -> UnsafePointer<ReturnRow> {
        let region = ownRegion()
        return region.store(ReturnRow(object, in: region))
    }

    /// Puts the user into a group: the value, the group's name and the experiment's state are those of a user in it.
    private func force(_ group: String, of name: Text, at index: Int, into record: inout Record) {
        guard index >= 0, let rule = rule(ofGroup: group, at: index) else {
            return reportUnknownGroup(group, of: name)
        }
        record.returnsPointer = rule.returns
        record.groupName = rule.pointee.groupName
        record.isExperimentGroup = rule.pointee.isExperimentGroup
        let spec = program.pointee.specs[index]
        record.isExperimentActive = spec.pointee.isActive ?? false
        record.isInLayer = spec.pointee.hasSharedParameters ?? false
        record.explicitParameters = spec.pointee.explicitParameters
    }

    private func rule(ofGroup group: String, at index: Int) -> UnsafePointer<RuleRow>? {
        let name = Array(group.utf8)
        let rules = program.pointee.specs[index].pointee.rules
        return rules.indices.first { position in
            let groupName = rules[position].groupName
            return !groupName.isMissing && groupName.bytes.elementsEqual(name)
        }.map { rules.pointer(at: $0) }
    }
}

extension ReturnRow {
    /// A value that doesn't come from the ruleset.
    init(_ object: Object, in region: Region) {
        let members = object.map { member in
            MemberRow(name: region.text(Array(member.name.utf8)), value: region.text(member.value.jsonBytes))
        }
        self.init(
            kind: .object, json: region.text(Value.object(object).jsonBytes), members: region.store(members))
    }
}
