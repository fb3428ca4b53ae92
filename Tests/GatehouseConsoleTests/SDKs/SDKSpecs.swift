// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseConsole
import GatehouseEvaluation
import NIOHTTP1

/// A document with what clients of the SDK endpoints ask: devices, user agents, versions, times, lists, an autotune.
enum SDKSpecs {
    static let document: [UInt8] = {
        let conditions: Object = [
            "all": condition("public"),
            "chrome": condition("ua_based", "browser_name", "any", ["Chrome"]),
            "address": condition("user_field", "ip", "any", ["203.0.113.7", "2001:db8::7"]),
            "version": condition("user_field", "appVersion", "version_gte", "2.0"),
            "locale": condition("user_field", "locale", "any", ["fr_FR"]),
            "soon": condition("current_time", nil, "after", 1_800_000_002_000),
            "vip": condition("unit_id", "userID", "in_segment_list", "vip"),
            "production": condition("environment_field", "tier", "any", ["production"]),
            "half": [
                "type": "user_bucket", "targetValue": 500, "operator": "lt", "field": nil, "idType": "stableID",
                "additionalValues": ["salt": "devices"],
            ],
            "email": condition("user_field", "email", "any", ["5"]),
            "custom": condition("user_field", "custom", "any", ["x"]),
        ]
        let gates = ["chrome", "address", "version", "locale", "soon", "vip", "production", "email", "custom"]
        let document: Value = [
            "has_updates": true, "time": 1_700_000_000_001, "response_format": "dcs-v2", "id_lists": ["vip": true],
            "feature_gates": .object(Object(gates.map { ($0, spec("feature_gate", false, [rule($0, true, $0)])) })),
            "dynamic_configs": [
                "devices": spec(
                    "experiment", [:],
                    [rule("control", ["group": "control"], "half"), rule("test", ["group": "test"], "all")],
                    idType: "stableID"),
                "plain": spec("dynamic_config", ["color": "blue", "size": 2, "a.b": ["c": 1]], []),
            ],
            "layer_configs": ["page": spec("layer", ["title": "Welcome"], [rule("page", ["title": "Hello"], "vip")])],
            "experiment_to_layer": [:],
            "param_stores": [
                "store": [
                    "parameters": [
                        "fixed": ["ref_type": "static", "param_type": "string", "value": "always"],
                        "gated": [
                            "ref_type": "gate", "param_type": "number", "gate_name": "vip", "pass_value": 1,
                            "fail_value": 0,
                        ],
                    ]
                ]
            ],
            "cmab_configs": ["bandit": bandit], "condition_map": .object(conditions),
        ]
        return Array(document.jsonText.utf8)
    }()

    private static let bandit: Value = {
        func group(_ id: String) -> Value {
            ["id": .string(id), "name": .string("Group \(id)"), "parameterValues": ["variant": .string(id)]]
        }
        func model(_ intercept: Value) -> Value {
            [
                "alpha": 0, "intercept": intercept, "records": 9, "weightsNumerical": ["age": 0.5],
                "weightsCategorical": [:],
            ]
        }
        return [
            "salt": "bandit", "targetAppIDs": nil, "defaultValue": [:], "idType": "userID", "enabled": true,
            "version": 1, "sampleRate": 0, "higherIsBetter": true, "groups": [group("low"), group("high")],
            "config": ["low": model(1), "high": model(2)],
        ]
    }()

    private static func condition(
        _ type: String, _ field: String? = nil, _ comparison: String? = nil, _ target: Value = nil
    ) -> Value {
        [
            "type": .string(type), "targetValue": target, "operator": comparison.map(Value.string) ?? .null,
            "field": field.map(Value.string) ?? .null, "additionalValues": [:], "idType": "userID",
        ]
    }

    private static func rule(_ id: String, _ value: Value, _ condition: String) -> Value {
        [
            "name": .string(id), "id": .string(id), "groupName": .string("Group \(id)"), "salt": "",
            "passPercentage": 100, "returnValue": value, "idType": "userID", "conditions": [.string(condition)],
            "isExperimentGroup": true,
        ]
    }

    private static func spec(
        _ entity: String, _ value: Value, _ rules: [Value], idType: String = "userID"
    ) -> Value {
        let type = entity == "feature_gate" ? entity : "dynamic_config"
        return [
            "type": .string(type), "entity": .string(entity), "salt": "s", "enabled": true, "defaultValue": value,
            "idType": .string(idType), "version": 1, "rules": .array(rules), "isActive": true,
        ]
    }
}

extension TestConsole {
    /// Sends a request of a client, and answers with the JSON of a success.
    func ask(_ path: String, _ key: String, _ body: Value, headers: [(String, String)] = []) async throws -> Value {
        try await send(.POST, path, key: key, json: body, headers: headers).json
    }

    /// The stored events of a name, the last first.
    func stored(_ name: String) async throws -> [Value] {
        let path = "/console/v1/events/\(name.replacing(":", with: "%3A"))"
        return (try await get(path).data.array ?? []).map { $0["event"] }
    }
}
