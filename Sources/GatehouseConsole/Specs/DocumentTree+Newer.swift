// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import GatehouseSpec

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
