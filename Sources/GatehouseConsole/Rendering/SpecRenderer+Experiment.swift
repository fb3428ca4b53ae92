// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

extension SpecRenderer {
    /// Renders an experiment: overrides, holdouts, then the rules of its status.
    func experiment(_ experiment: Experiment) -> SpecContent {
        let (resource, idType) = (experiment.resource, experiment.idType)
        let layer = layer(of: experiment)
        let base = layer?.defaults ?? [:]
        func value(_ group: Experiment.Group) -> Value { .object(base.merging(group.values)) }

        var rules = overrides(of: experiment, value)
        rules += (layer.map { holdouts(covering: $0.resource) } ?? []).map { holdout in
            heldOut(holdout, idType, 100, .object(layer?.heldOut ?? [:]))
        }
        rules += holdouts(covering: resource).map { heldOut($0, idType, 0, .object(base)) }
        rules += running(experiment, layerSalt: layer?.salt ?? experiment.layerSalt, .object(base), value)

        var spec = SpecContent(
            .configs, resource, kind: .experiment, targetApps: project.targetAppIDs(of: resource),
            v2: .init(defaultValue: .object(base), rules: rules))
        // Clients that remember groups forget the groups of experiments that aren't active.
        let isActive = [.active, .assignmentStopped].contains(experiment.status)
        spec.isActive = isActive && (experiment.environments ?? []).isEmpty
        let isShared = !(layer?.defaults.isEmpty ?? true)
        spec.hasSharedParameters = isShared
        if isShared { spec.explicitParameters = experiment.parameters }
        return spec
    }

    private func heldOut(_ holdout: Coverage, _ idType: String, _ percentage: Double, _ value: Value) -> RuleContent {
        RuleContent(
            id: holdout.associationID, passPercentage: percentage, returnValue: value, idType: idType,
            conditions: [DocumentCondition.isHeldOut(by: holdout.id, idType)])
    }

    private func overrides(
        of experiment: Experiment, _ value: (Experiment.Group) -> Value
    ) -> [RuleContent] {
        let idType = experiment.idType
        let byID = experiment.idOverrides.compactMap { override -> RuleContent? in
            guard let group = experiment.group(override.groupID), !override.ids.isEmpty else { return nil }
            let unit = override.unit ?? idType
            var conditions = [DocumentCondition.ids(override.ids, unit: unit, idType: idType)]
            if let environment = override.environment {
                conditions.append(DocumentCondition.environments([environment], idType))
            }
            return RuleContent(
                id: "\(group.id):\(unit):id_override", groupName: group.name, returnValue: value(group),
                idType: idType, conditions: conditions)
        }
        let byGate = experiment.conditionalOverrides.compactMap { override -> RuleContent? in
            guard let group = experiment.group(override.groupID) else { return nil }
            var conditions = [DocumentCondition.passes(override.gate, idType)]
            if let environment = override.environment {
                conditions.append(DocumentCondition.environments([environment], idType))
            }
            return RuleContent(
                id: "\(group.id):override", groupName: group.name, returnValue: value(group), idType: idType,
                conditions: conditions)
        }
        return byID + byGate
    }

    private func running(
        _ experiment: Experiment, layerSalt: String, _ base: Value, _ value: (Experiment.Group) -> Value
    ) -> [RuleContent] {
        let idType = experiment.idType
        func rule(_ id: String, _ condition: SpecCondition, _ value: Value? = nil, name: String? = nil) -> RuleContent {
            RuleContent(
                id: id, groupName: name, returnValue: value ?? base, idType: idType, conditions: [condition])
        }
        let targeting =
            experiment.targetingGateID.isEmpty
            ? [] : [rule("targetingGate", DocumentCondition.fails(experiment.targetingGateID, idType))]
        let environments = experiment.environments ?? []
        let buckets = experiment.buckets
        switch experiment.status {
        case .setup, .archived: return [rule("prestart", DocumentCondition.everyone(idType))]
        case .abandoned, .stopped: return [rule("abandoned", DocumentCondition.everyone(idType))]
        case .decided:
            guard let group = experiment.group(experiment.launchedGroupID ?? "") else { return targeting }
            return targeting + [
                rule("launchedGroup", DocumentCondition.everyone(idType), value(group), name: group.name)
            ]
        case .active, .assignmentStopped: break
        }
        var rules: [RuleContent] = []
        if !environments.isEmpty {
            rules.append(rule("prestart", DocumentCondition.environments(environments, isIn: false, idType)))
        }
        let isWhole = buckets.count == Experiment.bucketCount
        // No unit has the bucket -1.
        let unallocated = DocumentCondition.buckets(
            isWhole ? "any" : "none", DocumentCondition.integers(isWhole ? [-1] : buckets), salt: layerSalt,
            idType)
        rules.append(rule("layerAssignment", unallocated))
        rules += targeting
        var sum = 0.0
        for group in experiment.groups {
            sum += group.size
            let condition = DocumentCondition.buckets(
                "lt", .number((sum * 10).rounded()), salt: experiment.salt, idType)
            var rendered = rule(group.id, condition, group.isDisabled ? base : value(group), name: group.name)
            rendered.salt = group.id
            rendered.isExperimentGroup = true
            rules.append(rendered)
        }
        return rules
    }
}

extension SpecRenderer {
    /// Renders a layer: the overrides of its experiments, holdouts, and the buckets of each experiment.
    func layer(_ layer: Layer) -> SpecContent {
        let experiments = (experimentsByLayer[layer.id] ?? []).filter { !$0.isArchived }
        let (layerDefaults, heldOut) = (layer.defaults, layer.heldOut)
        let (idType, salt) = (layer.idType, layer.salt)
        let defaults = Value.object(layerDefaults)

        var rules = experiments.flatMap { overrides(of: $0, layerDefaults, idType) }
        rules += holdouts(covering: layer.resource).map { holdout in
            RuleContent(
                id: holdout.associationID, returnValue: .object(heldOut), idType: idType,
                conditions: [DocumentCondition.isHeldOut(by: holdout.id, idType)])
        }
        func assignment(_ experiment: Experiment, _ condition: SpecCondition) -> RuleContent {
            RuleContent(
                id: "experimentAssignment", returnValue: defaults, idType: idType, conditions: [condition],
                delegate: experiment.id)
        }
        func buckets(_ experiment: Experiment) -> SpecCondition {
            experiment.buckets.count == Experiment.bucketCount
                ? DocumentCondition.everyone(idType, additional: ["salt": .string(salt)])
                : DocumentCondition.buckets(
                    "any", DocumentCondition.integers(experiment.buckets), salt: salt, idType)
        }
        let allocated = experiments.filter { $0.holdsBuckets && !$0.buckets.isEmpty }.map {
            assignment($0, buckets($0))
        }
        // A group that was shipped to the users of a gate only stays in the experiment, for those users.
        let shipped = experiments.filter { $0.status == .decided && !$0.targetingGateID.isEmpty }.map { experiment in
            assignment(experiment, DocumentCondition.passes(experiment.targetingGateID, idType))
        }
        // Format v1 keeps the assignments of experiments that are over, without buckets.
        let released = experiments.filter { !$0.holdsBuckets && $0.targetingGateID.isEmpty }.map { experiment in
            assignment(experiment, DocumentCondition.buckets("any", [], salt: salt, idType))
        }
        return SpecContent(
            .layers, layer.resource, kind: .layer, targetApps: project.targetAppIDs(of: layer.resource),
            v2: .init(defaultValue: defaults, rules: rules + allocated + shipped),
            v1: .init(defaultValue: defaults, rules: rules + allocated + shipped + released))
    }

    private func overrides(of experiment: Experiment, _ defaults: Object, _ idType: String) -> [RuleContent] {
        func rule(_ id: String, _ value: Object, _ condition: SpecCondition, _ environment: String?) -> RuleContent {
            let tier = environment.map { [DocumentCondition.environments([$0], idType)] } ?? []
            return RuleContent(
                id: "\(experiment.id) \(id)", returnValue: .object(value), idType: idType,
                conditions: [condition] + tier, delegate: experiment.id)
        }
        let byID = experiment.idOverrides.compactMap { override -> RuleContent? in
            guard let group = experiment.group(override.groupID), !override.ids.isEmpty else { return nil }
            let unit = override.unit ?? experiment.idType
            let condition = DocumentCondition.condition(
                "unit_id", "any", .strings(override.ids), field: nil, idType: unit)
            return rule(
                "\(group.id):id_override", defaults.merging(group.values), condition, override.environment)
        }
        let byGate = experiment.conditionalOverrides.compactMap { override -> RuleContent? in
            guard let group = experiment.group(override.groupID) else { return nil }
            return rule(
                "\(group.id):override", defaults, DocumentCondition.passes(override.gate, idType),
                override.environment)
        }
        return byID + byGate
    }
}
