// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import GatehouseSpec

/// What a spec is, by its member `entity`.
enum SpecKind: String, JSONRepresentable {
    case gate = "feature_gate"
    case segment, holdout, experiment, autotune, layer
    case dynamicConfig = "dynamic_config"
}

/// A document taken apart: its specs by section, its shared conditions, and everything else.
///
/// A value: what is served is made of copies that share everything they don't change.
struct DocumentTree: Sendable {
    /// A gate, config or layer.
    struct Spec: Sendable {
        let name: String
        /// Without the name, which only one format has in it.
        var members: Object

        /// The members by their types.
        var typed: SpecMembers { SpecMembers(members) }
        var kind: SpecKind? { typed.kind }
        var isEnabled: Bool { typed.isEnabled }
        var rules: [Value] { members["rules"]?.array ?? [] }
    }

    /// The members of a document that hold specs.
    enum Section: String, CaseIterable {
        case gates = "feature_gates"
        case configs = "dynamic_configs"
        case layers = "layer_configs"
    }

    var format: DocumentFormat
    var specs: [Section: [Spec]] = [:]
    /// Conditions by ID; empty in format v1.
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
                specs[section] = DocumentTree.specs(value)
            } else if name == "condition_map" {
                conditions = (value.object ?? [:]).map { ($0.name, $0.value) }
            } else {
                members[name] = value
            }
        }
    }

    private static func specs(_ value: Value) -> [Spec] {
        if let specs = value.object {
            return specs.compactMap { name, value in value.object.map { Spec(name: name, members: $0) } }
        }
        return (value.array ?? []).compactMap { value in
            guard var spec = value.object, let name = spec["name"]?.string else { return nil }
            spec["name"] = nil
            return Spec(name: name, members: spec)
        }
    }

    /// When the project last changed, in ms since 1970; 0 if the document doesn't say.
    var time: UInt64 {
        switch members["time"] {
        case .integer(let time): UInt64(clamping: time)
        case .unsigned(let time): time
        default: 0
        }
    }

    /// Applies a change to each rule of each spec; `nil` drops the rule.
    mutating func mapRules(_ transform: (Section, Spec, Object) -> Object?) {
        for (section, list) in specs {
            specs[section] = list.map { spec in
                var changed = spec
                changed.members["rules"] = .array(
                    spec.rules.compactMap { rule in
                        rule.object.flatMap { transform(section, spec, $0) }.map(Value.object)
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
            let list = specs[section] ?? []
            switch format {
            case .v2:
                top.append((section.rawValue, .object(Object(distinct: list.map { ($0.name, .object($0.members)) }))))
            case .v1:
                let specs = list.map { spec -> Value in
                    .object(Object(distinct: [("name", .string(spec.name))] + Array(spec.members)))
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

    /// Adds another document of the same format; of two specs of a name the other's counts.
    mutating func add(_ other: DocumentTree) {
        let others = Dictionary(other.conditions.map { ($0.id, $0.condition) }) { first, _ in first }
        let clashing = conditions.filter { id, condition in others[id].map { $0 != condition } ?? false }.map(\.id)
        if !clashing.isEmpty { renameConditions(Set(clashing)) }
        let known = Set(conditions.map(\.id))
        conditions += other.conditions.filter { !known.contains($0.id) }
        for section in Section.allCases {
            let added = other.specs[section] ?? []
            let names = Set(added.map(\.name))
            specs[section] = (specs[section] ?? []).filter { !names.contains($0.name) } + added
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
