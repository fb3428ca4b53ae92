// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Conditions as documents have them, their members in the order that their IDs are made of.
///
/// Bucket sets are arrays here, as in the older format.
enum Wire {
    static func condition(
        _ type: String, _ operation: String?, _ target: Value, field: Value? = .null, additional: Value = [:],
        idType: String
    ) -> Object {
        var object: Object = [
            "type": .string(type), "targetValue": target, "operator": operation.map(Value.string) ?? .null,
        ]
        object["field"] = field
        object["additionalValues"] = additional
        object["idType"] = .string(idType)
        return object
    }

    static func everyone(_ idType: String, additional: Value = [:]) -> Object {
        condition("public", nil, .null, additional: additional, idType: idType)
    }

    static func ids(_ ids: [String], unit: String, idType: String) -> Object {
        unit == "userID"
            ? condition("user_field", "any", .strings(ids), field: "userID", idType: idType)
            : condition("unit_id", "any", .strings(ids), field: nil, idType: unit)
    }

    static func environments(_ names: [String], isIn: Bool = true, _ idType: String) -> Object {
        condition("environment_field", isIn ? "any" : "none", .strings(names), field: "tier", idType: idType)
    }

    static func passes(_ gate: String, _ idType: String) -> Object {
        condition("pass_gate", nil, .string(gate), idType: idType)
    }

    static func fails(_ gate: String, _ idType: String) -> Object {
        condition("fail_gate", nil, .string(gate), idType: idType)
    }

    static func isHeldOut(by holdout: String, _ idType: String) -> Object {
        condition("pass_gate", "any", .string(holdout), additional: .null, idType: idType)
    }

    static func buckets(_ operation: String, _ target: Value, salt: String, _ idType: String) -> Object {
        condition("user_bucket", operation, target, additional: ["salt": .string(salt)], idType: idType)
    }

    static func integers(_ numbers: [Int]) -> Value { .array(numbers.map { .integer(Int64($0)) }) }
}
