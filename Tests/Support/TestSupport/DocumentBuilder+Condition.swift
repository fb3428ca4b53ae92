// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation

extension DocumentBuilder {
    /// A condition of a rule.
    public struct Condition: Sendable {
        var type: String
        /// The name of the operator, `nil` for a condition without one.
        public var operatorName: String?
        var target: Value
        var field: String?
        var idType: String
        var salt: String?
        /// Whether the document has the condition, or only its ID.
        var isInDocument = true

        /// Makes a condition.
        ///
        /// - Parameters:
        ///   - type: The condition's type.
        ///   - operator: The name of its operator.
        ///   - target: What it compares with.
        ///   - field: The field that it compares.
        ///   - idType: The unit type.
        ///   - salt: The salt of a bucket.
        public init(
            type: String, operator: String? = nil, target: Value = .null, field: String? = nil,
            idType: String = "userID", salt: String? = nil
        ) {
            self.type = type
            operatorName = `operator`
            self.target = target
            self.field = field
            self.idType = idType
            self.salt = salt
        }

        /// A condition that every user meets.
        public static let everyone = Condition(type: "public")

        /// A condition of a type that no engine knows, which makes an evaluation unsupported.
        public static let unknown = Condition(type: "weather", operator: "eq")

        /// The ID of a condition that isn't in the document, which makes an evaluation unsupported, too.
        public static let absent = {
            var condition = Condition(type: "")
            condition.isInDocument = false
            return condition
        }()

        /// A condition that no user meets.
        public static let nobody = Condition.field("", "eq", "nobody")

        /// A condition on a field of the user.
        ///
        /// - Parameters:
        ///   - name: The field.
        ///   - operator: The name of the operator.
        ///   - target: What it compares with.
        /// - Returns: The condition.
        public static func field(_ name: String, _ operator: String, _ target: Value) -> Condition {
            Condition(type: "user_field", operator: `operator`, target: target, field: name)
        }

        /// A condition that users meet who pass a gate.
        ///
        /// - Parameter name: The gate's name; any value, since documents may have any.
        /// - Returns: The condition.
        public static func gate(_ name: Value) -> Condition { Condition(type: "pass_gate", target: name) }

        /// A condition that users meet who don't pass a gate.
        ///
        /// - Parameter name: The gate's name; any value, since documents may have any.
        /// - Returns: The condition.
        public static func notGate(_ name: Value) -> Condition { Condition(type: "fail_gate", target: name) }

        /// A condition on the user's unit.
        ///
        /// - Parameters:
        ///   - idType: The unit type.
        ///   - operator: The name of the operator.
        ///   - target: What it compares with.
        /// - Returns: The condition.
        public static func unit(_ idType: String, _ operator: String, _ target: Value) -> Condition {
            Condition(type: "unit_id", operator: `operator`, target: target, idType: idType)
        }

        /// A condition on the user's bucket.
        ///
        /// - Parameters:
        ///   - operator: The name of the operator.
        ///   - target: What it compares with.
        ///   - salt: The salt of the bucket's hash.
        /// - Returns: The condition.
        public static func bucket(_ operator: String, _ target: Value, salt: String? = nil) -> Condition {
            Condition(type: "user_bucket", operator: `operator`, target: target, salt: salt)
        }

        /// A condition on the environment.
        ///
        /// - Parameters:
        ///   - field: The field of the environment.
        ///   - operator: The name of the operator.
        ///   - target: What it compares with.
        /// - Returns: The condition.
        public static func environment(_ field: String, _ operator: String, _ target: Value) -> Condition {
            Condition(type: "environment_field", operator: `operator`, target: target, field: field)
        }

        /// A condition on the current time.
        ///
        /// - Parameters:
        ///   - operator: The name of the operator.
        ///   - target: What it compares with.
        /// - Returns: The condition.
        public static func time(_ operator: String, _ target: Value) -> Condition {
            Condition(type: "current_time", operator: `operator`, target: target)
        }

        /// A condition on the user's group of an experiment.
        ///
        /// - Parameters:
        ///   - experiment: The experiment, `nil` for a condition without one.
        ///   - operator: The name of the operator.
        ///   - target: What it compares with.
        /// - Returns: The condition.
        public static func group(of experiment: String?, _ operator: String, _ target: Value) -> Condition {
            Condition(type: "experiment_group", operator: `operator`, target: target, field: experiment)
        }

        var json: Value {
            var object: Object = ["type": .string(type), "idType": .string(idType), "targetValue": target]
            if let operatorName { object["operator"] = .string(operatorName) }
            if let field { object["field"] = .string(field) }
            if let salt { object["additionalValues"] = ["salt": .string(salt)] }
            return .object(object)
        }
    }
}
