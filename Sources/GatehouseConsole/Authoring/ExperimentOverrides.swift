// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Changes the overrides of experiments.
enum ExperimentOverrides {
    enum Change: Sendable { case replace, add, remove }

    /// Changes the overrides of an experiment.
    ///
    /// - Parameters:
    ///   - change: Whether the overrides replace those of the experiment, are added to them, or are removed.
    ///   - byID: Overrides by IDs; groups may be given by name.
    ///   - conditional: Overrides by gates and segments; groups may be given by name.
    ///   - experiment: The experiment.
    ///   - draft: The project.
    /// - Returns: The changed experiment.
    /// - Throws: ``DomainError`` when a group or gate doesn't exist.
    static func apply(
        _ change: Change, byID: [Experiment.IDOverride], conditional: [Experiment.ConditionalOverride],
        to experiment: Experiment, _ draft: inout Draft
    ) throws(DomainError) -> Experiment {
        try Normalization.checkEditable(experiment.resource)
        var changed = experiment
        let askedConditional = try normalized(conditional, experiment)
        changed.conditionalOverrides = combined(change, experiment.conditionalOverrides, askedConditional)
        let askedByID = try normalized(byID, experiment)
        changed.idOverrides = combined(change, experiment.idOverrides, askedByID)
        draft.put(changed, "experiment_overrides_edit")
        try References.check(changed.resource, draft.project)
        return changed
    }

    // MARK: - By ID

    private static func normalized(
        _ overrides: [Experiment.IDOverride], _ experiment: Experiment
    ) throws(DomainError) -> [Experiment.IDOverride] {
        var result: [Experiment.IDOverride] = []
        for (index, override) in overrides.enumerated() {
            var override = override
            override.groupID = try groupID(
                override.groupID, experiment, "\(Experiment.members.idOverrides.name).\(index)")
            override.environment = override.environment
            override.unit = override.unit
            result.append(override)
        }
        return result
    }

    private static func combined(
        _ change: Change, _ old: [Experiment.IDOverride], _ asked: [Experiment.IDOverride]
    ) -> [Experiment.IDOverride] {
        func isSame(_ left: Experiment.IDOverride, _ right: Experiment.IDOverride) -> Bool {
            left.groupID == right.groupID && left.environment == right.environment && left.unit == right.unit
        }
        switch change {
        case .replace: return asked
        case .add:
            var all = old
            for override in asked {
                if let index = all.firstIndex(where: { isSame($0, override) }) {
                    let known = Set(all[index].ids)
                    all[index].ids += override.ids.filter { !known.contains($0) }
                } else {
                    all.append(override)
                }
            }
            return all
        case .remove:
            return old.compactMap { override in
                guard let gone = asked.first(where: { isSame($0, override) }) else { return override }
                var left = override
                let ids = Set(gone.ids)
                left.ids = override.ids.filter { !ids.contains($0) }
                return left.ids.isEmpty ? nil : left
            }
        }
    }

    // MARK: - By gate or segment

    private static func normalized(
        _ overrides: [Experiment.ConditionalOverride], _ experiment: Experiment
    ) throws(DomainError) -> [Experiment.ConditionalOverride] {
        var result: [Experiment.ConditionalOverride] = []
        for (index, override) in overrides.enumerated() {
            var override = override
            override.groupID = try groupID(
                override.groupID, experiment, "\(Experiment.members.conditionalOverrides.name).\(index)")
            override.environment = override.environment
            override.id = override.id ?? override.name ?? ""
            override.name = nil
            result.append(override)
        }
        return result
    }

    private static func combined(
        _ change: Change, _ old: [Experiment.ConditionalOverride], _ asked: [Experiment.ConditionalOverride]
    ) -> [Experiment.ConditionalOverride] {
        func isSame(_ left: Experiment.ConditionalOverride, _ right: Experiment.ConditionalOverride) -> Bool {
            left.groupID == right.groupID && left.environment == right.environment && left.kind == right.kind
                && left.id == right.id
        }
        return switch change {
        case .replace: asked
        case .add:
            asked.reduce(into: old) { all, new in if !all.contains(where: { isSame($0, new) }) { all.append(new) } }
        case .remove: old.filter { override in !asked.contains { isSame($0, override) } }
        }
    }

    /// The ID of a group that is given by ID or by name.
    private static func groupID(
        _ name: String, _ experiment: Experiment, _ path: String
    ) throws(DomainError) -> String {
        guard let group = experiment.group(name) else {
            throw .invalid("\(path).groupID", "must be the ID or name of a group")
        }
        return group.id
    }
}
