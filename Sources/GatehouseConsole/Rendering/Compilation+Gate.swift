// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

extension Compilation {
    /// A gate: overrides, holdouts, rules.
    func gate(_ entity: Entity) -> CompiledSpec {
        let refusals = covering(entity).map { holdout in
            CompiledRule(
                id: holdout.associationID, returnValue: true, idType: entity.idType,
                conditions: [Wire.isHeldOut(by: holdout.id, entity.idType)], isRefusal: true)
        }
        let rules = overrides(entity) + refusals + authored(entity) { _ in true }
        let newer: CompiledSpec.Form
        let older: CompiledSpec.Form
        switch entity.text("status") {
        case "Launched":
            newer = .init(isEnabled: false, defaultValue: true, rules: refusals)
            // Older SDKs look no further where a gate isn't enabled.
            let launched = CompiledRule(
                id: "disabled", returnValue: true, idType: entity.idType,
                conditions: [Wire.everyone(entity.idType, additional: .null)])
            older = .init(defaultValue: false, rules: refusals + [launched])
        case "Disabled":
            newer = .init(isEnabled: false, defaultValue: false, rules: [])
            older = .init(isEnabled: false, defaultValue: false, rules: rules)
        default:
            newer = .init(defaultValue: false, rules: rules)
            older = newer
        }
        return CompiledSpec(
            .gates, entity, kind: "feature_gate", targetApps: targetApps(of: entity), newer: newer, older: older)
    }

    /// A segment: a gate of a name that no gate has.
    func segment(_ entity: Entity) -> CompiledSpec {
        var spec = CompiledSpec(
            .gates, entity, name: "segment:\(entity.id)", kind: "segment", targetApps: [],
            newer: .init(defaultValue: false, rules: []))
        var rules: [CompiledRule] = []
        if entity.text("type") == "rule_based" {
            rules = authored(entity) { _ in true }
        } else {
            let unit = entity.idType
            let ids = entity.members.texts("ids")
            let condition: Object
            if ids.count > SegmentIDs.mostInline {
                condition = Wire.condition("unit_id", "in_segment_list", .string(entity.id), field: nil, idType: unit)
                spec.idLists = [entity.id]
            } else {
                condition = Wire.condition(
                    "unit_id", "any", .strings(ids), field: .string(unit), additional: ["custom_id": .string(unit)],
                    idType: unit)
            }
            rules = [CompiledRule(id: "id_list", returnValue: true, idType: unit, conditions: [condition])]
        }
        spec.newer.rules = rules
        spec.older.rules = rules
        return spec
    }

    /// A holdout: a gate that is true for those who are held out.
    func holdout(_ entity: Entity) -> CompiledSpec {
        let idType = entity.idType
        var rules = overrides(entity)
        let gate = entity.text("targetingGateID")
        if !gate.isEmpty {
            rules.append(
                CompiledRule(
                    id: "targetingGate", returnValue: true, idType: idType,
                    conditions: [
                        Wire.condition("fail_gate", "any", .string(gate), additional: .null, idType: idType)
                    ], isRefusal: true))
        }
        let isEnabled = entity.members.flag("isEnabled")
        rules.append(
            CompiledRule(
                id: entity.text("ruleID"), passPercentage: isEnabled ? entity.members.number("passPercentage") ?? 0 : 0,
                returnValue: true, salt: entity.text("baseID"), idType: idType,
                conditions: [Wire.everyone(idType, additional: .null)]))
        return CompiledSpec(
            .gates, entity, kind: "holdout", targetApps: [], newer: .init(defaultValue: false, rules: rules))
    }

    // MARK: - Rules

    /// The rules that people have written.
    func authored(_ entity: Entity, _ returnValue: (Rule) -> Value) -> [CompiledRule] {
        entity.members.objects("rules").map(Rule.init).flatMap { rule -> [CompiledRule] in
            let environments = rule.environments.map { [Wire.environments($0, entity.idType)] } ?? []
            let conditions = environments + rule.conditions.compactMap { $0.wire(idType: entity.idType) }
            let compiled = CompiledRule(
                id: rule.id, groupName: rule.groupName, passPercentage: rule.passPercentage,
                returnValue: returnValue(rule), salt: rule.salt,
                idType: entity.idType, conditions: conditions)
            return rule.variants.isEmpty ? [compiled] : variants(rule, compiled)
        }
    }

    /// A rule for each variant: all pass the same units, and share them by buckets of their own.
    private func variants(_ rule: Rule, _ compiled: CompiledRule) -> [CompiledRule] {
        var sum = 0.0
        return rule.variants.map { variant in
            sum += variant.passPercentage
            var part = compiled
            part.id = variant.id
            part.groupName = variant.name
            part.returnValue = variant.returnValue
            part.conditions.append(
                Wire.buckets("lt", .number((sum * 10).rounded()), salt: rule.salt, compiled.idType))
            return part
        }
    }

    /// The rules for units that pass or fail whatever the others say, those of one environment first.
    private func overrides(_ entity: Entity) -> [CompiledRule] {
        let overrides = entity.members.objects("overrides").map(UnitOverride.init)
        let ordered = overrides.filter { $0.environment != nil } + overrides.filter { $0.environment == nil }
        return ordered.flatMap { override -> [CompiledRule] in
            func rule(_ verdict: String, _ ids: [String], _ percentage: Double) -> [CompiledRule] {
                guard !ids.isEmpty else { return [] }
                let unit = override.unit == "userID" ? "" : "\(override.unit):"
                var conditions = [
                    override.unit == "userID"
                        ? Wire.ids(ids, unit: "userID", idType: entity.idType)
                        : Wire.condition(
                            "unit_id", "any", .strings(ids), field: .string(override.unit),
                            additional: ["custom_id": .string(override.unit)], idType: override.unit)
                ]
                if let environment = override.environment {
                    conditions.append(Wire.environments([environment], entity.idType))
                }
                return [
                    CompiledRule(
                        id: "\(verdict):\(override.environment ?? "all"):\(unit)id_override",
                        passPercentage: percentage, returnValue: true, idType: entity.idType, conditions: conditions)
                ]
            }
            return rule("pass", override.passing, 100) + rule("fail", override.failing, 0)
        }
    }
}
