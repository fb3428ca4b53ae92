// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Schemas of members that several families have.
enum MemberSchemas {
    static let flag: Value = ["type": "boolean"]
    static let percentage: Value = ["type": "number", "minimum": 0, "maximum": 100]
    static let description = Schemas.text(longest: 1000)
    static let name = Schemas.text(longest: 100)
    static let texts = Schemas.array(Schemas.text(longest: 1000), most: 10_000)
    static let objects = Schemas.array(Schemas.object, most: 10_000)
    static let any: Value = [:]
    /// What SDKs get: numbers, texts and the like by name.
    static let values = Schemas.object
    static let time: Value = ["type": "integer", "minimum": 0]

    /// Members that people describe resources with, and that nothing depends on.
    static let shared: Object = [
        "description": description, "tags": texts, "team": Schemas.nullable(Schemas.string),
        "teamID": Schemas.nullable(Schemas.string),
        "targetApps": ["anyOf": [texts, Schemas.string]], "salt": Schemas.text(longest: 100),
    ]

    static let condition = Schemas.object(
        [
            "type": Schemas.words(of: ConditionType.self),
            "operator": Schemas.nullable(Schemas.string),
            "targetValue": [
                "anyOf": [
                    Schemas.array(["type": ["string", "number"]], most: 10_000), Schemas.string,
                    ["type": "number"], ["type": "null"],
                ]
            ],
            "field": Schemas.nullable(Schemas.text(longest: 1000)),
            "customID": Schemas.nullable(Schemas.text(longest: 1000)),
        ], required: ["type"])

    private static let rollouts = Schemas.array(
        Schemas.object(["time": time, "passPercent": percentage], required: ["time", "passPercent"]), most: 1000)

    private static let ruleProperties: Object = [
        "name": Schemas.text(longest: 1000), "passPercentage": percentage,
        "conditions": Schemas.array(condition, most: 1000),
        "environments": Schemas.nullable(Schemas.array(Schemas.text(longest: 100), most: 100)),
        "id": ["type": "string", "minLength": 1, "maxLength": 100],
        "baseID": ["type": "string", "minLength": 1, "maxLength": 100], "salt": Schemas.text(longest: 100),
        "pendingAutomatedRollouts": rollouts, "completedAutomatedRollouts": rollouts,
    ]

    private static let variant = Schemas.object(
        [
            "id": ["type": "string", "minLength": 1, "maxLength": 100], "name": Schemas.text(longest: 1000),
            "passPercentage": percentage, "returnValue": values, "returnValueJson5": Schemas.string,
        ], required: ["name", "passPercentage"])

    private static let configProperties: Object = [
        "returnValue": values, "returnValueJson5": Schemas.string, "variants": Schemas.array(variant, most: 100),
    ]

    static let gateRule = Schemas.object(ruleProperties, required: ["name", "passPercentage", "conditions"])
    static let segmentRule = Schemas.object(ruleProperties, required: ["name", "conditions"])
    static let configRule = Schemas.object(
        ruleProperties.merging(configProperties), required: ["name", "conditions"])
    static let changedRule = Schemas.object(ruleProperties.merging(configProperties))

    static func rules(_ rule: Value) -> Value { Schemas.array(rule, most: 1000) }
}
