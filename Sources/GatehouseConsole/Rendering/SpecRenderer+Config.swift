// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

extension SpecRenderer {
    /// A dynamic config: its rules, each with a value.
    func config(_ resource: Resource) -> SpecContent {
        let isEnabled = resource.members.flag("isEnabled")
        let rules = authored(resource, \.returnValue)
        let value = resource["defaultValue"] ?? [:]
        return SpecContent(
            .configs, resource, kind: "dynamic_config", targetApps: targetApps(of: resource),
            v2: .init(isEnabled: isEnabled, defaultValue: value, rules: isEnabled ? rules : []),
            v1: .init(isEnabled: isEnabled, defaultValue: value, rules: rules))
    }

    /// An autotune: until it starts everyone has nothing, then variants share users by buckets.
    func autotune(_ resource: Resource) -> SpecContent {
        let idType = resource.idType
        let variants = resource.members.objects("variants")
        var rules: [RuleContent] = []
        if resource.members.flag("isStarted") {
            let decided = variants.filter { $0.text("id") == resource.text("launchedVariantID") }
            let shared = decided.isEmpty ? variants : decided
            let weights = shared.map { decided.isEmpty ? $0.number("size") ?? 100 / Double(variants.count) : 100 }
            var sum = 0.0
            for (variant, weight) in zip(shared, weights) {
                sum += weight
                let isLast = variant.text("id") == shared.last?.text("id")
                let id = variant.text("id")
                rules.append(
                    RuleContent(
                        id: id, groupName: variant.text("name"), returnValue: variant["json"] ?? [:], salt: id,
                        idType: idType,
                        conditions: [
                            DocumentCondition.buckets(
                                "lt", isLast ? 1000 : .number((sum * 10).rounded()), salt: resource.salt, idType)
                        ]))
            }
        } else {
            rules = [
                RuleContent(
                    id: "prestart", returnValue: [:], idType: idType, conditions: [DocumentCondition.everyone(idType)])
            ]
        }
        var spec = SpecContent(
            .configs, resource, kind: "autotune", targetApps: targetApps(of: resource),
            v2: .init(defaultValue: [:], rules: rules))
        spec.extra["isActive"] = .bool(resource.members.flag("isStarted") && resource.text("launchedVariantID").isEmpty)
        return spec
    }
}
