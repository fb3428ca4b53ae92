// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import GatehouseSpec

/// A document taken apart: its entities by section, its shared conditions, and everything else.
///
/// Made where a document has to be changed before it is served, and dropped right afterwards.
struct DocumentTree {
    /// A gate, config or layer.
    struct Entity {
        let name: String
        /// Without the name, which only one format has in it.
        var spec: Object

        var kind: String { spec["entity"]?.string ?? "" }
        var isEnabled: Bool { spec["enabled"]?.bool ?? false }
        var rules: [Value] { spec["rules"]?.array ?? [] }
    }

    /// The members of a document that hold entities.
    enum Section: String, CaseIterable {
        case gates = "feature_gates"
        case configs = "dynamic_configs"
        case layers = "layer_configs"
    }

    var format: DocumentFormat
    var entities: [Section: [Entity]] = [:]
    /// Conditions by ID; empty in the older format.
    var conditions: [(id: String, condition: Value)] = []
    /// The members that aren't above, in order.
    var members: Object

    /// Begins a document with nothing in it.
    init(_ format: DocumentFormat) {
        self.format = format
        members = [:]
    }

    /// Takes a document apart that has been checked already.
    init(_ bytes: [UInt8], _ format: DocumentFormat) {
        self.format = format
        members = [:]
        let top = bytes.withUnsafeBufferPointer { buffer -> Object in
            guard let base = buffer.baseAddress else { return [:] }
            // What is behind the closing brace doesn't count.
            var reader = JSONReader(Text(base: base, count: buffer.count))
            return (try? reader.value())?.object ?? [:]
        }
        for (name, value) in top {
            if let section = Section(rawValue: name) {
                entities[section] = DocumentTree.entities(value)
            } else if name == "condition_map" {
                conditions = (value.object ?? [:]).map { ($0.name, $0.value) }
            } else {
                members[name] = value
            }
        }
    }

    private static func entities(_ value: Value) -> [Entity] {
        if let specs = value.object {
            return specs.compactMap { name, value in value.object.map { Entity(name: name, spec: $0) } }
        }
        return (value.array ?? []).compactMap { value in
            guard var spec = value.object, let name = spec["name"]?.string else { return nil }
            spec["name"] = nil
            return Entity(name: name, spec: spec)
        }
    }

    /// Applies a change to each rule of each entity; `nil` drops the rule.
    mutating func mapRules(_ transform: (Section, Entity, Object) -> Object?) {
        for (section, list) in entities {
            entities[section] = list.map { entity in
                var changed = entity
                changed.spec["rules"] = .array(
                    entity.rules.compactMap { rule in
                        rule.object.flatMap { transform(section, entity, $0) }.map(Value.object)
                    })
                return changed
            }
        }
    }

    /// The conditions of a rule, wherever they are.
    func conditions(of rule: Object, _ shared: [String: Value]) -> [Object] {
        (rule["conditions"]?.array ?? []).compactMap { condition in
            (condition.string.flatMap { shared[$0] } ?? condition).object
        }
    }

    /// Conditions by ID.
    var sharedConditions: [String: Value] {
        Dictionary(conditions.map { ($0.id, $0.condition) }) { _, last in last }
    }

    /// The document as one value.
    var value: Value {
        var top = Array(members)
        for section in Section.allCases {
            let list = entities[section] ?? []
            switch format {
            case .v2:
                top.append((section.rawValue, .object(Object(distinct: list.map { ($0.name, .object($0.spec)) }))))
            case .v1:
                let specs = list.map { entity -> Value in
                    .object(Object(distinct: [("name", .string(entity.name))] + Array(entity.spec)))
                }
                top.append((section.rawValue, .array(specs)))
            }
        }
        if format == .v2 {
            top.append(("condition_map", .object(Object(distinct: conditions.map { ($0.id, $0.condition) }))))
        }
        return .object(Object(distinct: top))
    }
}

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
