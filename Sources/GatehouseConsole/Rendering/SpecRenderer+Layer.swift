// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

extension SpecRenderer {
    /// A layer: the overrides of its experiments, holdouts, and who has which buckets.
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
        func assignment(_ experiment: Experiment, _ condition: Object) -> RuleContent {
            RuleContent(
                id: "experimentAssignment", returnValue: defaults, idType: idType, conditions: [condition],
                delegate: experiment.id)
        }
        func buckets(_ experiment: Experiment) -> Object {
            experiment.buckets.count == Experiment.bucketCount
                ? DocumentCondition.everyone(idType, additional: ["salt": .string(salt)])
                : DocumentCondition.buckets(
                    "any", DocumentCondition.integers(experiment.buckets), salt: salt, idType)
        }
        let allocated = experiments.filter { $0.holdsBuckets && !$0.buckets.isEmpty }.map {
            assignment($0, buckets($0))
        }
        // What was shipped to some users only lives on in the experiment, for those who pass its gate.
        let shipped = experiments.filter { $0.status == .decided && !$0.targetingGateID.isEmpty }.map { experiment in
            assignment(experiment, DocumentCondition.passes(experiment.targetingGateID, idType))
        }
        // Format v1 keeps the assignments of experiments that are over, without buckets.
        let released = experiments.filter { !$0.holdsBuckets && $0.targetingGateID.isEmpty }.map { experiment in
            assignment(experiment, DocumentCondition.buckets("any", [], salt: salt, idType))
        }
        return SpecContent(
            .layers, layer.resource, kind: .layer, targetApps: targetApps(of: layer.resource),
            v2: .init(defaultValue: defaults, rules: rules + allocated + shipped),
            v1: .init(defaultValue: defaults, rules: rules + allocated + shipped + released))
    }

    private func overrides(of experiment: Experiment, _ defaults: Object, _ idType: String) -> [RuleContent] {
        func rule(_ id: String, _ value: Object, _ condition: Object, _ environment: String?) -> RuleContent {
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
