// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension Member {
    private static let specRequired: [(String, Kind)] = [
        ("type", .string), ("salt", .string), ("enabled", .bool), ("rules", .array), ("idType", .string),
        ("entity", .string),
    ]
    private static let specOptional: [(String, Kind)] = [
        ("explicitParameters", .strings), ("hasSharedParams", .bool), ("isActive", .bool), ("version", .version),
        ("targetAppIDs", .strings), ("forwardAllExposures", .bool), ("fieldsUsed", .strings),
        ("useNewLayerEval", .bool),
        ("checksum", .string),
    ]
    private static let ruleRequired: [(String, Kind)] = [
        ("name", .string), ("id", .string), ("passPercentage", .number), ("idType", .string),
    ]
    private static let ruleOptional: [(String, Kind)] = [
        ("salt", .string), ("groupName", .string), ("configDelegate", .string), ("isExperimentGroup", .bool),
        ("samplingRate", .unsigned),
    ]
    private static let conditionOptional: [(String, Kind)] = [
        ("operator", .string), ("field", .string), ("additionalValues", .stringMap), ("checksum", .string),
    ]

    private static let specs =
        required(.spec, specRequired) + optional(.spec, specOptional)
        + required(.rule, ruleRequired + [("conditions", .strings)]) + optional(.rule, ruleOptional)
        + [Member(.spec, "defaultValue", .anything, isRequired: true, acceptsNull: true)]
        + [Member(.rule, "returnValue", .anything, isRequired: true, acceptsNull: true)]

    private static let inlineSpecs =
        required(.inlineSpec, Array(specRequired.dropLast(2)) + [("name", .string)])
        + optional(.inlineSpec, specOptional + specRequired.suffix(2))
        + required(.inlineRule, Array(ruleRequired.dropLast()) + [("conditions", .array)])
        + optional(.inlineRule, ruleOptional + ruleRequired.suffix(1))
        + required(.inlineCondition, [("type", .string)])
        + optional(.inlineCondition, conditionOptional + [("targetValue", .anything), ("idType", .string)])
        + [Member(.inlineSpec, "defaultValue", .anything, isRequired: true, acceptsNull: true)]

    private static let topLevel =
        required(
            .topLevel,
            [
                ("has_updates", .bool), ("time", .unsigned), ("feature_gates", .specs), ("dynamic_configs", .specs),
                ("layer_configs", .specs), ("condition_map", .object), ("experiment_to_layer", .stringMap),
            ])
        + optional(
            .topLevel,
            [
                ("checksum", .string), ("company_id", .string), ("response_format", .string), ("param_stores", .object),
                ("cmab_configs", .object), ("overrides", .object), ("override_rules", .object), ("app_id", .anything),
                ("sdk_keys_to_app_ids", .object), ("hashed_sdk_keys_to_app_ids", .object),
                ("default_environment", .string),
                ("id_lists", .boolMap), ("diagnostics", .numberMap), ("sdk_configs", .object), ("sdk_flags", .boolMap),
                ("session_replay_info", .object), ("bucketing", .string),
            ])

    private static let conditions =
        required(.condition, [("type", .string), ("idType", .string)])
        + optional(.condition, conditionOptional + [("targetValue", .anything)])

    private static let autotunes =
        required(
            .autotune,
            [
                ("salt", .string), ("idType", .string), ("enabled", .bool), ("version", .version),
                ("sampleRate", .number),
                ("higherIsBetter", .bool), ("groups", .array),
            ])
        + optional(.autotune, [("targetAppIDs", .strings), ("targetingGateName", .string), ("config", .object)])
        + [Member(.autotune, "defaultValue", .anything, isRequired: true, acceptsNull: true)]
        + required(.group, [("name", .string), ("id", .string)])
        + [Member(.group, "parameterValues", .anything, isRequired: true, acceptsNull: true)]
        + required(
            .model,
            [
                ("alpha", .number), ("intercept", .number), ("records", .unsigned), ("weightsNumerical", .numberMap),
                ("weightsCategorical", .object),
            ])

    private static let stores =
        required(.store, [("parameters", .object)])
        + optional(.store, [("targetAppIDs", .strings), ("version", .version), ("checksum", .string)])
        + optional(.parameter, [("name", .string)])
        + required(.parameter, [("ref_type", .string), ("param_type", .string)])

    private static let mappings =
        required(.mapping, [("new_config_name", .string), ("rules", .array)])
        + required(.trigger, [("rule_name", .string)]) + optional(.trigger, [("start_time", .integer)])
        + required(.overrideRule, ruleRequired + [("conditions", .strings)]) + optional(.overrideRule, ruleOptional)

    /// All known members, in each object that can have them.
    static let all = specs + inlineSpecs + topLevel + conditions + autotunes + stores + mappings
}
