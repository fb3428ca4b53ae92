// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

/// Settles what a request has left open about an experiment.
enum ExperimentSettling {
    @Sendable static func prepare(_ resource: inout Resource, _ old: Resource?, _ body: Object, _ draft: inout Draft)
        throws
    {
        Settling.salt(&resource)
        Settling.salt(&resource, "layerSalt")
        if resource["targetingGateID"] == .null { resource["targetingGateID"] = "" }
        var layer: Resource?
        if !resource.text("layerID").isEmpty {
            layer = draft.project[.layers, resource.text("layerID")]
            guard let layer, !layer.isArchived else {
                throw APIError.invalid("layerID", "layerID must be the ID of a layer that exists")
            }
            if old == nil, body["idType"] == nil { resource["idType"] = layer["idType"] }
            guard resource.idType == layer.idType else {
                throw APIError.invalid("idType", "idType must be that of the layer, \(layer.idType)")
            }
        }
        try Settling.checkUnit(resource, draft.project)
        try settleGroups(&resource, old, layer)

        let wanted = resource["status"]
        let wantedGroup = resource["launchedGroupID"]
        resource["status"] = old?["status"] ?? "setup"
        resource["launchedGroupID"] = old?["launchedGroupID"] ?? .null
        try Buckets.settle(&resource, old, body, draft)
        if let status = wanted?.string.flatMap(Experiment.Status.init), wanted != resource["status"] {
            try ExperimentTransitions.move(
                &resource, to: status, group: wantedGroup?.string, reason: nil, &draft)
        }
        if old == nil { Settling.joinGlobalHoldouts(resource, &draft) }
    }

    // MARK: - Groups

    private static func settleGroups(_ resource: inout Resource, _ old: Resource?, _ layer: Resource?) throws {
        var groups = resource.members.objects("groups")
        if groups.isEmpty {
            groups = [
                ["name": "Control", "size": 50, "parameterValues": [:]],
                ["name": "Test", "size": 50, "parameterValues": [:]],
            ]
        }
        let before = old?.members.objects("groups") ?? []
        var taken: Set<String> = []
        groups = groups.map { group in
            var group = group
            let known =
                before.first { $0["id"] == group["id"] }
                ?? (group["id"] == nil ? before.first { $0["name"] == group["name"] } : nil)
            group["id"] = known?["id"] ?? group["id"] ?? .string(RandomID.make())
            if group["disabled"] == nil { group["disabled"] = known?["disabled"] ?? false }
            if group["description"] == nil { group["description"] = known?["description"] ?? "" }
            return group
        }
        for (index, group) in groups.enumerated() {
            if !taken.insert("id " + group.text("id")).inserted {
                throw APIError.invalid("groups.\(index).id", "groups.\(index).id is that of another group")
            }
            if !taken.insert("name " + group.text("name")).inserted {
                throw APIError.invalid("groups.\(index).name", "groups.\(index).name is that of another group")
            }
            try checkParameters(group, layer, "groups.\(index).parameterValues")
        }
        let sum = groups.reduce(0) { $0 + ($1.number("size") ?? 0) }
        guard abs(sum - 100) < 0.11 else {
            throw APIError.invalid("groups", "groups must have sizes that sum up to 100")
        }
        // Running ones have users in them, and what is shipped is one of them.
        if let old, Experiment(old).status != .setup, shape(groups) != shape(before) {
            throw APIError.invalid("groups", "groups can't get other members, names or sizes after the start")
        }
        resource["groups"] = .objects(groups)
        let control = resource.text("controlGroupID")
        let named = groups.first { $0.text("id") == control } ?? groups.first { $0.text("name") == control }
        guard named != nil || control.isEmpty || resource["controlGroupID"] == old?["controlGroupID"] else {
            throw APIError.invalid("controlGroupID", "controlGroupID must be the ID of a group")
        }
        resource["controlGroupID"] = (named ?? groups.first)?["id"]
    }

    private static func shape(_ groups: [Object]) -> [Value] {
        groups.map { [$0["id"] ?? .null, $0["name"] ?? .null, .number($0.number("size") ?? 0)] }
    }

    private static func checkParameters(_ group: Object, _ layer: Resource?, _ property: String) throws {
        guard let layer else { return }
        let parameters = layer.members.objects("parameters")
        for (name, value) in group.object("parameterValues") {
            guard let parameter = parameters.first(where: { $0.text("name") == name }) else {
                throw APIError.invalid("\(property).\(name)", "\(property).\(name) isn't a parameter of the layer")
            }
            let errors = SchemaCheck.errors(
                value, ["type": parameter["type"] ?? "object"], at: "\(property).\(name)")
            guard errors.isEmpty else { throw APIError.invalid(errors) }
        }
    }
}
