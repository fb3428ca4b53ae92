// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A document with something of everything that the command shows.
enum TestDocument {
    /// Indented on purpose: values span lines.
    static let json = #"""
        {
          "has_updates": true, "time": 1700000000000, "id_lists": {"beta": true},
          "condition_map": {
            "everyone": {"type": "public", "targetValue": null, "operator": null, "field": null, "idType": "userID"},
            "pro": {"type": "user_field", "targetValue": ["pro"], "operator": "any", "field": "plan", "idType": "userID"},
            "beta": {"type": "unit_id", "targetValue": "beta", "operator": "in_segment_list", "idType": "userID"},
            "staging": {
              "type": "environment_field", "targetValue": ["staging"], "operator": "any", "field": "tier",
              "idType": "userID"
            },
            "later": {"type": "current_time", "targetValue": 1800000000000, "operator": "after", "idType": "userID"},
            "odd": {"type": "moon_phase", "targetValue": "full", "operator": "eq", "idType": "userID"}
          },
          "feature_gates": {
            "new_checkout": \#(gate("pro")),
            "listed": \#(gate("beta")),
            "staging_only": \#(gate("staging")),
            "after_launch": \#(gate("later")),
            "odd": \#(gate("odd")),
            "dropped": {"type": "feature_gate"}
          },
          "dynamic_configs": {
            "pricing": {
              "type": "dynamic_config", "salt": "pricing", "entity": "dynamic_config", "enabled": true, "version": 3,
              "idType": "userID", "defaultValue": {"price": 9.5}, "rules": [{
                "name": "pro", "id": "pro", "salt": "", "passPercentage": 100, "idType": "userID",
                "conditions": ["pro"], "groupName": "Pro users",
                "returnValue": {
                  "price": 7, "big": 123456789012345678901234567890, "text": "a  b\n", "list": [1, [2.50]]
                }
              }]
            },
            "colour": {
              "type": "dynamic_config", "salt": "colour", "entity": "experiment", "enabled": true, "isActive": true,
              "idType": "userID", "defaultValue": {}, "rules": [{
                "name": "test", "id": "test", "salt": "", "passPercentage": 100, "idType": "userID",
                "conditions": ["everyone"], "groupName": "Test", "isExperimentGroup": true,
                "returnValue": {"colour": "blue"}
              }]
            }
          },
          "layer_configs": {
            "shop": {
              "type": "dynamic_config", "salt": "shop", "entity": "layer", "enabled": true, "idType": "userID",
              "defaultValue": {"colour": "grey"}, "rules": [{
                "name": "all", "id": "all", "salt": "", "passPercentage": 100, "idType": "userID",
                "conditions": ["everyone"], "configDelegate": "colour", "returnValue": {}
              }]
            }
          },
          "experiment_to_layer": {"colour": "shop"},
          "param_stores": {
            "store": {
              "targetAppIDs": [],
              "parameters": {
                "price": {
                  "ref_type": "dynamic_config", "param_type": "number", "config_name": "pricing", "param_name": "price"
                },
                "list": {"ref_type": "static", "param_type": "array", "value": [1.5, [2.5, 3], {"a": 1.5}]}
              }
            }
          }
        }
        """#

    private static func gate(_ condition: String) -> String {
        """
        {
              "type": "feature_gate", "salt": "s", "entity": "feature_gate", "enabled": true, "idType": "userID",
              "defaultValue": false, "rules": [{
                "name": "r", "id": "rule-\(condition)", "salt": "", "passPercentage": 100, "idType": "userID",
                "conditions": ["\(condition)"], "returnValue": true
              }]
            }
        """
    }

    /// A folder with the document as `spec.json`.
    static func tool() throws -> CommandLineTool {
        let tool = try CommandLineTool()
        try tool.write(json.utf8, to: "spec.json")
        return tool
    }
}
