// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

extension DocumentTree {
    /// Leaves out what a key isn't meant to see: specs of other apps, rules of other environments.
    mutating func restrict(to view: KeyView) {
        guard view.isRestricted else { return }
        restrictApps(to: Set(view.apps))
        restrictEnvironments(to: Set(view.environments.map { $0.lowercased() }))
        dropUnused()
    }

    // MARK: - Apps

    private mutating func restrictApps(to apps: Set<String>) {
        guard !apps.isEmpty else { return }
        func isVisible(_ spec: Object) -> Bool {
            (spec["targetAppIDs"]?.array ?? []).contains { $0.string.map(apps.contains) ?? false }
        }
        let gates = needed(by: isVisible)
        for (section, list) in specs {
            specs[section] = list.filter { spec in
                isVisible(spec.members) || section == .gates && gates.contains(spec.name)
            }
        }
        for name in ["param_stores", "cmab_configs"] {
            guard let stores = members[name]?.object else { continue }
            members[name] = .object(Object(distinct: stores.filter { $0.value.object.map(isVisible) ?? false }))
        }
    }

    /// The segments and holdouts that visible specs ask, directly or through one another.
    ///
    /// They belong to no app, and without them what is visible would answer otherwise.
    private func needed(by isVisible: (Object) -> Bool) -> Set<String> {
        let shared = sharedConditions
        var helpers: [String: Spec] = [:]
        for gate in specs[.gates] ?? [] where gate.kind == .segment || gate.kind == .holdout {
            helpers[gate.name] = gate
        }
        var pending = specs.values.joined().filter { isVisible($0.members) }
        var found: Set<String> = []
        while let spec = pending.popLast() {
            for name in gates(askedBy: spec, shared) {
                guard let helper = helpers[name], found.insert(name).inserted else { continue }
                pending.append(helper)
            }
        }
        return found
    }

    private func gates(askedBy spec: Spec, _ shared: [String: Value]) -> [String] {
        spec.rules.compactMap(\.object).flatMap { conditions(of: $0, shared) }.flatMap { condition -> [String] in
            switch condition["type"]?.string?.lowercased() {
            case "pass_gate", "fail_gate", "multi_pass_gate", "multi_fail_gate":
                let target = condition["targetValue"] ?? .null
                return target.string.map { [$0] } ?? (target.array ?? []).compactMap(\.string)
            default: return []
            }
        }
    }

    // MARK: - Environments

    /// Drops rules that can't hold in any of the environments.
    private mutating func restrictEnvironments(to environments: Set<String>) {
        guard !environments.isEmpty else { return }
        let shared = sharedConditions
        let tree = self
        mapRules { _, _, rule in
            tree.conditions(of: rule, shared).allSatisfy { DocumentTree.canHold($0, in: environments) } ? rule : nil
        }
    }

    private static func canHold(_ condition: Object, in environments: Set<String>) -> Bool {
        guard condition["type"]?.string?.lowercased() == "environment_field" else { return true }
        let target = condition["targetValue"] ?? .null
        let named = Set(
            (target.string.map { [$0] } ?? (target.array ?? []).compactMap(\.string)).map { $0.lowercased() })
        switch condition["operator"]?.string?.lowercased() {
        case "any": return !named.isDisjoint(with: environments)
        case "none": return !environments.isSubset(of: named)
        default: return true
        }
    }

    // MARK: - What nothing refers to any more

    private mutating func dropUnused() {
        let configs = Set((specs[.configs] ?? []).map(\.name))
        let layers = Set((specs[.layers] ?? []).map(\.name))
        dropMappings(except: configs)
        if let experiments = members["experiment_to_layer"]?.object {
            let kept = experiments.filter { configs.contains($0.name) && layers.contains($0.value.string ?? "") }
            members["experiment_to_layer"] = .object(Object(distinct: kept))
        }
        if let index = members["layers"]?.object {
            let kept = index.filter { layers.contains($0.name) }.map { layer in
                (layer.name, Value.array((layer.value.array ?? []).filter { configs.contains($0.string ?? "") }))
            }
            members["layers"] = .object(Object(distinct: kept))
        }
        var used: Set<String> = []
        for rule in allRules {
            for condition in rule["conditions"]?.array ?? [] {
                if let id = condition.string { used.insert(id) }
            }
        }
        conditions.removeAll { !used.contains($0.id) }
        if let lists = members["id_lists"]?.object {
            let needed = idListNames
            members["id_lists"] = .object(Object(distinct: lists.filter { needed.contains($0.name) }))
        }
    }

    /// Config mappings of configs that are gone, and the rules that only those use.
    private mutating func dropMappings(except configs: Set<String>) {
        guard let mappings = members["overrides"]?.object else { return }
        let kept = mappings.filter { configs.contains($0.name) }
        members["overrides"] = .object(Object(distinct: kept))
        guard let rules = members["override_rules"]?.object else { return }
        let used = Set(
            kept.flatMap { $0.value.array ?? [] }.flatMap { $0.object?["rules"]?.array ?? [] }
                .compactMap { $0.object?["rule_name"]?.string })
        members["override_rules"] = .object(Object(distinct: rules.filter { used.contains($0.name) }))
    }

    private var allRules: [Object] {
        specs.values.joined().flatMap(\.rules).compactMap(\.object)
            + (members["override_rules"]?.object ?? [:]).compactMap(\.value.object)
    }

    /// The ID lists that rules ask.
    var idListNames: Set<String> {
        let shared = sharedConditions
        let asked = allRules.flatMap { conditions(of: $0, shared) }.filter { condition in
            ["in_segment_list", "not_in_segment_list"].contains(condition["operator"]?.string?.lowercased() ?? "")
        }
        return Set(asked.compactMap { $0["targetValue"]?.string })
    }
}
