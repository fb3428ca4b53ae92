// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

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
