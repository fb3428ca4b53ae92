// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import GatehouseSpec

extension DocumentTree {
    /// Rewrites a document in format v2 as one in v1, which legacy SDKs read, with the same answers.
    mutating func becomeV1() {
        guard format == .v2 else { return }
        let shared = sharedConditions
        for (section, list) in specs {
            specs[section] = list.map { DocumentTree.v1($0, isGate: section == .gates) }
        }
        mapRules { section, _, rule in
            var rule = rule
            rule["conditions"] = .array(
                (rule["conditions"]?.array ?? []).map { condition in
                    DocumentTree.v1Condition(condition.string.flatMap { shared[$0] } ?? condition)
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

    /// Legacy SDKs stop at a spec that isn't enabled, newer ones only when no rule has decided.
    private static func v1(_ spec: Spec, isGate: Bool) -> Spec {
        var spec = spec
        let defaultValue = spec.members["defaultValue"] ?? .null
        if !spec.isEnabled, !spec.rules.isEmpty || defaultValue == true {
            let last: Object = [
                "name": "disabled", "id": "disabled", "salt": "",
                "passPercentage": isGate && defaultValue != true ? 0 : 100,
                "returnValue": isGate ? true : defaultValue, "idType": spec.members["idType"] ?? "",
                "conditions": [["type": "public", "targetValue": nil, "operator": nil, "idType": ""]],
            ]
            spec.members["enabled"] = true
            if isGate { spec.members["defaultValue"] = false }
            spec.members["rules"] = .array(spec.rules + [.object(last)])
        }
        spec.members["isDeviceBased"] = isDeviceBased(spec.members)
        return spec
    }

    private static func v1Condition(_ condition: Value) -> Value {
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
    /// Rewrites a document in format v1 as one in v2, which server-core SDKs read, with the same answers.
    mutating func becomeV2() {
        guard format == .v1 else { return }
        for (section, list) in specs {
            specs[section] = list.map { DocumentTree.v2($0, isGate: section == .gates) }
        }
        var ids: [String: String] = [:]
        var taken: Set<String> = []
        var shared: [(id: String, condition: Value)] = []
        mapRules { section, _, rule in
            var rule = rule
            rule["isDeviceBased"] = nil
            rule["conditions"] = .array(
                (rule["conditions"]?.array ?? []).map { condition in
                    let condition = DocumentTree.v2Condition(condition)
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

    /// What isn't enabled has no rules in format v2, and a gate's default is false.
    private static func v2(_ spec: Spec, isGate: Bool) -> Spec {
        var spec = spec
        spec.members["isDeviceBased"] = nil
        if !spec.isEnabled {
            spec.members["rules"] = []
            if isGate { spec.members["defaultValue"] = false }
        }
        return spec
    }

    private static func v2Condition(_ condition: Value) -> Value {
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
