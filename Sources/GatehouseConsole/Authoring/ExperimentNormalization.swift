// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Normalizes an experiment: completes the members that a request leaves out, and checks them.
enum ExperimentNormalization {
    @Sendable static func prepare(
        _ resource: inout Resource, _ old: Resource?, _ body: Object, _ draft: inout Draft
    ) throws(DomainError) {
        var experiment = Experiment(resource)
        let old = old.map(Experiment.init)
        try normalize(&experiment, old, body, &draft)
        resource = experiment.resource
        if old == nil { Normalization.joinGlobalHoldouts(resource, &draft) }
    }

    private static func normalize(
        _ experiment: inout Experiment, _ old: Experiment?, _ body: Object, _ draft: inout Draft
    ) throws(DomainError) {
        Normalization.salt(&experiment)
        if experiment.layerSalt.isEmpty { experiment.layerSalt = Normalization.newSalt() }
        if experiment.resource.object[Resource.members.targetingGateID.name] == .null {
            experiment.targetingGateID = ""
        }
        var layer: Layer?
        if !experiment.layerID.isEmpty {
            layer = draft.project[Layer.self, experiment.layerID]
            guard let layer, !layer.isArchived else {
                throw .invalid("layerID", "must be the ID of a layer that exists")
            }
            if old == nil, Experiment(request: body).idType.isEmpty { experiment.idType = layer.idType }
            guard experiment.idType == layer.idType else {
                throw .invalid("idType", "must be that of the layer, \(layer.idType)")
            }
        }
        if experiment.resource.object["isAnalysisOnly"] == .null { experiment.resource.object["isAnalysisOnly"] = nil }
        try Normalization.checkUnit(experiment.resource, draft.project)
        try normalizeGroups(&experiment, old, layer)

        let wanted = Experiment(request: experiment.resource.object)
        let asked = Experiment(request: body)
        experiment[raw: \.status] = old?[raw: \.status] ?? Experiment.Status.setup.json
        experiment[raw: \.launchedGroupID] = old?[raw: \.launchedGroupID] ?? .null
        try Buckets.normalize(&experiment, old, body, draft)
        if let status = wanted[raw: \.status].flatMap(Experiment.Status.init(json:)), status != experiment.status {
            try ExperimentTransitions.move(&experiment, to: status, group: wanted.launchedGroupID, &draft)
        }
        if let reason = asked.decisionReason { experiment.decisionReason = reason }
        guard let launched = asked[raw: \.launchedGroupID] else { return }
        // Only a decision launches a group.
        let name = launched.string ?? ""
        let group = name.isEmpty ? nil : experiment.group(name)
        guard group?.id == experiment.launchedGroupID, name.isEmpty == (group == nil) else {
            throw .invalid("launchedGroupID", "can only be set with the status decision_made, and to a group")
        }
    }

    // MARK: - Groups

    private static func normalizeGroups(
        _ experiment: inout Experiment, _ old: Experiment?, _ layer: Layer?
    ) throws(DomainError) {
        var groups = experiment.groups
        if groups.isEmpty { groups = ["Control", "Test"].map { Experiment.Group(name: $0, size: 50) } }
        let before = old?.groups ?? []
        groups = groups.map { request in
            var asked = request
            if asked.id.isEmpty { asked.object[Experiment.Group.members.id.name] = nil }
            if asked.raw(\.values) == .null { asked.values = [:] }
            var group = asked
            let known =
                before.first { group.has(\.id) && $0.id == asked.id }
                ?? (group.has(\.id) ? nil : before.first { $0.name == asked.name })
            group.id = known?.id ?? (asked.has(\.id) ? asked.id : RandomID.make())
            if !group.has(\.isDisabled) { group.isDisabled = known?.isDisabled ?? false }
            if !group.has(\.description) { group.description = known?.description ?? "" }
            return group
        }
        var ids: Set<String> = []
        var names: Set<String> = []
        for (index, group) in groups.enumerated() {
            if !ids.insert(group.id).inserted { throw .invalid("groups.\(index).id", "is that of another group") }
            if !names.insert(group.name).inserted {
                throw .invalid("groups.\(index).name", "is that of another group")
            }
            try checkParameters(group, layer, "groups.\(index).parameterValues")
        }
        let sum = groups.reduce(0) { $0 + $1.size }
        guard abs(sum - 100) < 0.11 else { throw .invalid("groups", "must have sizes that sum up to 100") }
        // Users are in the groups of an experiment that runs, and the shipped group is one of them.
        if let old, old.status != .setup, groups.map(shape) != before.map(shape) {
            throw .invalid("groups", "can't get other members, names or sizes after the start")
        }
        experiment.groups = groups
        let control = experiment.controlGroupID
        let named = groups.first { $0.id == control } ?? groups.first { $0.name == control }
        guard named != nil || control.isEmpty || control == old?.controlGroupID else {
            throw .invalid("controlGroupID", "must be the ID of a group")
        }
        experiment[raw: \.controlGroupID] = (named ?? groups.first).map { .string($0.id) }
    }

    private static func shape(_ group: Experiment.Group) -> [Value] {
        [.string(group.id), .string(group.name), .number(group.size)]
    }

    private static func checkParameters(
        _ group: Experiment.Group, _ layer: Layer?, _ property: String
    ) throws(DomainError) {
        guard let layer else { return }
        let parameters = layer.parameters
        for (name, value) in group.values {
            guard let parameter = parameters.first(where: { $0.name == name }) else {
                throw .invalid("\(property).\(name)", "isn't a parameter of the layer")
            }
            let errors = SchemaCheck.errors(value, parameter.type.schema, at: "\(property).\(name)")
            guard errors.isEmpty else { throw .invalid(errors) }
        }
    }
}
