// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

extension ResourceDescription {
    private static let variant = Schemas.object(
        [
            "name": ["type": "string", "minLength": 1, "maxLength": 100],
            "id": ["type": "string", "minLength": 1, "maxLength": 100], "json": Schemas.object,
            "size": MemberSchemas.percentage,
        ], required: ["name", "json"])

    static let autotunes: ResourceDescription = {
        var autotunes = ResourceDescription(
            family: .autotunes, noun: "Autotune", plural: "Autotunes",
            audit: AuditNames(
                create: "autotune_experiment_create", edit: "autotune_experiment_edit",
                delete: "autotune_experiment_delete"))
        autotunes.properties = MemberSchemas.shared.merging([
            "name": MemberSchemas.name,
            "variants": ["type": "array", "items": variant, "minItems": 2, "maxItems": 100],
            "successEvent": Schemas.string, "successEventValue": Schemas.nullable(Schemas.string),
            "explorationWindow": [
                "type": "string", "enum": ["1hr", "4hr", "6hr", "12hr", "24hr", "48hr", "72hr", "168hr", "336hr"],
            ],
            "attributionWindow": ["type": "string", "enum": ["1hr", "2hr", "4hr", "6hr", "12hr", "24hr"]],
            "winnerThreshold": ["type": "string", "enum": ["80%", "90%", "95%", "98%", "99%"]],
        ])
        autotunes.creationProperties = ["id": MemberSchemas.name, "idType": MemberSchemas.name]
        autotunes.required = [
            "name", "variants", "successEvent", "explorationWindow", "attributionWindow", "winnerThreshold",
        ]
        autotunes.requiredOnFullUpdate = ["variants", "successEvent"]
        autotunes.defaults = [
            "description": "", "idType": "userID", "isStarted": false, "launchedVariantID": .null, "tags": [],
            "targetApps": [], "team": .null, "startTime": .null, "endTime": .null, "decisionReason": .null,
        ]
        autotunes.filters += ["idType"]
        autotunes.prepare = { resource, old, _, draft in
            Settling.salt(&resource)
            try Settling.checkUnit(resource, draft.project)
            let before = old?.members.objects("variants") ?? []
            var names: Set<String> = []
            let variants = try resource.members.objects("variants").enumerated().map { index, variant -> Object in
                var variant = variant
                guard names.insert(variant.text("name")).inserted else {
                    throw APIError.invalid(
                        "variants.\(index).name", "variants.\(index).name is that of another variant")
                }
                let known = before.first { $0["name"] == variant["name"] }
                variant["id"] = known?["id"] ?? variant["id"] ?? .string(RandomID.make())
                return variant
            }
            guard Set(variants.map { $0.text("id") }).count == variants.count else {
                throw APIError.invalid("variants", "variants must have different IDs")
            }
            let sizes = variants.compactMap { $0.number("size") }
            guard sizes.isEmpty || sizes.count == variants.count && abs(sizes.reduce(0, +) - 100) < 0.11 else {
                throw APIError.invalid("variants", "variants must have sizes that sum up to 100, or none")
            }
            resource["variants"] = .objects(variants)
        }
        autotunes.computed = { resource, _ in ["owner": Settling.owner(resource)] }
        autotunes.actions = [
            transition("start", "Share the variants out.") { resource, _, draft in
                resource["isStarted"] = true
                resource["startTime"] = .integer(draft.time)
                resource[StartSchedule.member] = nil
            },
            StartSchedule.action(noun: "Autotune", audit: "autotune_experiment_edit"),
            transition("reset", "Begin anew, with other users for each variant.") { resource, _, _ in
                for member in ["launchedVariantID", "startTime", "endTime", "decisionReason"] {
                    resource[member] = .null
                }
                resource["isStarted"] = false
                for member in ["salt", StartSchedule.member] { resource[member] = nil }
                Settling.salt(&resource)
            },
            transition(
                "make_decision", "Ship a variant.",
                body: Schemas.object(
                    ["id": Schemas.string, "decisionReason": Schemas.string], required: ["id", "decisionReason"])
            ) { resource, body, draft in
                guard resource.members.flag("isStarted") else {
                    throw APIError(.badRequest, "Experiment has not yet started")
                }
                let variants = resource.members.objects("variants")
                let id = body.text("id")
                guard
                    let variant = variants.first(where: { $0.text("id") == id })
                        ?? variants.first(where: { $0.text("name") == id })
                else { throw APIError.invalid("id", "id must be the ID of a variant") }
                resource["launchedVariantID"] = variant["id"]
                resource["decisionReason"] = body["decisionReason"]
                resource["endTime"] = .integer(draft.time)
            },
        ]
        return autotunes
    }()

    private static func transition(
        _ path: String, _ summary: String, body: Value? = nil,
        _ change: @escaping @Sendable (inout Resource, Object, Draft) throws -> Void
    ) -> ResourceAction {
        .change(
            .put, "/\(path)", "\(path)Autotune", summary, message: "Autotune updated successfully.", body: body
        ) { draft, resource, request in
            var changed = resource
            try change(&changed, request.object, draft)
            draft.put(changed, "autotune_experiment_edit")
            return nil
        }
    }
}
