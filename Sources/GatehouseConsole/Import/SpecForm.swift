// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A spec reduced to what evaluations depend on, to tell whether two say the same.
enum SpecForm {
    /// Members that have a meaning which entities can express; others are kept with the entity as they are.
    static let specMembers: Set<String> = [
        "name", "type", "salt", "enabled", "defaultValue", "rules", "idType", "entity", "version", "isActive",
        "hasSharedParams", "explicitParameters", "targetAppIDs", "isDeviceBased",
    ]

    static func reduced(_ spec: Object, _ conditions: [String: Value]) -> Value {
        let isGate = spec["type"] == "feature_gate"
        var form = Object(
            distinct: spec.filter {
                !["rules", "version", "isDeviceBased", "name"].contains($0.name) && $0.value != .null
            })
        if form.list("targetAppIDs").isEmpty { form["targetAppIDs"] = nil }
        form["explicitParameters"] = .strings(spec.texts("explicitParameters").sorted())
        form["rules"] = .objects(
            spec.objects("rules").map { rule in
                var rule = Object(
                    distinct: rule.filter { $0.value != .null && $0.value != false || $0.name == "returnValue" })
                // Labels only, and of gates' rules the group as well.
                for label in ["isDeviceBased", "name"] + (isGate ? ["groupName"] : []) { rule[label] = nil }
                rule["passPercentage"] = .number(rule.number("passPercentage") ?? 0)
                rule["conditions"] = .array(
                    rule.list("conditions").map { condition in
                        let object = condition.string.flatMap { conditions[$0]?.object } ?? condition.object ?? [:]
                        return .object(reduced(object))
                    })
                return rule
            })
        return .object(form)
    }

    private static func reduced(_ condition: Object) -> Object {
        let type = condition.text("type")
        if type == "public" { return ["type": "public"] }
        var form = Object(
            distinct: condition.filter {
                $0.value != .null && !["additionalValues", "isDeviceBased"].contains($0.name)
            })
        if type == "user_bucket" {
            form["salt"] = condition.object("additionalValues")["salt"]
            // A map of buckets has no order.
            if let set = condition["targetValue"]?.object { form["targetValue"] = .strings(set.map(\.name).sorted()) }
        }
        if type.hasSuffix("_gate") { form["operator"] = nil }
        if type == "unit_id" { form["field"] = nil }
        return form
    }
}
