// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

/// The endpoints for units that are in a group of an experiment whatever their bucket is.
enum ExperimentOverrides {
    private static let schema = Schemas.object(
        [
            "overrides": Schemas.array(
                Schemas.object(
                    [
                        "type": ["type": "string", "enum": ["gate", "segment"]], "id": Schemas.string,
                        "name": Schemas.string, "groupID": Schemas.string,
                        "environment": Schemas.nullable(Schemas.string),
                    ], required: ["type", "groupID"]), most: 1000),
            "userIDOverrides": Schemas.array(
                Schemas.object(
                    [
                        "groupID": Schemas.string,
                        "ids": Schemas.array(["type": "string", "minLength": 1, "maxLength": 1000], most: 1000),
                        "environment": Schemas.nullable(Schemas.string), "unitType": Schemas.nullable(Schemas.string),
                    ], required: ["groupID", "ids"]), most: 1000),
        ], required: ["overrides", "userIDOverrides"])

    static let actions: [ResourceAction] = [
        .read("/overrides", "readExperimentOverrides", "Read the overrides.", message: "Overrides read successfully.") {
            _, resource, _ in view(resource)
        },
        action(.post, "replace", "Replace the overrides.") { _, new, _ in new },
        action(.patch, "add", "Add overrides.") { old, new, isSame in
            var all = old
            for item in new {
                if let place = all.firstIndex(where: { isSame($0, item) }) {
                    let known = Set(all[place].texts("ids"))
                    if item["ids"] != nil {
                        all[place]["ids"] = .strings(
                            all[place].texts("ids") + item.texts("ids").filter { !known.contains($0) })
                    }
                } else {
                    all.append(item)
                }
            }
            return all
        },
        action(.delete, "delete", "Take overrides away.") { old, gone, isSame in
            old.compactMap { item in
                guard let asked = gone.first(where: { isSame($0, item) }) else { return item }
                var item = item
                let ids = Set(asked.texts("ids"))
                let left = item.texts("ids").filter { !ids.contains($0) }
                item["ids"] = .strings(left)
                return left.isEmpty ? nil : item
            }
        },
    ]

    private static func action(
        _ method: HTTPRequest.Method, _ id: String, _ summary: String,
        _ combine: @escaping @Sendable ([Object], [Object], (Object, Object) -> Bool) -> [Object]
    ) -> ResourceAction {
        .change(
            method, "/overrides", "\(id)ExperimentOverrides", summary,
            message: "Overrides updated successfully.", body: schema
        ) { draft, resource, request in
            try Settling.checkEditable(resource)
            var changed = resource
            for member in ["overrides", "userIDOverrides"] {
                let asked = try settled(request.object.objects(member), resource, member)
                let old = resource.members.objects(member)
                changed[member] = .objects(
                    combine(old, asked) { left, right in
                        ["groupID", "environment", "unitType", "type", "id"].allSatisfy { left[$0] == right[$0] }
                    })
            }
            draft.put(changed, "experiment_overrides_edit")
            try References.check(changed, draft.project)
            return view(changed)
        }
    }

    /// Overrides with the IDs of groups, where names were given.
    private static func settled(_ overrides: [Object], _ resource: Resource, _ member: String) throws -> [Object] {
        let experiment = Experiment(resource)
        return try overrides.enumerated().map { index, override in
            guard let group = experiment.group(override.text("groupID")) else {
                let property = "\(member).\(index).groupID"
                throw APIError.invalid(property, "\(property) must be the ID or name of a group")
            }
            var settled = override
            settled["groupID"] = .string(group.id)
            settled["environment"] = override["environment"] == .null ? nil : override["environment"]
            settled["unitType"] = override["unitType"] == .null ? nil : override["unitType"]
            if member == "overrides" {
                settled["id"] = override["id"] ?? override["name"] ?? ""
                settled["name"] = nil
            }
            return settled
        }
    }

    private static func view(_ resource: Resource) -> Value {
        [
            "overrides": .objects(
                resource.members.objects("overrides").map { override in
                    override.merging(["name": override["id"] ?? .null])
                }),
            "userIDOverrides": resource["userIDOverrides"] ?? [],
        ]
    }
}
