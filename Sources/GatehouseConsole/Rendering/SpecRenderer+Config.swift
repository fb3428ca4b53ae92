// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

extension SpecRenderer {
    /// Renders a dynamic config: its rules, each with a value.
    func config(_ config: DynamicConfig) -> SpecContent {
        let isEnabled = config.isEnabled
        let rules = authored(config.resource) { $0.returnValue ?? [:] }
        let value = config.defaultValue
        return SpecContent(
            .configs, config.resource, kind: .dynamicConfig, targetApps: project.targetAppIDs(of: config.resource),
            v2: .init(isEnabled: isEnabled, defaultValue: value, rules: isEnabled ? rules : []),
            v1: .init(isEnabled: isEnabled, defaultValue: value, rules: rules))
    }

    /// Renders an autotune: before the start all users have the empty value, then variants share users by buckets.
    func autotune(_ autotune: Autotune) -> SpecContent {
        let idType = autotune.idType
        let variants = autotune.variants
        let launchedID = autotune.launchedVariantID ?? ""
        var rules: [RuleContent] = []
        if autotune.isStarted {
            let decided = variants.filter { $0.id == launchedID }
            let shared = decided.isEmpty ? variants : decided
            var sum = 0.0
            for (index, variant) in shared.enumerated() {
                sum += decided.isEmpty ? variant.size ?? 100 / Double(variants.count) : 100
                let isLast = index == shared.count - 1
                rules.append(
                    RuleContent(
                        id: variant.id, groupName: variant.name, returnValue: variant.value, salt: variant.id,
                        idType: idType,
                        conditions: [
                            DocumentCondition.buckets(
                                "lt", isLast ? 1000 : .number((sum * 10).rounded()), salt: autotune.salt, idType)
                        ]))
            }
        } else {
            rules = [
                RuleContent(
                    id: "prestart", returnValue: [:], idType: idType,
                    conditions: [DocumentCondition.everyone(idType)])
            ]
        }
        var spec = SpecContent(
            .configs, autotune.resource, kind: .autotune, targetApps: project.targetAppIDs(of: autotune.resource),
            v2: .init(defaultValue: [:], rules: rules))
        spec.isActive = autotune.isStarted && launchedID.isEmpty
        return spec
    }
}
