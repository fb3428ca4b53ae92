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
        mapRules { section, _, old in
            var rule = old
            rule.conditions = old.conditions.map { condition in
                DocumentTree.v1Condition(condition.string.flatMap { shared[$0] } ?? condition)
            }
            rule.isDeviceBased = old.idType.isStableID
            // Legacy SDKs use whether a gate's rule passes as the value of the gate.
            if section == .gates, rule.returnValue == false {
                rule.passPercentage = 0
                rule.returnValue = true
            }
            return rule
        }
        conditions = []
        members.layers = layers()
        members.experimentLayers = nil
        format = .v1
    }

    /// Legacy SDKs stop at a spec that isn't enabled, newer ones only when no rule has decided.
    private static func v1(_ spec: Spec, isGate: Bool) -> Spec {
        var members = spec.typed
        let defaultValue = members.defaultValue ?? .null
        if !members.isEnabled, !spec.rules.isEmpty || defaultValue == true {
            var last = DocumentRule([:])
            last.name = "disabled"
            last.id = "disabled"
            last.salt = ""
            last.passPercentage = isGate && defaultValue != true ? 0 : 100
            last.returnValue = isGate ? true : defaultValue
            last.idType = members.idType ?? ""
            var everyone = SpecCondition([:])
            everyone.type = SpecCondition.Kind.everyone.rawValue
            everyone.target = .null
            everyone.comparison = nil
            everyone.idType = ""
            last.conditions = [everyone.json]
            members.isEnabled = true
            if isGate { members.defaultValue = false }
            members.rules += [last]
        }
        members.isDeviceBased = (members.idType ?? "").isStableID
        return Spec(name: spec.name, members: members.object)
    }

    private static func v1Condition(_ value: Value) -> Value {
        guard var condition = SpecCondition(json: value) else { return value }
        if condition.kind == .bucket, let set = condition.target.object {
            condition.target = .array(set.compactMap { Int64($0.name).map(Value.integer) })
        }
        condition.isDeviceBased = condition.idType.isStableID
        return condition.json
    }

    /// The experiments of each layer.
    private func layers() -> Object {
        var layers: Object = [:]
        for (experiment, layer) in members.experimentLayers ?? [:] {
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
        mapRules { section, _, old in
            var rule = old
            rule.isDeviceBased = nil
            rule.conditions = old.conditions.map { value in
                let condition = DocumentTree.v2Condition(value)
                let text = JSON.text(condition)
                if let id = ids[text] { return .string(id) }
                // The hash that documents use, and a suffix should two conditions have the same.
                let hash = String(DocumentTree.hash(of: text))
                var id = hash
                while !taken.insert(id).inserted { id = hash + "-" + String(taken.count) }
                ids[text] = id
                shared.append((id, condition))
                return .string(id)
            }
            if section == .gates { rule.returnValue = true }
            return rule
        }
        conditions = shared
        var experiments: Object = [:]
        for (layer, names) in members.layers ?? [:] {
            for name in names.array ?? [] {
                if let name = name.string { experiments[name] = .string(layer) }
            }
        }
        members.experimentLayers = experiments
        members.layers = nil
        format = .v2
    }

    /// A spec that isn't enabled has no rules in format v2, and a gate's default is false.
    private static func v2(_ spec: Spec, isGate: Bool) -> Spec {
        var members = spec.typed
        members.isDeviceBased = nil
        if !members.isEnabled {
            members.rules = []
            if isGate { members.defaultValue = false }
        }
        return Spec(name: spec.name, members: members.object)
    }

    /// A condition in format v2: without the member for devices, sets of buckets as objects.
    static func v2Condition(_ value: Value) -> Value {
        guard var condition = SpecCondition(json: value) else { return value }
        condition.isDeviceBased = nil
        if condition.kind == .bucket, let buckets = condition.target.array {
            condition.target = .object(Object(distinct: buckets.map { (JSON.text($0), true) }))
        }
        return condition.json
    }

    private static func hash(of text: String) -> UInt32 {
        DJB2.hash(text)
    }
}

extension String {
    /// Whether the unit is that of devices, which format v1 marks.
    var isStableID: Bool { lowercased() == "stableid" }
}
