// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

extension DocumentTree {
    /// The members that have an entry for each of many names.
    private static let indexes = [
        "experiment_to_layer", "layers", "id_lists", "param_stores", "cmab_configs",
    ]

    /// Adds another document of the same format; of two entities of a name the other's counts.
    mutating func add(_ other: DocumentTree) {
        let others = Dictionary(other.conditions.map { ($0.id, $0.condition) }) { first, _ in first }
        let clashing = conditions.filter { id, condition in others[id].map { $0 != condition } ?? false }.map(\.id)
        if !clashing.isEmpty { renameConditions(Set(clashing)) }
        let known = Set(conditions.map(\.id))
        conditions += other.conditions.filter { !known.contains($0.id) }
        for section in Section.allCases {
            let added = other.entities[section] ?? []
            let names = Set(added.map(\.name))
            entities[section] = (entities[section] ?? []).filter { !names.contains($0.name) } + added
        }
        for name in DocumentTree.indexes {
            guard let added = other.members[name]?.object else { continue }
            members[name] = .object((members[name]?.object ?? [:]).merging(added))
        }
    }

    private mutating func renameConditions(_ ids: Set<String>) {
        func renamed(_ id: String) -> String { ids.contains(id) ? "imported-\(id)" : id }
        conditions = conditions.map { (renamed($0.id), $0.condition) }
        mapRules { _, _, rule in
            var rule = rule
            rule["conditions"] = .array(
                (rule["conditions"]?.array ?? []).map { $0.string.map { .string(renamed($0)) } ?? $0 })
            return rule
        }
    }
}
