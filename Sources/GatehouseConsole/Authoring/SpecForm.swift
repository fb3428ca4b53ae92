// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A spec reduced to what evaluations depend on, to tell whether two say the same.
enum SpecForm {
    /// Members that have a meaning which resources can express; others are kept with the resource as they are.
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

extension Condition {
    private static let fields: [String: ConditionType] = [
        "userID": .userID, "email": .email, "ip": .ipAddress, "locale": .locale, "appVersion": .appVersion,
        "device_model": .deviceModel,
    ]

    /// The condition of a document as people author it, `nil` if they can't.
    static func authored(_ wire: Object) -> Object? {
        var object: Object = [:]
        let field = wire.text("field")
        switch wire.text("type") {
        case "public": return ["type": "public"]
        case "pass_gate", "fail_gate":
            guard let gate = wire["targetValue"]?.string else { return nil }
            let passes = wire["type"] == "pass_gate"
            if gate.hasPrefix("segment:") {
                object["type"] = passes ? "passes_segment" : "fails_segment"
                object["targetValue"] = .string(String(gate.dropFirst(8)))
            } else {
                object["type"] = passes ? "passes_gate" : "fails_gate"
                object["targetValue"] = .string(gate)
            }
            return object
        case "user_field":
            if wire.object("additionalValues")["custom_field"] == nil, let type = fields[field] {
                object["type"] = .string(type.rawValue)
            } else {
                object["type"] = "custom_field"
                object["field"] = .string(field)
            }
        case "ip_based" where field == "country": object["type"] = "country"
        case "ua_based": object["type"] = .string(field)
        case "environment_field" where field == "tier": object["type"] = "environment_tier"
        case "current_time": object["type"] = "time"
        case "target_app": object["type"] = "target_app"
        case "unit_id":
            object["type"] = "unit_id"
            object["customID"] = wire["idType"]
        default: return nil
        }
        let operation = wire.text("operator")
        if wire["targetValue"] == .null, operation == "eq" || operation == "neq" {
            object["operator"] = operation == "eq" ? "is_null" : "is_not_null"
        } else {
            guard Comparison(rawValue: operation) != nil else { return nil }
            object["operator"] = .string(operation)
            object["targetValue"] = wire["targetValue"]
        }
        return ConditionType(rawValue: object.text("type")) == nil ? nil : object
    }
}
