// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import GatehouseSpec

/// The kind of a spec, as its member `entity` has it.
enum SpecKind: String, JSONRepresentable {
    case gate = "feature_gate"
    case segment, holdout, experiment, autotune, layer
    case dynamicConfig = "dynamic_config"
}

/// A document as its specs by section, its shared conditions, and its other members.
///
/// A value: payloads are made of copies, which share the parts that they don't change.
struct DocumentTree: Sendable {
    /// A gate, config or layer.
    struct Spec: Sendable {
        /// The member that has the name in format v1.
        static let name = Member<String?>("name")

        let name: String
        /// Without the name, which only one format has in it.
        var members: Object

        /// The members by their types.
        var typed: SpecMembers { SpecMembers(members) }
        var kind: SpecKind? { typed.kind }
        var isEnabled: Bool { typed.isEnabled }
        var rules: [DocumentRule] { typed.rules }
    }

    /// The members of a document that hold specs.
    enum Section: String, CaseIterable, JSONRepresentable {
        case gates = "feature_gates"
        case configs = "dynamic_configs"
        case layers = "layer_configs"
    }

    /// The member that has the shared conditions.
    static let conditionMap = "condition_map"

    var format: DocumentFormat
    var specs: [Section: [Spec]] = [:]
    /// Conditions by ID; empty in format v1.
    var conditions: [(id: String, condition: Value)] = []
    /// The members that aren't above, in order.
    var members: DocumentMembers

    /// Begins a document with nothing in it.
    init(_ format: DocumentFormat) {
        self.format = format
        members = DocumentMembers([:])
    }

    /// Takes a document apart that a ruleset was loaded from.
    ///
    /// - Throws: ``JSONError`` where a value can't be read, such as a number out of range. A ruleset keeps such values as text,
    ///   but the tree holds values, and the console serves only what it can read.
    init(_ bytes: [UInt8], _ format: DocumentFormat) throws(JSONError) {
        self.format = format
        members = DocumentMembers([:])
        let top = try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) -> Object in
            guard let base = buffer.baseAddress else { return [:] }
            // The reader ignores text behind the closing brace.
            var reader = JSONReader(Text(base: base, count: buffer.count))
            return try reader.value().object ?? [:]
        }
        for (name, value) in top {
            if let section = Section(rawValue: name) {
                specs[section] = DocumentTree.specs(value)
            } else if name == DocumentTree.conditionMap {
                conditions = (value.object ?? [:]).map { ($0.name, $0.value) }
            } else {
                members.object[name] = value
            }
        }
    }

    private static func specs(_ value: Value) -> [Spec] {
        if let specs = value.object {
            return specs.compactMap { name, value in value.object.map { Spec(name: name, members: $0) } }
        }
        return (value.array ?? []).compactMap { value in
            guard var spec = value.object, let name = Spec.name.value(in: spec) else { return nil }
            Spec.name.set(nil, in: &spec)
            return Spec(name: name, members: spec)
        }
    }

    /// When the project last changed, in ms since 1970; 0 if the document doesn't say.
    var time: UInt64 {
        switch members.time {
        case .integer(let time): UInt64(clamping: time)
        case .unsigned(let time): time
        default: 0
        }
    }

    /// Applies a change to each rule of each spec; `nil` drops the rule.
    mutating func mapRules(_ transform: (Section, Spec, DocumentRule) -> DocumentRule?) {
        for (section, list) in specs {
            specs[section] = list.map { spec in
                var members = spec.typed
                members.rules = members.rules.compactMap { transform(section, spec, $0) }
                return Spec(name: spec.name, members: members.object)
            }
        }
    }

    /// The conditions of a rule, whether it has them itself or names shared ones.
    func conditions(of rule: DocumentRule, _ shared: [String: Value]) -> [SpecCondition] {
        rule.conditions.compactMap { condition in
            SpecCondition(json: condition.string.flatMap { shared[$0] } ?? condition)
        }
    }

    /// Conditions by ID.
    var sharedConditions: [String: Value] {
        Dictionary(conditions.map { ($0.id, $0.condition) }) { _, last in last }
    }

    /// The document as one value.
    var value: Value {
        var top = Array(members.object)
        for section in Section.allCases {
            let list = specs[section] ?? []
            switch format {
            case .v2:
                top.append((section.rawValue, .object(Object(distinct: list.map { ($0.name, .object($0.members)) }))))
            case .v1:
                let specs = list.map { spec -> Value in
                    .object(Object(distinct: [(Spec.name.name, .string(spec.name))] + Array(spec.members)))
                }
                top.append((section.rawValue, .array(specs)))
            }
        }
        if format == .v2 {
            top.append((DocumentTree.conditionMap, .object(Object(distinct: conditions.map { ($0.id, $0.condition) }))))
        }
        return .object(Object(distinct: top))
    }
}

extension DocumentTree {
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
        for index in DocumentMembers.indexes {
            guard let added = index.value(in: other.members.object) else { continue }
            index.set((index.value(in: members.object) ?? [:]).merging(added), in: &members.object)
        }
    }

    private mutating func renameConditions(_ ids: Set<String>) {
        func renamed(_ id: String) -> String { ids.contains(id) ? "imported-\(id)" : id }
        conditions = conditions.map { (renamed($0.id), $0.condition) }
        mapRules { _, _, rule in
            var changed = rule
            changed.conditions = rule.conditions.map { $0.string.map { .string(renamed($0)) } ?? $0 }
            return changed
        }
    }
}
