// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

extension ResourceDescription {
    private static let parameter = Schemas.object(
        [
            "name": ["type": "string", "minLength": 1, "maxLength": 100],
            "type": ["type": "string", "enum": ["string", "number", "boolean", "object", "array"]],
            "defaultValue": MemberSchemas.any, "holdoutValue": MemberSchemas.any,
        ], required: ["name", "type", "defaultValue"])

    static let layers: ResourceDescription = {
        var layers = ResourceDescription(
            family: .layers, noun: "Layer", plural: "Layers",
            audit: AuditNames(
                create: "layer_create", edit: "layer_edit", delete: "layer_delete",
                parts: [
                    "description": "layer_description_edit", "parameters": "layer_parameters_edit",
                    "targetApps": "layer_update_target_apps",
                ]))
        layers.properties = MemberSchemas.shared.merging([
            "name": MemberSchemas.name, "parameters": Schemas.array(parameter, most: 1000),
        ])
        layers.creationProperties = ["id": MemberSchemas.name, "idType": MemberSchemas.name]
        layers.required = ["name", "idType"]
        layers.requiredOnFullUpdate = ["description", "parameters"]
        layers.defaults = [
            "description": "", "idType": "userID", "parameters": [], "tags": [], "targetApps": [], "team": .null,
            "isImplicitLayer": false,
        ]
        layers.filters += ["idType"]
        layers.prepare = { resource, old, _, draft in
            Settling.salt(&resource)
            try Settling.checkUnit(resource, draft.project)
            try checkParameters(&resource, old, draft.project)
            if old == nil { Settling.joinGlobalHoldouts(resource, &draft) }
        }
        layers.willDelete = { resource, draft in
            if let experiment = draft.project.experiments(inLayer: resource.id).first {
                throw APIError(.badRequest, "\(resource.name) is used by \(experiment.name).")
            }
            try References.checkUnused(resource, draft)
            Settling.leaveHoldouts(resource, "layerIDs", &draft)
        }
        layers.computed = { resource, project in
            ["holdoutIDs": Settling.holdoutIDs(resource, "layerIDs", project), "owner": Settling.owner(resource)]
        }
        layers.actions =
            [
                .read(
                    "/experiments", "listLayerExperiments", "List the experiments.",
                    message: "Experiments listed successfully."
                ) {
                    project, resource, _ in
                    .objects(
                        project.experiments(inLayer: resource.id).map {
                            ResourceDescription.of(.experiments).view($0, project)
                        })
                }
            ] + LayerOverrides.actions
        return layers
    }()

    private static func checkParameters(
        _ resource: inout Resource, _ old: Resource?, _ project: AuthoredProject
    ) throws {
        var names: Set<String> = []
        let before = old?.members.objects("parameters") ?? []
        let parameters = try resource.members.objects("parameters").enumerated().map { index, parameter -> Object in
            let path = "parameters.\(index)"
            let name = parameter.text("name")
            guard names.insert(name).inserted else {
                throw APIError.invalid("\(path).name", "\(path).name is that of another parameter")
            }
            for member in ["defaultValue", "holdoutValue"] {
                guard let value = parameter[member], member == "defaultValue" || value != .null else { continue }
                let errors = SchemaCheck.errors(value, ["type": parameter["type"] ?? "object"], at: "\(path).\(member)")
                guard errors.isEmpty else { throw APIError.invalid(errors) }
            }
            var settled = parameter
            if settled["holdoutValue"] == .null { settled["holdoutValue"] = nil }
            // What held-out users have stays theirs, although whoever replaces the list doesn't name it.
            if parameter["holdoutValue"] == nil,
                let known = before.first(where: { $0.text("name") == name && $0["type"] == parameter["type"] })
            {
                settled["holdoutValue"] = known["holdoutValue"]
            }
            return settled
        }
        resource["parameters"] = .objects(parameters)
        for experiment in project.experiments(inLayer: resource.id).filter({ !$0.isArchived }) {
            for name in Experiment(experiment).parameters where !names.contains(name) {
                throw APIError.invalid("parameters", "parameters must have \(name), which \(experiment.name) sets")
            }
        }
    }
}
