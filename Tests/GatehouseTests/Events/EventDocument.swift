// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A document with an entity of each kind, for tests of events.
///
/// `open` passes for all, by way of `base`; `pricing` is a config, `button` an experiment whose group has a sampling rate,
/// `screen` a layer whose parameter `color` belongs to the experiment `paint` and whose `size` to no experiment; `store` is a
/// parameter store.
enum EventDocument {
    static func json(time: UInt64 = 7, sdkConfigs: String = "{}") -> String {
        """
        {"has_updates":true,"time":\(time),"checksum":"\(time)","sdk_configs":\(sdkConfigs),"experiment_to_layer":{},\
        "condition_map":{"all":{"type":"public","targetValue":null,"operator":null,"field":null,"additionalValues":{},\
        "idType":"userID"},"base":{"type":"pass_gate","targetValue":"base","operator":null,"field":null,\
        "additionalValues":{},"idType":"userID"}},\
        "feature_gates":{"base":\(spec("feature_gate", "false", "base-rule", "all", "true")),\
        "open":\(spec("feature_gate", "false", "open-rule", "base", "true"))},\
        "dynamic_configs":{"pricing":\(spec("dynamic_config", "{}", "pricing-rule", "all", #"{"price":9.5}"#)),\
        "button":\(spec("experiment", "{}", "button-a", "all", #"{"text":"Buy"}"#, more: group + #","samplingRate":1"#)),\
        "paint":\(spec("experiment", "{}", "paint-b", "all", #"{"color":"red","size":3}"#, more: group,
            spec: #","isActive":true,"explicitParameters":["color"]"#))},\
        "layer_configs":{"screen":\(spec("layer", #"{"color":"blue","size":1}"#, "screen-rule", "base", "{}",
            more: #","configDelegate":"paint""#))},\
        "param_stores":{"store":{"parameters":{"price":{"ref_type":"dynamic_config","param_type":"number",\
        "config_name":"pricing","param_name":"price"},"isOpen":{"ref_type":"gate","param_type":"boolean",\
        "gate_name":"open","pass_value":true,"fail_value":false},"color":{"ref_type":"layer","param_type":"string",\
        "layer_name":"screen","param_name":"color"},"fixed":{"ref_type":"static","param_type":"string","value":"x"}}}}}
        """
    }

    private static let group = #","groupName":"B","isExperimentGroup":true"#

    private static func spec(
        _ entity: String, _ fallback: String, _ rule: String, _ condition: String, _ value: String, more: String = "",
        spec: String = ""
    ) -> String {
        """
        {"type":"\(entity == "feature_gate" ? "feature_gate" : "dynamic_config")","salt":"s","enabled":true,\
        "defaultValue":\(fallback),"entity":"\(entity)","idType":"userID","version":3\(spec),"rules":[{"name":"\(rule)",\
        "passPercentage":100,"conditions":["\(condition)"],"returnValue":\(value),"id":"\(rule)","salt":"r",\
        "idType":"userID"\(more)}]}
        """
    }
}
