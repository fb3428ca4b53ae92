// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

/// The endpoints of layers: their experiments, and the overrides of those.
enum LayerActions {
    private static let name = Schemas.text(longest: 100)
    private static let lists: Object = [
        "conditionalOverrides": Schemas.array(
            Schemas.closed(
                [
                    "type": ["type": "string", "enum": ["gate", "segment"]], "name": name, "experimentName": name,
                    "groupName": name, "environment": Schemas.nullable(Schemas.string),
                ], required: ["type", "name", "experimentName", "groupName"]), most: 1000),
        "idOverrides": Schemas.array(
            Schemas.closed(
                [
                    "groupName": name,
                    "ids": Schemas.array(["type": "string", "minLength": 1, "maxLength": 1000], most: 1000),
                    "idType": Schemas.nullable(Schemas.string), "environment": Schemas.nullable(Schemas.string),
                    "experimentName": Schemas.nullable(name),
                ], required: ["groupName", "ids"]), most: 1000),
    ]

    /// The member of partial updates that says what they do.
    private static let operation: Object = ["op": ["type": "string", "enum": ["add"]]]

    /// An override in requests and responses: that of an experiment, with names for IDs.
    private struct Override: Record {
        struct Members: Sendable {
            let type = Member<Experiment.ConditionalOverride.Kind>("type", default: .gate)
            let name = Member<String?>("name", absent: .null)
            let ids = Member<[String]>("ids", default: [])
            let idType = Member<String?>("idType", absent: .null)
            let environment = Member<String?>("environment", absent: .null)
            let experimentName = Member<String>("experimentName", default: "")
            let groupName = Member<String>("groupName", default: "")
        }
        static let members = Members()
        var object: Object

        init(_ object: Object) { self.object = object }
    }

    private static let conditional = Member<[Override]>("conditionalOverrides", default: [])
    private static let byID = Member<[Override]>("idOverrides", default: [])

    static let all: [ResourceAction] = [
        .list(
            "/experiments", "listLayerExperiments", "List the experiments.",
            message: "Experiments listed successfully."
        ) { project, resource in
            project.experiments(inLayer: resource.id).map {
                .object(ResourceDescription.of(.experiments).view($0.resource, project))
            }
        },
        .read("/overrides", "readLayerOverrides", "Read the overrides.", message: "Overrides read successfully.") {
            project, resource, _ in view(resource, project)
        },
        action(.post, .replace, "replace", "Replace the overrides."),
        action(.patch, .add, "add", "Add overrides."),
        action(.delete, .remove, "delete", "Remove overrides, all of them without a body."),
    ]

    private static func action(
        _ method: HTTPRequest.Method, _ change: ExperimentOverrides.Change, _ id: String, _ summary: String
    ) -> ResourceAction {
        .change(
            method, "/overrides", "\(id)LayerOverrides", summary, message: "Overrides updated successfully.",
            body: Schemas.closed(change == .add ? lists.merging(operation) : lists), isBodyRequired: change != .remove
        ) { (draft, resource, request) throws(DomainError) in
            // The documentation's deletion has no body, and removes everything.
            let change = request.body == .null ? .replace : change
            let experiments = draft.project.experiments(inLayer: resource.id).filter { !$0.isArchived }
            var conditionalByExperiment: [String: [Experiment.ConditionalOverride]] = [:]
            for (index, asked) in conditional.value(in: request.object).enumerated() {
                let (experiment, group) = try group(asked, experiments, "\(conditional.name).\(index)")
                var override = Experiment.ConditionalOverride([:])
                override.kind = asked.type
                override.id = asked.name
                override.groupID = group
                override.environment = asked.environment
                conditionalByExperiment[experiment, default: []].append(override)
            }
            var byIDByExperiment: [String: [Experiment.IDOverride]] = [:]
            for (index, asked) in byID.value(in: request.object).enumerated() {
                let (experiment, group) = try group(asked, experiments, "\(byID.name).\(index)")
                var override = Experiment.IDOverride([:])
                override.groupID = group
                override.ids = asked.ids
                override.environment = asked.environment
                override.unit = asked.idType
                byIDByExperiment[experiment, default: []].append(override)
            }
            for experiment in experiments {
                let (conditional, byID) = (conditionalByExperiment[experiment.id], byIDByExperiment[experiment.id])
                guard conditional != nil || byID != nil || change == .replace else { continue }
                _ = try ExperimentOverrides.apply(
                    change, byID: byID ?? [], conditional: conditional ?? [], to: experiment, &draft)
            }
            return view(resource, draft.project)
        }
    }

    /// The experiment and group that an override is for.
    private static func group(
        _ override: Override, _ experiments: [Experiment], _ property: String
    ) throws(DomainError) -> (experiment: String, group: String) {
        let name = override.experimentName
        for experiment in experiments where name.isEmpty || experiment.id == name || experiment.name == name {
            if let group = experiment.group(override.groupName) { return (experiment.id, group.id) }
        }
        throw .invalid("\(property).groupName", "must be the name of a group of an experiment in the layer")
    }

    private static func view(_ layer: Resource, _ project: AuthoredProject) -> Value {
        var conditionalOverrides: [Override] = []
        var idOverrides: [Override] = []
        for experiment in project.experiments(inLayer: layer.id) where !experiment.isArchived {
            conditionalOverrides += experiment.conditionalOverrides.map { override in
                var shown = Override([:])
                shown.type = override.kind
                shown.name = override.id
                shown.experimentName = experiment.id
                shown.groupName = experiment.group(override.groupID)?.name ?? ""
                shown.environment = override.environment
                return shown
            }
            idOverrides += experiment.idOverrides.map { override in
                var shown = Override([:])
                shown.groupName = experiment.group(override.groupID)?.name ?? ""
                shown.ids = override.ids
                shown.idType = override.unit ?? experiment.idType
                shown.environment = override.environment
                shown.experimentName = experiment.id
                return shown
            }
        }
        return [conditional.name: conditionalOverrides.json, byID.name: idOverrides.json]
    }
}
