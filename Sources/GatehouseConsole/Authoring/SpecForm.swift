// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A spec reduced to the members that evaluations depend on, to tell whether two specs give the same answers.
enum SpecForm {
    static func reduced(_ spec: Object, _ conditions: [String: Value]) -> Value {
        let fields = SpecMembers.members
        let ignored: Set<String> = [fields.rules.name, fields.version.name, fields.isDeviceBased.name, "name"]
        var form = SpecMembers(
            Object(distinct: spec.filter { !ignored.contains($0.name) && $0.value != .null }))
        let isGate = form.type == SpecKind.gate.rawValue
        if (form.targetApps ?? []).isEmpty { form.targetApps = nil }
        form.explicitParameters = (form.explicitParameters ?? []).sorted()
        form.rules = SpecMembers(spec).rules.map { rule in
            var reduced = DocumentRule(
                Object(
                    distinct: rule.object.filter {
                        $0.value != .null && $0.value != false || $0.name == DocumentRule.members.returnValue.name
                    }))
            // Labels only; a gate's rules have no groups either.
            reduced.isDeviceBased = nil
            reduced.name = nil
            if isGate { reduced.groupName = nil }
            reduced.passPercentage = rule.passPercentage ?? 0
            reduced.conditions = rule.conditions.map { condition in
                let object = condition.string.flatMap { conditions[$0]?.object } ?? condition.object ?? [:]
                return .object(self.reduced(SpecCondition(object)))
            }
            return reduced
        }
        return .object(form.object)
    }

    private static func reduced(_ condition: SpecCondition) -> Object {
        let fields = SpecCondition.members
        if condition.kind == .everyone { return [fields.type.name: .string(condition.type)] }
        var form = Object(
            distinct: condition.object.filter {
                $0.value != .null && $0.name != fields.additionalValues.name && $0.name != fields.isDeviceBased.name
            })
        switch condition.kind {
        case .bucket:
            form[AdditionalValues.members.salt.name] = condition.additional.salt
            // A map of buckets has no order.
            if let set = condition.target.object { form[fields.target.name] = .strings(set.map(\.name).sorted()) }
        case .passesGate, .failsGate, .passesGates, .failsGates: form[fields.comparison.name] = nil
        case .unitID: form[fields.field.name] = nil
        default: break
        }
        return form
    }
}

extension Condition {
    private static let userFields: [String: ConditionType] = [
        "userID": .userID, "email": .email, "ip": .ipAddress, "locale": .locale, "appVersion": .appVersion,
        "device_model": .deviceModel,
    ]

    /// The condition of a document as authored, `nil` if requests can't express it.
    init?(imported condition: SpecCondition) {
        self.init([:])
        guard let kind = condition.kind, let type = Condition.type(of: condition, kind) else { return nil }
        self.type = type.rawValue
        switch type {
        case .everyone: return
        case .passesGate, .failsGate, .passesSegment, .failsSegment:
            guard let gate = condition.target.string else { return nil }
            self.target = .string(Segment.id(inName: gate) ?? gate)
            return
        case .customField: self.field = condition.field?.string ?? ""
        case .unitID: self.customID = condition.idType
        default: break
        }
        let name = condition.comparison ?? ""
        if condition.has(\.target), condition.target == .null, name == "eq" || name == "neq" {
            self.comparison = (name == "eq" ? Comparison.isNull : .isNotNull).rawValue
        } else {
            guard Comparison(rawValue: name) != nil else { return nil }
            self.comparison = name
            setRaw(\.target, condition.raw(\.target))
        }
    }

    private static func type(of condition: SpecCondition, _ kind: SpecCondition.Kind) -> ConditionType? {
        let field = condition.field?.string ?? ""
        let asksSegment = condition.target.string.flatMap(Segment.id(inName:)) != nil
        return switch kind {
        case .everyone: .everyone
        case .passesGate: asksSegment ? .passesSegment : .passesGate
        case .failsGate: asksSegment ? .failsSegment : .failsGate
        case .userField: condition.additional.customField == nil ? userFields[field] ?? .customField : .customField
        case .ipBased: field == "country" ? .country : nil
        case .userAgentBased: ConditionType(rawValue: field)
        case .environment: field == "tier" ? .environmentTier : nil
        case .time: .time
        case .targetApp: .targetApp
        case .unitID: .unitID
        case .passesGates, .failsGates, .bucket: nil
        }
    }
}
