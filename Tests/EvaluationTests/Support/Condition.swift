// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation

/// A condition of a document in the making.
struct Condition: Sendable {
    var type: String
    var `operator`: String?
    var target = Value.null
    var field: String?
    var idType = "userID"
    var salt: String?
    /// Whether the document has the condition at all.
    var isThere = true

    static let everyone = Condition(type: "public")
    /// A type that no engine knows, which makes an evaluation unsupported.
    static let unknown = Condition(type: "weather", operator: "eq")
    /// An id that the document has no condition for, which does too.
    static let absent = Condition(type: "", isThere: false)
    /// A condition that no user meets.
    static let nobody = Condition.field("", "eq", "nobody")

    static func field(_ name: String, _ comparison: String, _ target: Value) -> Condition {
        Condition(type: "user_field", operator: comparison, target: target, field: name)
    }

    static func gate(_ name: Value) -> Condition { Condition(type: "pass_gate", target: name) }

    static func notGate(_ name: Value) -> Condition { Condition(type: "fail_gate", target: name) }

    static func unit(_ idType: String, _ comparison: String, _ target: Value) -> Condition {
        Condition(type: "unit_id", operator: comparison, target: target, idType: idType)
    }

    static func bucket(_ comparison: String, _ target: Value, salt: String? = nil) -> Condition {
        Condition(type: "user_bucket", operator: comparison, target: target, salt: salt)
    }

    static func environment(_ field: String, _ comparison: String, _ target: Value) -> Condition {
        Condition(type: "environment_field", operator: comparison, target: target, field: field)
    }

    static func time(_ comparison: String, _ target: Value) -> Condition {
        Condition(type: "current_time", operator: comparison, target: target)
    }

    static func group(of experiment: String?, _ comparison: String, _ target: Value) -> Condition {
        Condition(type: "experiment_group", operator: comparison, target: target, field: experiment)
    }

    var json: Value {
        var object: Object = ["type": .string(type), "idType": .string(idType), "targetValue": target]
        if let comparison = `operator` { object["operator"] = .string(comparison) }
        if let field { object["field"] = .string(field) }
        if let salt { object["additionalValues"] = ["salt": .string(salt)] }
        return .object(object)
    }
}
