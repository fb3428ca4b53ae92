// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

extension ResourceDescription {
    private static let parameter = Schemas.closed(
        [
            "name": ["type": "string", "minLength": 1, "maxLength": 100],
            "type": ["type": "string", "enum": ["string", "number", "boolean", "object", "array"]],
            "defaultValue": MemberSchemas.any, "holdoutValue": MemberSchemas.any,
        ], required: ["name", "type", "defaultValue"])

    static let layers: ResourceDescription = {
        var layers = ResourceDescription(
            type: .layers, noun: "Layer", plural: "Layers",
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
        layers.rules.prepare = { (resource, old, _, draft) throws(DomainError) in
            var layer = Layer(resource)
            Normalization.salt(&layer)
            try Normalization.checkUnit(layer.resource, draft.project)
            try LayerParameters.normalize(&layer, old.map(Layer.init), draft.project)
            resource = layer.resource
            if old == nil { Normalization.joinGlobalHoldouts(resource, &draft) }
        }
        layers.rules.willDelete = { (resource, draft) throws(DomainError) in
            if let experiment = draft.project.experiments(inLayer: resource.id).first {
                throw .used(name: resource.name, by: experiment.name)
            }
            try References.checkUnused(resource, draft)
            Normalization.leaveHoldouts(resource, &draft)
        }
        layers.rules.computed = { resource, project in
            ["holdoutIDs": Normalization.holdoutIDs(resource, project), "owner": Normalization.owner(resource)]
        }
        return layers
    }()
}

/// The parameters of layers.
enum LayerParameters {
    /// Checks parameters, and keeps the values of held-out users that a request leaves out.
    static func normalize(
        _ layer: inout Layer, _ old: Layer?, _ project: AuthoredProject
    ) throws(DomainError) {
        var names: Set<String> = []
        let before = old?.parameters ?? []
        let fields = Layer.Parameter.members
        var parameters: [Layer.Parameter] = []
        for (index, asked) in layer.parameters.enumerated() {
            let path = "parameters.\(index)"
            guard names.insert(asked.name).inserted else {
                throw .invalid("\(path).name", "is that of another parameter")
            }
            var parameter = asked
            if asked.holdoutValue == .null { parameter.holdoutValue = nil }
            var errors: [FieldError] = []
            if asked.has(\.defaultValue) {
                errors += SchemaCheck.errors(
                    asked.defaultValue, asked.type.schema, at: "\(path).\(fields.defaultValue.name)")
            }
            if errors.isEmpty, let value = parameter.holdoutValue {
                errors += SchemaCheck.errors(value, asked.type.schema, at: "\(path).\(fields.holdoutValue.name)")
            }
            guard errors.isEmpty else { throw .invalid(errors) }
            // Held-out users keep their value, although a request that replaces the list doesn't name it.
            if !asked.has(\.holdoutValue),
                let known = before.first(where: { $0.name == asked.name && $0.type == asked.type })
            {
                parameter.holdoutValue = known.holdoutValue
            }
            parameters.append(parameter)
        }
        layer.parameters = parameters
        for experiment in project.experiments(inLayer: layer.id) where !experiment.isArchived {
            for name in experiment.parameters where !names.contains(name) {
                throw .invalid("parameters", "must have \(name), which \(experiment.name) sets")
            }
        }
    }
}
