// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

extension SpecRenderer {
    /// A layer: the overrides of its experiments, holdouts, and who has which buckets.
    func layer(_ resource: Resource) -> SpecContent {
        let layer = Layer(resource)
        let experiments = (experimentsByLayer[resource.id] ?? []).filter { !$0.isArchived }.map(Experiment.init)
        let defaults = Value.object(layer.defaults)

        var rules = experiments.flatMap { overrides(of: $0, layer) }
        rules += covering(resource).map { holdout in
            RuleContent(
                id: holdout.associationID, returnValue: .object(layer.heldOut), idType: layer.idType,
                conditions: [DocumentCondition.isHeldOut(by: holdout.id, layer.idType)])
        }
        func assignment(_ experiment: Experiment, _ condition: Object) -> RuleContent {
            RuleContent(
                id: "experimentAssignment", returnValue: defaults, idType: layer.idType, conditions: [condition],
                delegate: experiment.id)
        }
        func buckets(_ experiment: Experiment) -> Object {
            experiment.buckets.count == Experiment.bucketCount
                ? DocumentCondition.everyone(layer.idType, additional: ["salt": .string(layer.salt)])
                : DocumentCondition.buckets(
                    "any", DocumentCondition.integers(experiment.buckets), salt: layer.salt, layer.idType)
        }
        let allocated = experiments.filter { $0.holdsBuckets && !$0.buckets.isEmpty }.map {
            assignment($0, buckets($0))
        }
        // What was shipped to some users only lives on in the experiment, for those who pass its gate.
        let shipped = experiments.filter { $0.status == .decided && !$0.targetingGate.isEmpty }.map { experiment in
            assignment(experiment, DocumentCondition.passes(experiment.targetingGate, layer.idType))
        }
        // Format v1 keeps the assignments of experiments that are over, without buckets.
        let released = experiments.filter { !$0.holdsBuckets && $0.targetingGate.isEmpty }.map { experiment in
            assignment(experiment, DocumentCondition.buckets("any", [], salt: layer.salt, layer.idType))
        }
        return SpecContent(
            .layers, resource, kind: "layer", targetApps: targetApps(of: resource),
            v2: .init(defaultValue: defaults, rules: rules + allocated + shipped),
            v1: .init(defaultValue: defaults, rules: rules + allocated + shipped + released))
    }

    private func overrides(of experiment: Experiment, _ layer: Layer) -> [RuleContent] {
        func rule(_ id: String, _ value: Object, _ condition: Object, _ environment: String?) -> RuleContent {
            let tier = environment.map { [DocumentCondition.environments([$0], layer.idType)] } ?? []
            return RuleContent(
                id: "\(experiment.id) \(id)", returnValue: .object(value), idType: layer.idType,
                conditions: [condition] + tier, delegate: experiment.id)
        }
        let byID = experiment.idOverrides.compactMap { override -> RuleContent? in
            guard let group = experiment.group(override.groupID), !override.ids.isEmpty else { return nil }
            let unit = override.unit ?? experiment.idType
            let condition = DocumentCondition.condition(
                "unit_id", "any", .strings(override.ids), field: nil, idType: unit)
            return rule(
                "\(group.id):id_override", layer.defaults.merging(group.values), condition, override.environment)
        }
        let byGate = experiment.conditionalOverrides.compactMap { override -> RuleContent? in
            guard let group = experiment.group(override.groupID) else { return nil }
            return rule(
                "\(group.id):override", layer.defaults, DocumentCondition.passes(override.gate, layer.idType),
                override.environment)
        }
        return byID + byGate
    }
}
