// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

extension Compilation {
    /// A dynamic config: its rules, each with a value.
    func config(_ entity: Entity) -> CompiledSpec {
        let isEnabled = entity.members.flag("isEnabled")
        let rules = authored(entity, \.returnValue)
        let value = entity["defaultValue"] ?? [:]
        return CompiledSpec(
            .configs, entity, kind: "dynamic_config", targetApps: targetApps(of: entity),
            newer: .init(isEnabled: isEnabled, defaultValue: value, rules: isEnabled ? rules : []),
            older: .init(isEnabled: isEnabled, defaultValue: value, rules: rules))
    }

    /// An autotune: until it starts everyone has nothing, then variants share users by buckets.
    func autotune(_ entity: Entity) -> CompiledSpec {
        let idType = entity.idType
        let variants = entity.members.objects("variants")
        var rules: [CompiledRule] = []
        if entity.members.flag("isStarted") {
            let decided = variants.filter { $0.text("id") == entity.text("launchedVariantID") }
            let shared = decided.isEmpty ? variants : decided
            let weights = shared.map { decided.isEmpty ? $0.number("size") ?? 100 / Double(variants.count) : 100 }
            var sum = 0.0
            for (variant, weight) in zip(shared, weights) {
                sum += weight
                let isLast = variant.text("id") == shared.last?.text("id")
                let id = variant.text("id")
                rules.append(
                    CompiledRule(
                        id: id, groupName: variant.text("name"), returnValue: variant["json"] ?? [:], salt: id,
                        idType: idType,
                        conditions: [
                            Wire.buckets(
                                "lt", isLast ? 1000 : .number((sum * 10).rounded()), salt: entity.salt, idType)
                        ]))
            }
        } else {
            rules = [
                CompiledRule(
                    id: "prestart", returnValue: [:], idType: idType, conditions: [Wire.everyone(idType)])
            ]
        }
        var spec = CompiledSpec(
            .configs, entity, kind: "autotune", targetApps: targetApps(of: entity),
            newer: .init(defaultValue: [:], rules: rules))
        spec.extra["isActive"] = .bool(entity.members.flag("isStarted") && entity.text("launchedVariantID").isEmpty)
        return spec
    }
}
