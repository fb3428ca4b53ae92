// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

extension Condition {
    /// The condition as documents have it, `nil` for a type that they don't have.
    func wire(idType: String) -> Object? {
        guard let type = ConditionType(rawValue: type) else { return nil }
        let (wireType, field) = type.wire
        switch type {
        case .everyone: return Wire.everyone(idType)
        case .passesGate, .failsGate:
            return Wire.condition(wireType, nil, .string(texts.first ?? ""), idType: idType)
        case .passesSegment, .failsSegment:
            return Wire.condition(wireType, nil, .string("segment:\(texts.first ?? "")"), idType: idType)
        default: break
        }
        // Where nothing is said, only equality makes sense.
        let comparison = Comparison(rawValue: comparison) ?? .any
        var additional: Object = [:]
        var fieldValue = field.map(Value.string) ?? .null
        var unit = idType
        if type == .customField {
            additional["custom_field"] = .string(self.field)
            fieldValue = .string(self.field)
        } else if type == .unitID {
            additional["custom_id"] = .string(customID)
            fieldValue = .string(customID)
            unit = customID
        }
        return Wire.condition(
            wireType, comparison.wire, wireTarget(comparison), field: fieldValue, additional: .object(additional),
            idType: unit)
    }

    private func wireTarget(_ comparison: Comparison) -> Value {
        switch comparison.target {
        case .list: .strings(texts)
        case .text: .string(texts.first ?? "")
        case .number: numbers.first.map(Value.number) ?? .null
        case .time: numbers.first.map { .number($0.rounded()) } ?? .null
        case .nothing: .null
        }
    }

    /// The targets as numbers; those that aren't any are left out.
    var numbers: [Double] {
        (target.array ?? [target]).compactMap { $0.double ?? $0.string.flatMap { Double($0) } }.filter(\.isFinite)
    }
}
