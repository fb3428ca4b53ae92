// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

extension DocumentTree {
    /// Removes specs of other apps and rules of other environments than those that a key may see.
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
            (SpecMembers.members.targetApps.value(in: spec) ?? []).contains { apps.contains($0) }
        }
        let gates = needed(by: isVisible)
        for (section, list) in specs {
            specs[section] = list.filter { spec in
                isVisible(spec.members) || section == .gates && gates.contains(spec.name)
            }
        }
        for index in [DocumentMembers.members.parameterStores, DocumentMembers.members.autotunes] {
            guard let stores = index.value(in: members.object) else { continue }
            let visible = stores.filter { $0.value.object.map(isVisible) ?? false }
            index.set(Object(distinct: visible), in: &members.object)
        }
    }

    /// The segments and holdouts that visible specs ask, directly or through one another.
    ///
    /// They belong to no app, and without them the visible specs would answer otherwise.
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
        spec.rules.flatMap { conditions(of: $0, shared) }.flatMap { condition -> [String] in
            switch condition.kindIgnoringCase {
            case .passesGate, .failsGate, .passesGates, .failsGates:
                condition.target.string.map { [$0] } ?? condition.texts
            default: []
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

    private static func canHold(_ condition: SpecCondition, in environments: Set<String>) -> Bool {
        guard condition.kindIgnoringCase == .environment else { return true }
        let target = condition.target
        let named = Set((target.string.map { [$0] } ?? condition.texts).map { $0.lowercased() })
        switch condition.comparison?.lowercased() {
        case Comparison.any.rawValue: return !named.isDisjoint(with: environments)
        case Comparison.none.rawValue: return !environments.isSubset(of: named)
        default: return true
        }
    }

    // MARK: - Parts that nothing refers to

    private mutating func dropUnused() {
        let configs = Set((specs[.configs] ?? []).map(\.name))
        let layers = Set((specs[.layers] ?? []).map(\.name))
        dropMappings(except: configs)
        if let experiments = members.experimentLayers {
            let kept = experiments.filter { configs.contains($0.name) && layers.contains($0.value.string ?? "") }
            members.experimentLayers = Object(distinct: kept)
        }
        if let index = members.layers {
            let kept = index.filter { layers.contains($0.name) }.map { layer in
                (layer.name, Value.array((layer.value.array ?? []).filter { configs.contains($0.string ?? "") }))
            }
            members.layers = Object(distinct: kept)
        }
        let used = Set(allRules.flatMap { $0.conditions.compactMap(\.string) })
        conditions.removeAll { !used.contains($0.id) }
        if let lists = members.idLists {
            let needed = idListNames
            members.idLists = Object(distinct: lists.filter { needed.contains($0.name) })
        }
    }

    /// Drops mappings of configs that are gone, and the rules that only those name.
    private mutating func dropMappings(except configs: Set<String>) {
        guard let mappings = members.mappings else { return }
        let kept = mappings.filter { configs.contains($0.name) }
        members.mappings = Object(distinct: kept)
        guard let rules = members.mappingRules else { return }
        let used = Set(kept.flatMap { $0.value.array ?? [] }.flatMap(DocumentTree.ruleNames))
        members.mappingRules = Object(distinct: rules.filter { used.contains($0.name) })
    }

    private static let mappedRules = Member<[Object]>("rules", default: [])
    private static let mappedRuleName = Member<String?>("rule_name")

    /// The rules that a mapping names.
    private static func ruleNames(_ mapping: Value) -> [String] {
        mappedRules.value(in: mapping.object ?? [:]).compactMap { mappedRuleName.value(in: $0) }
    }

    private var allRules: [DocumentRule] {
        specs.values.joined().flatMap(\.rules)
            + (members.mappingRules ?? [:]).compactMap { DocumentRule(json: $0.value) }
    }

    /// The environments that conditions of rules name.
    var environmentNames: Set<String> { targets(of: .environment) }

    /// The target apps that specs are for, and those that conditions of rules name.
    var targetAppNames: Set<String> {
        var apps = targets(of: .targetApp)
        for spec in specs.values.joined() { apps.formUnion(spec.typed.targetApps ?? []) }
        for index in [DocumentMembers.members.parameterStores, DocumentMembers.members.autotunes] {
            for (_, member) in index.value(in: members.object) ?? [:] {
                apps.formUnion(SpecMembers.members.targetApps.value(in: member.object ?? [:]) ?? [])
            }
        }
        return apps
    }

    private func targets(of kind: SpecCondition.Kind) -> Set<String> {
        let shared = sharedConditions
        let named = allRules.flatMap { conditions(of: $0, shared) }.filter { $0.kindIgnoringCase == kind }
        return Set(named.flatMap { condition in condition.target.string.map { [$0] } ?? condition.texts })
    }

    /// The ID lists that rules ask.
    var idListNames: Set<String> {
        let shared = sharedConditions
        let asked = allRules.flatMap { conditions(of: $0, shared) }.filter { condition in
            ["in_segment_list", "not_in_segment_list"].contains(condition.comparison?.lowercased() ?? "")
        }
        return Set(asked.compactMap(\.target.string))
    }
}
