// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

/// The overrides of a layer, which are those of its experiments.
enum LayerOverrides {
    private static let name = Schemas.text(longest: 100)
    private static let schema = Schemas.object([
        "op": Schemas.string,
        "conditionalOverrides": Schemas.array(
            Schemas.object(
                [
                    "type": ["type": "string", "enum": ["gate", "segment"]], "name": name, "experimentName": name,
                    "groupName": name, "environment": Schemas.nullable(Schemas.string),
                ], required: ["type", "name", "experimentName", "groupName"]), most: 1000),
        "idOverrides": Schemas.array(
            Schemas.object(
                [
                    "groupName": name,
                    "ids": Schemas.array(["type": "string", "minLength": 1, "maxLength": 1000], most: 1000),
                    "idType": Schemas.nullable(Schemas.string), "environment": Schemas.nullable(Schemas.string),
                    "experimentName": Schemas.nullable(name),
                ], required: ["groupName", "ids"]), most: 1000),
    ])

    static let actions: [ResourceAction] = [
        .read("/overrides", "readLayerOverrides", "Read the overrides.", message: "Overrides read successfully.") {
            project, resource, _ in view(resource, project)
        },
        action(.post, "replace", "Replace the overrides."),
        action(.patch, "add", "Add overrides."),
        action(.delete, "delete", "Take overrides away."),
    ]

    private static func action(_ method: HTTPRequest.Method, _ id: String, _ summary: String) -> ResourceAction {
        .change(
            method, "/overrides", "\(id)LayerOverrides", summary, message: "Overrides updated successfully.",
            body: schema
        ) { draft, resource, request in
            let experiments = draft.project.experiments(inLayer: resource.id).filter { !$0.isArchived }
            var asked: [String: Object] = [:]
            func add(_ experiment: String, _ member: String, _ override: Object) {
                var object = asked[experiment] ?? ["overrides": [], "userIDOverrides": []]
                object[member] = .array(object.list(member) + [.object(override)])
                asked[experiment] = object
            }
            for (index, override) in request.object.objects("conditionalOverrides").enumerated() {
                let (experiment, group) = try group(override, experiments, "conditionalOverrides.\(index)")
                add(
                    experiment, "overrides",
                    [
                        "type": override["type"] ?? .null, "id": override["name"] ?? .null, "groupID": .string(group),
                        "environment": override["environment"] ?? .null,
                    ])
            }
            for (index, override) in request.object.objects("idOverrides").enumerated() {
                let (experiment, group) = try group(override, experiments, "idOverrides.\(index)")
                add(
                    experiment, "userIDOverrides",
                    [
                        "groupID": .string(group), "ids": override["ids"] ?? [],
                        "environment": override["environment"] ?? .null, "unitType": override["idType"] ?? .null,
                    ])
            }
            guard
                let action = ExperimentOverrides.actions.first(where: { $0.method == method }),
                case .change(let change) = action.work
            else { return nil }
            for experiment in experiments where asked[experiment.id] != nil || method == .post {
                let body = asked[experiment.id] ?? ["overrides": [], "userIDOverrides": []]
                let part = ActionRequest(body: .object(body), query: request.query, caller: request.caller)
                _ = try change(&draft, experiment, part)
            }
            return view(resource, draft.project)
        }
    }

    /// The experiment and group that an override is for.
    private static func group(
        _ override: Object, _ experiments: [Resource], _ property: String
    ) throws -> (experiment: String, group: String) {
        let name = override.text("experimentName")
        for experiment in experiments where name.isEmpty || experiment.id == name || experiment.name == name {
            if let group = Experiment(experiment).group(override.text("groupName")) { return (experiment.id, group.id) }
        }
        throw APIError.invalid(
            "\(property).groupName", "\(property).groupName must be the name of a group of an experiment in the layer")
    }

    private static func view(_ resource: Resource, _ project: AuthoredProject) -> Value {
        var conditional: [Object] = []
        var byID: [Object] = []
        for experiment in project.experiments(inLayer: resource.id) where !experiment.isArchived {
            let groups = Experiment(experiment)
            func name(_ override: Object) -> Value { .string(groups.group(override.text("groupID"))?.name ?? "") }
            conditional += experiment.members.objects("overrides").map { override in
                [
                    "type": override["type"] ?? .null, "name": override["id"] ?? .null,
                    "experimentName": .string(experiment.id), "groupName": name(override),
                    "environment": override["environment"] ?? .null,
                ]
            }
            byID += experiment.members.objects("userIDOverrides").map { override in
                [
                    "groupName": name(override), "ids": override["ids"] ?? [],
                    "idType": override["unitType"] ?? .string(experiment.idType),
                    "environment": override["environment"] ?? .null, "experimentName": .string(experiment.id),
                ]
            }
        }
        return ["conditionalOverrides": .objects(conditional), "idOverrides": .objects(byID)]
    }
}
