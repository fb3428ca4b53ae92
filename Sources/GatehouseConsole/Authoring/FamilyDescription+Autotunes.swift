// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

extension FamilyDescription {
    private static let variant = Schemas.object(
        [
            "name": ["type": "string", "minLength": 1, "maxLength": 100],
            "id": ["type": "string", "minLength": 1, "maxLength": 100], "json": Schemas.object,
            "size": MemberSchemas.percentage,
        ], required: ["name", "json"])

    static let autotunes: FamilyDescription = {
        var autotunes = FamilyDescription(
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
        autotunes.prepare = { entity, old, _, draft in
            Settling.salt(&entity)
            try Settling.checkUnit(entity, draft.project)
            let before = old?.members.objects("variants") ?? []
            var names: Set<String> = []
            let variants = try entity.members.objects("variants").enumerated().map { index, variant -> Object in
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
            entity["variants"] = .objects(variants)
        }
        autotunes.computed = { entity, _ in ["owner": Settling.owner(entity)] }
        autotunes.actions = [
            transition("start", "Share the variants out.") { entity, _, draft in
                entity["isStarted"] = true
                entity["startTime"] = .integer(draft.time)
                entity[StartSchedule.member] = nil
            },
            StartSchedule.action(noun: "Autotune", audit: "autotune_experiment_edit"),
            transition("reset", "Begin anew, with other users for each variant.") { entity, _, _ in
                for member in ["launchedVariantID", "startTime", "endTime", "decisionReason"] { entity[member] = .null }
                entity["isStarted"] = false
                for member in ["salt", StartSchedule.member] { entity[member] = nil }
                Settling.salt(&entity)
            },
            transition(
                "make_decision", "Ship a variant.",
                body: Schemas.object(
                    ["id": Schemas.string, "decisionReason": Schemas.string], required: ["id", "decisionReason"])
            ) { entity, body, draft in
                guard entity.members.flag("isStarted") else {
                    throw APIError(.badRequest, "Experiment has not yet started")
                }
                let variants = entity.members.objects("variants")
                let id = body.text("id")
                guard
                    let variant = variants.first(where: { $0.text("id") == id })
                        ?? variants.first(where: { $0.text("name") == id })
                else { throw APIError.invalid("id", "id must be the ID of a variant") }
                entity["launchedVariantID"] = variant["id"]
                entity["decisionReason"] = body["decisionReason"]
                entity["endTime"] = .integer(draft.time)
            },
        ]
        return autotunes
    }()

    private static func transition(
        _ path: String, _ summary: String, body: Value? = nil,
        _ change: @escaping @Sendable (inout Entity, Object, Draft) throws -> Void
    ) -> FamilyAction {
        .change(
            .put, "/\(path)", "\(path)Autotune", summary, message: "Autotune updated successfully.", body: body
        ) { draft, entity, request in
            var changed = entity
            try change(&changed, request.object, draft)
            draft.put(changed, "autotune_experiment_edit")
            return nil
        }
    }
}
