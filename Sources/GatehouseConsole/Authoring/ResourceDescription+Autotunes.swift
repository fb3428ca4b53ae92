// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

extension ResourceDescription {
    private static let variant = Schemas.closed(
        [
            "name": ["type": "string", "minLength": 1, "maxLength": 100],
            "id": Schemas.text(longest: 100), "json": MemberSchemas.any,
            "size": MemberSchemas.percentage,
        ], required: ["name", "json"])

    private static func words(_ words: [String]) -> Value { ["type": "string", "enum": .strings(words)] }

    /// Windows by their hours, in each of the ways that the Console API writes them.
    private static func windows(_ hours: Int...) -> Value {
        words(["hr", "", "hrs"].flatMap { unit in hours.map { "\($0)\(unit)" } })
    }

    /// A part of the users.
    private static let rate: Value = ["type": "number", "minimum": 0.001, "maximum": 1]

    /// Members for learning, which no document has: the console doesn't learn.
    private static let learning: Object = [
        "successEvent": Schemas.string, "successEventValue": Schemas.nullable(Schemas.string),
        "explorationWindow": windows(1, 24, 48, 168, 336), "attributionWindow": windows(1, 2, 4, 24),
        "attributionWindowUnit": words(["min", "hour", "day"]), "explorationWindowRate": rate,
        "longtermExplorationAllocation": rate, "winnerThreshold": words(["80%", "90%", "95%", "98%", "99%"]),
        "metadataField": Schemas.text(longest: 1000), "higherIsBetter": MemberSchemas.flag,
        "metricSourceID": Schemas.text(longest: 1000), "linkedExperimentName": Schemas.text(longest: 1000),
        "goalRichText": Schemas.text(longest: 10_000), "optimizationParameter": words(["occurrence", "value"]),
        "valueColumn": Schemas.text(longest: 1000), "featureList": MemberSchemas.texts,
        // Variants are chosen by buckets, not by what is known of a user.
        "isContextual": ["type": "boolean", "enum": [false]],
    ]

    static let autotunes: ResourceDescription = {
        var autotunes = ResourceDescription(
            type: .autotunes, noun: "Autotune", plural: "Autotunes",
            audit: AuditNames(
                create: "autotune_experiment_create", edit: "autotune_experiment_edit",
                delete: "autotune_experiment_delete"))
        autotunes.properties = MemberSchemas.shared.merging(learning).merging([
            "name": MemberSchemas.name,
            "variants": ["type": "array", "items": variant, "minItems": 2, "maxItems": 100],
        ])
        autotunes.creationProperties = ["id": MemberSchemas.name, "idType": MemberSchemas.name]
        autotunes.required = [
            "name", "variants", "successEvent", "explorationWindow", "attributionWindow", "winnerThreshold",
        ]
        autotunes.requiredOnFullUpdate = [
            "variants", "successEvent", "explorationWindow", "attributionWindow", "winnerThreshold",
        ]
        autotunes.defaults = [
            "description": "", "idType": "userID", "isStarted": false, "launchedVariantID": .null, "tags": [],
            "targetApps": [], "team": .null, "startTime": .null, "endTime": .null, "decisionReason": .null,
        ]
        autotunes.filters += ["idType"]
        autotunes.rules.prepare = AutotuneTransitions.prepare
        autotunes.rules.computed = { resource, _ in
            let autotune = Autotune(resource)
            let winner = autotune.launchedVariantID.flatMap(autotune.variant)
            return [
                "owner": Normalization.owner(resource),
                "winner": winner.map { ["id": .string($0.id), "name": .string($0.name)] } ?? .null,
                "successEventValue": .string(resource.object["successEventValue"]?.string ?? ""),
            ]
        }
        return autotunes
    }()
}

/// How autotunes are normalized, start, end, and begin anew.
enum AutotuneTransitions {
    /// The action in the audit log for a change.
    static let changeAction = "autotune_experiment_edit"

    @Sendable static func prepare(
        _ resource: inout Resource, _ old: Resource?, _ body: Object, _ draft: inout Draft
    ) throws(DomainError) {
        var autotune = Autotune(resource)
        Normalization.salt(&autotune)
        try Normalization.checkUnit(autotune.resource, draft.project)
        let before = old.map { Autotune($0).variants } ?? []
        var names: Set<String> = []
        var variants: [Autotune.Variant] = []
        for (index, asked) in autotune.variants.enumerated() {
            guard names.insert(asked.name).inserted else {
                throw .invalid("variants.\(index).name", "is that of another variant")
            }
            var variant = asked
            let known = before.first { $0.name == asked.name }
            variant.id = known?.id ?? (asked.id.isEmpty ? RandomID.make() : asked.id)
            variants.append(variant)
        }
        guard Set(variants.map(\.id)).count == variants.count else {
            throw .invalid("variants", "must have different IDs")
        }
        let sizes = variants.compactMap(\.size)
        guard sizes.isEmpty || sizes.count == variants.count && abs(sizes.reduce(0, +) - 100) < 0.11 else {
            throw .invalid("variants", "must have sizes that sum up to 100, or none")
        }
        autotune.variants = variants
        resource = autotune.resource
    }

    static func start(_ autotune: inout Autotune, _ draft: Draft) {
        autotune.isStarted = true
        autotune.startTime = draft.time
        autotune.scheduledStartTime = nil
    }

    /// Lets an autotune begin anew, with other users for each variant.
    static func reset(_ autotune: inout Autotune) {
        autotune.launchedVariantID = nil
        autotune.startTime = nil
        autotune.endTime = nil
        autotune.decisionReason = nil
        autotune.isStarted = false
        autotune.scheduledStartTime = nil
        autotune.salt = Normalization.newSalt()
    }

    /// Ships a variant.
    static func decide(
        _ autotune: inout Autotune, for name: String, _ reason: String, _ draft: Draft
    ) throws(DomainError) {
        guard autotune.isStarted else { throw .notStarted }
        guard let variant = autotune.variant(name) else { throw .invalid("id", "must be the ID of a variant") }
        autotune.launchedVariantID = variant.id
        autotune.decisionReason = reason
        autotune.endTime = draft.time
    }
}
