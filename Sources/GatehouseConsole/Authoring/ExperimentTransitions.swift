// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// How experiments start, end, and begin anew.
enum ExperimentTransitions {
    /// Brings an experiment to the status that an update names.
    ///
    /// - Parameters:
    ///   - experiment: The experiment.
    ///   - status: The status to be.
    ///   - group: The group that a decision is for, by ID or name.
    ///   - draft: The project, whose layer may change with the experiment.
    /// - Throws: ``DomainError`` when the experiment can't get the status.
    static func move(
        _ experiment: inout Experiment, to status: Experiment.Status, group: String?, _ draft: inout Draft
    ) throws(DomainError) {
        switch status {
        case .active: try start(&experiment, in: [], draft)
        case .decided: try decide(&experiment, for: group ?? "", nil, removesTargeting: false, &draft)
        case .abandoned: abandon(&experiment, nil, draft)
        case .setup: reset(&experiment, draft)
        case .stopped: try stop(&experiment, nil, draft)
        case .assignmentStopped: try stopAssignment(&experiment)
        case .archived: throw .invalid("status", "can't be set to \(status.rawValue) here")
        }
    }

    /// Starts an experiment, in all environments if none is named.
    static func start(
        _ experiment: inout Experiment, in environments: [String], _ draft: Draft
    ) throws(DomainError) {
        let known = Normalization.environmentNames(of: draft.project)
        guard environments.allSatisfy(known.contains) else {
            throw .invalid("environments", "must be among: \(known.joined(separator: ", "))")
        }
        // An experiment that runs in some environments may be started in the others.
        let isPartial = experiment.status == .active && !(experiment.environments ?? []).isEmpty
        guard experiment.status == .setup || isPartial else { throw .alreadyStarted(noun: "Experiment") }
        experiment.status = .active
        experiment.environments = environments.isEmpty ? nil : environments
        experiment.startTime = draft.time
        experiment.scheduledStartTime = nil
    }

    /// Ships a group.
    static func decide(
        _ experiment: inout Experiment, for name: String, _ reason: String?, removesTargeting: Bool,
        _ draft: inout Draft
    ) throws(DomainError) {
        guard [.active, .assignmentStopped, .stopped].contains(experiment.status) else { throw .notStarted }
        guard let group = experiment.group(name) else { throw .invalid("id", "must be the ID of a group") }
        if removesTargeting { experiment.targetingGateID = "" }
        experiment.status = .decided
        experiment.launchedGroupID = group.id
        experiment.decisionReason = reason ?? ""
        experiment.decisionTime = draft.time
        experiment.endTime = draft.time
        experiment.allocation = 100
        experiment.buckets = []
        guard experiment.targetingGateID.isEmpty, var layer = draft.project[Layer.self, experiment.layerID] else {
            return
        }
        // The layer has the shipped values from now on; held-out users keep the values from before.
        let values = group.values
        layer.parameters = layer.parameters.map { old in
            guard let value = values[old.name] else { return old }
            var parameter = old
            parameter.holdoutValue = old.holdoutValue ?? old.defaultValue
            parameter.defaultValue = value
            return parameter
        }
        draft.put(layer, Layer.parametersAction)
    }

    /// Ends an experiment without a decision: until there is one, no user is in a group.
    static func stop(_ experiment: inout Experiment, _ reason: String?, _ draft: Draft) throws(DomainError) {
        guard [.active, .assignmentStopped].contains(experiment.status) else { throw .notStarted }
        experiment.status = .stopped
        experiment.decisionReason = reason ?? ""
        experiment.endTime = draft.time
        experiment.buckets = []
    }

    /// Assigns no more users: only clients that remember groups go on to have them.
    private static func stopAssignment(_ experiment: inout Experiment) throws(DomainError) {
        guard experiment.status == .active else { throw .notStarted }
        experiment.status = .assignmentStopped
        experiment.allocation = 0
        experiment.buckets = []
    }

    /// Ends an experiment without a group to ship.
    static func abandon(_ experiment: inout Experiment, _ reason: String?, _ draft: Draft) {
        guard experiment.status != .abandoned else { return }
        experiment.status = .abandoned
        experiment.decisionReason = reason ?? ""
        experiment.decisionTime = draft.time
        experiment.endTime = draft.time
        experiment.launchedGroupID = nil
        experiment.buckets = []
        experiment.scheduledStartTime = nil
        renewSalt(&experiment)
    }

    /// Lets an experiment begin anew, with other users in each group.
    static func reset(_ experiment: inout Experiment, _ draft: Draft) {
        experiment.startTime = nil
        experiment.endTime = nil
        experiment.decisionTime = nil
        experiment.decisionReason = nil
        experiment.launchedGroupID = nil
        experiment.environments = nil
        experiment.scheduledStartTime = nil
        experiment.status = .setup
        renewSalt(&experiment)
        Buckets.reserve(&experiment, draft)
    }

    /// Later users get groups by other buckets.
    private static func renewSalt(_ experiment: inout Experiment) { experiment.salt = Normalization.newSalt() }

    // MARK: - Archives and groups

    static func willArchive(_ experiment: inout Experiment) {
        experiment.buckets = []
        experiment.scheduledStartTime = nil
    }

    static func willReturn(_ experiment: inout Experiment, _ draft: Draft) {
        // Its buckets are gone: an experiment that ran doesn't run again by this.
        if experiment.status == .active { experiment.status = .setup }
        if experiment.holdsBuckets { Buckets.reserve(&experiment, draft) }
    }

    /// Gives the users of some groups default values, or the groups' values again.
    static func setDisabled(
        _ isDisabled: Bool, groups names: [String], of experiment: inout Experiment
    ) throws(DomainError) {
        var groups = experiment.groups
        for (index, name) in names.enumerated() {
            guard
                let found = groups.firstIndex(where: { $0.name == name }) ?? groups.firstIndex(where: { $0.id == name })
            else { throw .invalid("group_names.\(index)", "must be the name of a group") }
            groups[found].isDisabled = isDisabled
        }
        experiment.groups = groups
    }

    // MARK: - Another experiment like it

    /// The members that the new experiment doesn't copy: the status, and the members that assign users.
    private static let own: Set<String> = {
        let (common, fields) = (Resource.members, Experiment.members)
        return [
            "id", common.name.name, common.salt.name, common.creatorID.name, common.creatorEmail.name,
            fields.layerSalt.name, fields.buckets.name, fields.status.name, fields.launchedGroupID.name,
            fields.groups.name, fields.controlGroupID.name, fields.allocation.name, fields.decisionReason.name,
        ]
    }()

    /// Creates an experiment like another one, without users in it and without overrides.
    static func restart(_ experiment: Experiment, as name: String, _ draft: inout Draft) throws(DomainError) -> Resource
    {
        try Normalization.checkNotVerbatim(experiment.resource)
        let schema = ResourceDescription.of(.experiments)
        var new = Experiment(request: [:])
        new.name = name
        for (member, _) in schema.properties.merging(schema.creationProperties) where !own.contains(member) {
            new.resource.object[member] = experiment.resource.object[member]
        }
        new.groups = experiment.groups.map { $0.withoutID }
        if let control = experiment.group(experiment.controlGroupID) { new.controlGroupID = control.name }
        // Other experiments of the layer may have taken its buckets, which the old experiment may still have.
        let free = Buckets.free(inLayer: experiment.layerID, draft.project)
        new.allocation = min(experiment.allocation ?? 100, free)
        return try ResourceCreation.create(new.resource.object, schema, &draft)
    }
}

extension Experiment.Group {
    /// The group as one that a new experiment has.
    fileprivate var withoutID: Experiment.Group {
        Experiment.Group(Object(distinct: object.filter { $0.name != Experiment.Group.members.id.name }))
    }
}

extension Layer {
    /// The action in the audit log for a change of a layer's parameters.
    static let parametersAction = "layer_parameters_edit"
}
