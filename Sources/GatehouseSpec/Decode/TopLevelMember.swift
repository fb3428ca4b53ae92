// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// The known members of a document; the required ones first, in the order of ``required``.
enum TopLevelMember: Int {
    case hasUpdates, time, featureGates, dynamicConfigs, layerConfigs, conditionMap, experimentToLayer
    case checksum, companyID, responseFormat, defaultEnvironment, bucketing, appID
    case paramStores, cmabConfigs, overrides, overrideRules
    case sdkKeysToAppIDs, hashedSDKKeysToAppIDs, idLists, diagnostics, sdkConfigs, sdkFlags
    case sessionReplayInfo, autoCaptureSettings, gcirConfig

    init?(_ name: JSONString) {
        guard let member = TopLevelMember.names.first(where: { name == $0.name })?.member else { return nil }
        self = member
    }

    private static let names: [(name: StaticString, member: TopLevelMember)] = [
        ("has_updates", .hasUpdates), ("time", .time), ("feature_gates", .featureGates),
        ("dynamic_configs", .dynamicConfigs), ("layer_configs", .layerConfigs), ("condition_map", .conditionMap),
        ("experiment_to_layer", .experimentToLayer), ("checksum", .checksum), ("company_id", .companyID),
        ("response_format", .responseFormat), ("default_environment", .defaultEnvironment),
        ("bucketing", .bucketing), ("app_id", .appID), ("param_stores", .paramStores),
        ("cmab_configs", .cmabConfigs), ("overrides", .overrides), ("override_rules", .overrideRules),
        ("sdk_keys_to_app_ids", .sdkKeysToAppIDs), ("hashed_sdk_keys_to_app_ids", .hashedSDKKeysToAppIDs),
        ("id_lists", .idLists), ("diagnostics", .diagnostics), ("sdk_configs", .sdkConfigs),
        ("sdk_flags", .sdkFlags), ("session_replay_info", .sessionReplayInfo),
        ("auto_capture_settings", .autoCaptureSettings), ("gcir_config", .gcirConfig),
    ]

    static let required: [StaticString] = [
        "has_updates", "time", "feature_gates", "dynamic_configs", "layer_configs",
    ]
    static let requiredWithMaps: [StaticString] = required + ["condition_map", "experiment_to_layer"]
}
