// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Conditions as documents have them, their members in the order that their IDs are made of.
///
/// Bucket sets are arrays here, as in format v1.
enum DocumentCondition {
    static func condition(
        _ type: String, _ operation: String?, _ target: Value, field: Value? = .null, additional: Value = [:],
        idType: String
    ) -> SpecCondition {
        var condition = SpecCondition([:])
        condition.type = type
        condition.target = target
        condition.comparison = operation
        condition.field = field
        condition.additionalValues = additional
        condition.idType = idType
        return condition
    }

    static func everyone(_ idType: String, additional: Value = [:]) -> SpecCondition {
        condition("public", nil, .null, additional: additional, idType: idType)
    }

    static func ids(_ ids: [String], unit: String, idType: String) -> SpecCondition {
        unit == "userID"
            ? condition("user_field", "any", .strings(ids), field: "userID", idType: idType)
            : condition("unit_id", "any", .strings(ids), field: nil, idType: unit)
    }

    static func environments(_ names: [String], isIn: Bool = true, _ idType: String) -> SpecCondition {
        condition("environment_field", isIn ? "any" : "none", .strings(names), field: "tier", idType: idType)
    }

    static func passes(_ gate: String, _ idType: String) -> SpecCondition {
        condition("pass_gate", nil, .string(gate), idType: idType)
    }

    static func fails(_ gate: String, _ idType: String) -> SpecCondition {
        condition("fail_gate", nil, .string(gate), idType: idType)
    }

    static func isHeldOut(by holdout: String, _ idType: String) -> SpecCondition {
        condition("pass_gate", "any", .string(holdout), additional: .null, idType: idType)
    }

    static func buckets(_ operation: String, _ target: Value, salt: String, _ idType: String) -> SpecCondition {
        condition("user_bucket", operation, target, additional: ["salt": .string(salt)], idType: idType)
    }

    static func integers(_ numbers: [Int]) -> Value { .array(numbers.map { .integer(Int64($0)) }) }
}

extension Condition {
    /// The condition as documents have it, `nil` for a type that they don't have.
    func rendered(idType: String) -> SpecCondition? {
        guard let type = ConditionType(rawValue: self.type) else { return nil }
        let (documentType, field) = type.documentForm
        switch type {
        case .everyone: return DocumentCondition.everyone(idType)
        case .passesGate, .failsGate:
            return DocumentCondition.condition(documentType, nil, .string(texts.first ?? ""), idType: idType)
        case .passesSegment, .failsSegment:
            return DocumentCondition.condition(
                documentType, nil, .string(Segment.namePrefix + (texts.first ?? "")), idType: idType)
        default: break
        }
        // Without an operator only equality makes sense.
        let comparison = Comparison(rawValue: self.comparison) ?? .any
        var additional = AdditionalValues([:])
        var fieldValue = field.map(Value.string) ?? .null
        var unit = idType
        if type == .customField {
            fieldValue = .string(self.field)
            additional.customField = fieldValue
        } else if type == .unitID {
            unit = self.customID
            fieldValue = .string(unit)
            additional.customID = fieldValue
        }
        return DocumentCondition.condition(
            documentType, comparison.documentName, target(comparison), field: fieldValue,
            additional: .object(additional.object), idType: unit)
    }

    private func target(_ comparison: Comparison) -> Value {
        switch comparison.target {
        case .list: .strings(texts)
        case .text: .string(texts.first ?? "")
        case .number: numbers.first.map(Value.number) ?? .null
        case .time: numbers.first.map { .number($0.rounded()) } ?? .null
        case .nothing: .null
        }
    }
}
