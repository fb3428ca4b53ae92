// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Changes the overrides of gates and holdouts: units that pass or fail whatever the rules say.
struct UnitOverrides {
    enum Change: Sendable { case replace, add, remove }

    private struct Line: Hashable {
        let environment: String?
        let unit: String
    }

    private struct Lists {
        var passing: [String] = []
        var failing: [String] = []
    }

    private var order: [Line] = []
    private var lines: [Line: Lists] = [:]

    init(_ overrides: [UnitOverride] = []) {
        for override in overrides {
            let line = Line(environment: override.environment, unit: override.unit)
            order.append(line)
            lines[line] = Lists(passing: override.passing, failing: override.failing)
        }
    }

    /// Adds the IDs of a request; refuses IDs that would pass and fail.
    ///
    /// - Parameters:
    ///   - override: The environment, the unit and the IDs.
    ///   - property: The member that has the IDs that fail.
    /// - Throws: ``DomainError`` when an ID is in both lists.
    mutating func add(_ override: UnitOverride, _ property: String) throws(DomainError) {
        let (passing, failing) = (override.passing, override.failing)
        guard !passing.isEmpty || !failing.isEmpty else { return }
        let line = Line(environment: override.environment, unit: override.unit)
        if lines[line] == nil { order.append(line) }
        let old = lines[line] ?? Lists()
        let new = Lists(
            passing: UnitOverrides.union(old.passing, passing), failing: UnitOverrides.union(old.failing, failing))
        if let both = Set(new.passing).intersection(new.failing).sorted().first {
            throw .invalid(property, "must not have \(both), which passes")
        }
        lines[line] = new
    }

    /// The overrides after a change; an ID that is added leaves the other list.
    func applying(_ change: Change, _ asked: UnitOverrides) -> UnitOverrides {
        guard change != .replace else { return asked }
        var result = self
        for line in asked.order {
            if result.lines[line] == nil { result.order.append(line) }
            let (old, new) = (result.lines[line] ?? Lists(), asked.lines[line] ?? Lists())
            let (passing, failing) = (Set(new.passing), Set(new.failing))
            if change == .add {
                result.lines[line] = Lists(
                    passing: UnitOverrides.union(old.passing.filter { !failing.contains($0) }, new.passing),
                    failing: UnitOverrides.union(old.failing.filter { !passing.contains($0) }, new.failing))
            } else {
                result.lines[line] = Lists(
                    passing: old.passing.filter { !passing.contains($0) },
                    failing: old.failing.filter { !failing.contains($0) })
            }
        }
        return result
    }

    /// The overrides that have IDs, in the order they first came.
    var overrides: [UnitOverride] {
        order.compactMap { line in
            guard let lists = lines[line], !(lists.passing.isEmpty && lists.failing.isEmpty) else { return nil }
            return UnitOverride(
                environment: line.environment, unit: line.unit, passing: lists.passing, failing: lists.failing)
        }
    }

    /// The IDs of a unit in all environments.
    func ids(of unit: String) -> (passing: [String], failing: [String]) {
        let lists = lines[Line(environment: nil, unit: unit)] ?? Lists()
        return (lists.passing, lists.failing)
    }

    private static func union(_ old: [String], _ new: [String]) -> [String] {
        let known = Set(old)
        return old + new.filter { !known.contains($0) }
    }
}

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
