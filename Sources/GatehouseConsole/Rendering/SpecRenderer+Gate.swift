// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

extension SpecRenderer {
    /// Renders a gate: overrides, holdouts, rules.
    func gate(_ gate: Gate) -> SpecContent {
        let idType = gate.idType
        let refusals = holdouts(covering: gate.resource).map { holdout in
            RuleContent(
                id: holdout.associationID, returnValue: true, idType: idType,
                conditions: [DocumentCondition.isHeldOut(by: holdout.id, idType)], isRefusal: true)
        }
        let rules = overrides(gate.unitOverrides, idType) + refusals + authored(gate.resource) { _ in true }
        let v2: SpecContent.Form
        let v1: SpecContent.Form
        switch gate.status {
        case .launched:
            v2 = .init(isEnabled: false, defaultValue: true, rules: refusals)
            // Older SDKs look no further where a gate isn't enabled.
            let launched = RuleContent(
                id: "disabled", returnValue: true, idType: idType,
                conditions: [DocumentCondition.everyone(idType, additional: .null)])
            v1 = .init(defaultValue: false, rules: refusals + [launched])
        case .disabled:
            v2 = .init(isEnabled: false, defaultValue: false, rules: [])
            v1 = .init(isEnabled: false, defaultValue: false, rules: rules)
        case .inProgress, .archived:
            v2 = .init(defaultValue: false, rules: rules)
            v1 = v2
        }
        return SpecContent(
            .gates, gate.resource, kind: .gate, targetApps: project.targetAppIDs(of: gate.resource), v2: v2, v1: v1)
    }

    /// Renders a segment: a gate with a prefix in its name.
    func segment(_ segment: Segment) -> SpecContent {
        var spec = SpecContent(
            .gates, segment.resource, name: segment.documentName, kind: .segment, targetApps: [],
            v2: .init(defaultValue: false, rules: []))
        var rules: [RuleContent] = []
        if segment.kind == .ruleBased {
            rules = authored(segment.resource) { _ in true }
        } else {
            let unit = segment.idType
            let ids = segment.ids
            let condition: SpecCondition
            if ids.count > SpecRenderer.maximumInlineIDs {
                condition = DocumentCondition.condition(
                    "unit_id", "in_segment_list", .string(segment.id), field: nil, idType: unit)
                spec.idLists = [segment.id]
            } else {
                condition = DocumentCondition.condition(
                    "unit_id", "any", .strings(ids), field: .string(unit), additional: ["custom_id": .string(unit)],
                    idType: unit)
            }
            rules = [RuleContent(id: "id_list", returnValue: true, idType: unit, conditions: [condition])]
        }
        spec.v2.rules = rules
        spec.v1.rules = rules
        return spec
    }

    /// Renders a holdout: a gate that is true for held-out users.
    func holdout(_ holdout: Holdout) -> SpecContent {
        let idType = holdout.idType
        var rules = overrides(holdout.unitOverrides, idType)
        let gate = holdout.resource.targetingGateID
        if !gate.isEmpty {
            rules.append(
                RuleContent(
                    id: "targetingGate", returnValue: true, idType: idType,
                    conditions: [
                        DocumentCondition.condition(
                            "fail_gate", "any", .string(gate), additional: .null, idType: idType)
                    ], isRefusal: true))
        }
        rules.append(
            RuleContent(
                id: holdout.ruleID, passPercentage: holdout.isEnabled ? holdout.passPercentage : 0,
                returnValue: true, salt: holdout.baseID, idType: idType,
                conditions: [DocumentCondition.everyone(idType, additional: .null)]))
        return SpecContent(
            .gates, holdout.resource, kind: .holdout, targetApps: [], v2: .init(defaultValue: false, rules: rules))
    }

    // MARK: - Rules

    /// The authored rules of a resource.
    func authored(_ resource: Resource, _ returnValue: (Rule) -> Value) -> [RuleContent] {
        let idType = resource.idType
        return resource.rules.flatMap { rule -> [RuleContent] in
            let environments = rule.environmentNames.map { [DocumentCondition.environments($0, idType)] } ?? []
            let conditions = environments + rule.conditions.compactMap { $0.rendered(idType: idType) }
            let rendered = RuleContent(
                id: rule.id ?? "", groupName: rule.groupName, passPercentage: rule.passPercentage,
                returnValue: returnValue(rule), salt: rule.salt ?? "",
                idType: idType, conditions: conditions)
            return rule.variants.isEmpty ? [rendered] : variants(rule, rendered)
        }
    }

    /// A rule for each variant: all pass the same units, and share them by buckets of their own.
    private func variants(_ rule: Rule, _ rendered: RuleContent) -> [RuleContent] {
        var sum = 0.0
        return rule.variants.map { variant in
            sum += variant.passPercentage
            var part = rendered
            part.id = variant.id ?? ""
            part.groupName = variant.name
            part.returnValue = variant.returnValue ?? rule.returnValue ?? [:]
            part.conditions.append(
                DocumentCondition.buckets("lt", .number((sum * 10).rounded()), salt: rule.salt ?? "", rendered.idType))
            return part
        }
    }

    /// The rules for units that pass or fail whatever the others say, those of one environment first.
    private func overrides(_ overrides: [UnitOverride], _ idType: String) -> [RuleContent] {
        let ordered = overrides.filter { $0.environment != nil } + overrides.filter { $0.environment == nil }
        return ordered.flatMap { override -> [RuleContent] in
            func rule(_ verdict: String, _ ids: [String], _ percentage: Double) -> [RuleContent] {
                guard !ids.isEmpty else { return [] }
                let unit = override.unit == "userID" ? "" : "\(override.unit):"
                var conditions = [
                    override.unit == "userID"
                        ? DocumentCondition.ids(ids, unit: "userID", idType: idType)
                        : DocumentCondition.condition(
                            "unit_id", "any", .strings(ids), field: .string(override.unit),
                            additional: ["custom_id": .string(override.unit)], idType: override.unit)
                ]
                if let environment = override.environment {
                    conditions.append(DocumentCondition.environments([environment], idType))
                }
                return [
                    RuleContent(
                        id: "\(verdict):\(override.environment ?? "all"):\(unit)id_override",
                        passPercentage: percentage, returnValue: true, idType: idType, conditions: conditions)
                ]
            }
            return rule("pass", override.passing, 100) + rule("fail", override.failing, 0)
        }
    }
}
