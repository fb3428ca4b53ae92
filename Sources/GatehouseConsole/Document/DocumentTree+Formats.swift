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

extension DocumentTree {
    /// Rewrites a document in the older format as one in the newer, which server-core SDKs read, with the same answers.
    mutating func becomeNewer() {
        guard format == .v1 else { return }
        for (section, list) in entities {
            entities[section] = list.map { DocumentTree.newer($0, isGate: section == .gates) }
        }
        var ids: [String: String] = [:]
        var taken: Set<String> = []
        var shared: [(id: String, condition: Value)] = []
        mapRules { section, _, rule in
            var rule = rule
            rule["isDeviceBased"] = nil
            rule["conditions"] = .array(
                (rule["conditions"]?.array ?? []).map { condition in
                    let condition = DocumentTree.newerCondition(condition)
                    let text = JSON.text(condition)
                    if let id = ids[text] { return .string(id) }
                    // The hash that documents use, and a suffix should two conditions have the same.
                    let hash = String(DocumentTree.hash(of: text))
                    var id = hash
                    while !taken.insert(id).inserted { id = hash + "-" + String(taken.count) }
                    ids[text] = id
                    shared.append((id, condition))
                    return .string(id)
                })
            if section == .gates { rule["returnValue"] = true }
            return rule
        }
        conditions = shared
        var experiments: Object = [:]
        for (layer, names) in members["layers"]?.object ?? [:] {
            for name in names.array ?? [] {
                if let name = name.string { experiments[name] = .string(layer) }
            }
        }
        members["experiment_to_layer"] = .object(experiments)
        members["layers"] = nil
        format = .v2
    }

    /// What isn't enabled has no rules in the newer format, and a gate's default is false.
    private static func newer(_ entity: Entity, isGate: Bool) -> Entity {
        var entity = entity
        entity.spec["isDeviceBased"] = nil
        if !entity.isEnabled {
            entity.spec["rules"] = []
            if isGate { entity.spec["defaultValue"] = false }
        }
        return entity
    }

    private static func newerCondition(_ condition: Value) -> Value {
        guard var object = condition.object else { return condition }
        object["isDeviceBased"] = nil
        if object["type"] == "user_bucket", let buckets = object["targetValue"]?.array {
            object["targetValue"] = .object(Object(distinct: buckets.map { (JSON.text($0), true) }))
        }
        return .object(object)
    }

    private static func hash(of text: String) -> UInt32 {
        var copy = text
        return copy.withUTF8 { DJB2.hash($0) }
    }
}
