// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

extension SpecRenderer {
    /// A gate: overrides, holdouts, rules.
    func gate(_ resource: Resource) -> SpecContent {
        let refusals = covering(resource).map { holdout in
            RuleContent(
                id: holdout.associationID, returnValue: true, idType: resource.idType,
                conditions: [DocumentCondition.isHeldOut(by: holdout.id, resource.idType)], isRefusal: true)
        }
        let rules = overrides(resource) + refusals + authored(resource) { _ in true }
        let v2: SpecContent.Form
        let v1: SpecContent.Form
        switch resource.text("status") {
        case "Launched":
            v2 = .init(isEnabled: false, defaultValue: true, rules: refusals)
            // Older SDKs look no further where a gate isn't enabled.
            let launched = RuleContent(
                id: "disabled", returnValue: true, idType: resource.idType,
                conditions: [DocumentCondition.everyone(resource.idType, additional: .null)])
            v1 = .init(defaultValue: false, rules: refusals + [launched])
        case "Disabled":
            v2 = .init(isEnabled: false, defaultValue: false, rules: [])
            v1 = .init(isEnabled: false, defaultValue: false, rules: rules)
        default:
            v2 = .init(defaultValue: false, rules: rules)
            v1 = v2
        }
        return SpecContent(
            .gates, resource, kind: "feature_gate", targetApps: targetApps(of: resource), v2: v2, v1: v1)
    }

    /// A segment: a gate of a name that no gate has.
    func segment(_ resource: Resource) -> SpecContent {
        var spec = SpecContent(
            .gates, resource, name: "segment:\(resource.id)", kind: "segment", targetApps: [],
            v2: .init(defaultValue: false, rules: []))
        var rules: [RuleContent] = []
        if resource.text("type") == "rule_based" {
            rules = authored(resource) { _ in true }
        } else {
            let unit = resource.idType
            let ids = resource.members.texts("ids")
            let condition: Object
            if ids.count > SegmentIDs.mostInline {
                condition = DocumentCondition.condition(
                    "unit_id", "in_segment_list", .string(resource.id), field: nil, idType: unit)
                spec.idLists = [resource.id]
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

    /// A holdout: a gate that is true for those who are held out.
    func holdout(_ resource: Resource) -> SpecContent {
        let idType = resource.idType
        var rules = overrides(resource)
        let gate = resource.text("targetingGateID")
        if !gate.isEmpty {
            rules.append(
                RuleContent(
                    id: "targetingGate", returnValue: true, idType: idType,
                    conditions: [
                        DocumentCondition.condition(
                            "fail_gate", "any", .string(gate), additional: .null, idType: idType)
                    ], isRefusal: true))
        }
        let isEnabled = resource.members.flag("isEnabled")
        rules.append(
            RuleContent(
                id: resource.text("ruleID"),
                passPercentage: isEnabled ? resource.members.number("passPercentage") ?? 0 : 0,
                returnValue: true, salt: resource.text("baseID"), idType: idType,
                conditions: [DocumentCondition.everyone(idType, additional: .null)]))
        return SpecContent(
            .gates, resource, kind: "holdout", targetApps: [], v2: .init(defaultValue: false, rules: rules))
    }

    // MARK: - Rules

    /// The rules that people have written.
    func authored(_ resource: Resource, _ returnValue: (Rule) -> Value) -> [RuleContent] {
        resource.members.objects("rules").map(Rule.init).flatMap { rule -> [RuleContent] in
            let environments = rule.environments.map { [DocumentCondition.environments($0, resource.idType)] } ?? []
            let conditions = environments + rule.conditions.compactMap { $0.wire(idType: resource.idType) }
            let rendered = RuleContent(
                id: rule.id, groupName: rule.groupName, passPercentage: rule.passPercentage,
                returnValue: returnValue(rule), salt: rule.salt,
                idType: resource.idType, conditions: conditions)
            return rule.variants.isEmpty ? [rendered] : variants(rule, rendered)
        }
    }

    /// A rule for each variant: all pass the same units, and share them by buckets of their own.
    private func variants(_ rule: Rule, _ rendered: RuleContent) -> [RuleContent] {
        var sum = 0.0
        return rule.variants.map { variant in
            sum += variant.passPercentage
            var part = rendered
            part.id = variant.id
            part.groupName = variant.name
            part.returnValue = variant.returnValue
            part.conditions.append(
                DocumentCondition.buckets("lt", .number((sum * 10).rounded()), salt: rule.salt, rendered.idType))
            return part
        }
    }

    /// The rules for units that pass or fail whatever the others say, those of one environment first.
    private func overrides(_ resource: Resource) -> [RuleContent] {
        let overrides = resource.members.objects("overrides").map(UnitOverride.init)
        let ordered = overrides.filter { $0.environment != nil } + overrides.filter { $0.environment == nil }
        return ordered.flatMap { override -> [RuleContent] in
            func rule(_ verdict: String, _ ids: [String], _ percentage: Double) -> [RuleContent] {
                guard !ids.isEmpty else { return [] }
                let unit = override.unit == "userID" ? "" : "\(override.unit):"
                var conditions = [
                    override.unit == "userID"
                        ? DocumentCondition.ids(ids, unit: "userID", idType: resource.idType)
                        : DocumentCondition.condition(
                            "unit_id", "any", .strings(ids), field: .string(override.unit),
                            additional: ["custom_id": .string(override.unit)], idType: override.unit)
                ]
                if let environment = override.environment {
                    conditions.append(DocumentCondition.environments([environment], resource.idType))
                }
                return [
                    RuleContent(
                        id: "\(verdict):\(override.environment ?? "all"):\(unit)id_override",
                        passPercentage: percentage, returnValue: true, idType: resource.idType, conditions: conditions)
                ]
            }
            return rule("pass", override.passing, 100) + rule("fail", override.failing, 0)
        }
    }
}
