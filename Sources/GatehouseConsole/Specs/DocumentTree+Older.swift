// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import GatehouseSpec

extension DocumentTree {
    /// Rewrites a document in the newer format as one in the older, which legacy SDKs read, with the same answers.
    mutating func becomeOlder() {
        guard format == .v2 else { return }
        let shared = sharedConditions
        for (section, list) in entities {
            entities[section] = list.map { DocumentTree.older($0, isGate: section == .gates) }
        }
        mapRules { section, _, rule in
            var rule = rule
            rule["conditions"] = .array(
                (rule["conditions"]?.array ?? []).map { condition in
                    DocumentTree.olderCondition(condition.string.flatMap { shared[$0] } ?? condition)
                })
            rule["isDeviceBased"] = DocumentTree.isDeviceBased(rule)
            // Legacy SDKs take whether a gate's rule passes for its value.
            if section == .gates, rule["returnValue"] == false {
                rule["passPercentage"] = 0
                rule["returnValue"] = true
            }
            return rule
        }
        conditions = []
        members["layers"] = .object(layers())
        members["experiment_to_layer"] = nil
        format = .v1
    }

    /// Legacy SDKs stop at an entity that isn't enabled, newer ones only when no rule has decided.
    private static func older(_ entity: Entity, isGate: Bool) -> Entity {
        var entity = entity
        let defaultValue = entity.spec["defaultValue"] ?? .null
        if !entity.isEnabled, !entity.rules.isEmpty || defaultValue == true {
            let last: Object = [
                "name": "disabled", "id": "disabled", "salt": "",
                "passPercentage": isGate && defaultValue != true ? 0 : 100,
                "returnValue": isGate ? true : defaultValue, "idType": entity.spec["idType"] ?? "",
                "conditions": [["type": "public", "targetValue": nil, "operator": nil, "idType": ""]],
            ]
            entity.spec["enabled"] = true
            if isGate { entity.spec["defaultValue"] = false }
            entity.spec["rules"] = .array(entity.rules + [.object(last)])
        }
        entity.spec["isDeviceBased"] = isDeviceBased(entity.spec)
        return entity
    }

    private static func olderCondition(_ condition: Value) -> Value {
        guard var object = condition.object else { return condition }
        if object["type"] == "user_bucket", let set = object["targetValue"]?.object {
            object["targetValue"] = .array(set.compactMap { Int64($0.name).map(Value.integer) })
        }
        object["isDeviceBased"] = isDeviceBased(object)
        return .object(object)
    }

    private static func isDeviceBased(_ object: Object) -> Value {
        .bool(object["idType"]?.string?.lowercased() == "stableid")
    }

    /// The experiments of each layer.
    private func layers() -> Object {
        var layers: Object = [:]
        for (experiment, layer) in members["experiment_to_layer"]?.object ?? [:] {
            guard let layer = layer.string else { continue }
            layers[layer] = .array((layers[layer]?.array ?? []) + [.string(experiment)])
        }
        return layers
    }
}
