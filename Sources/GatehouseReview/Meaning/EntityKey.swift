// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// The name of an entity within its name space, compared byte for byte as documents do.
struct EntityKey: Hashable, Comparable, Sendable {
    /// The name spaces of a document.
    enum Space: Int, Sendable, CaseIterable {
        case gate, config, layer, parameterStore
    }

    let space: Space
    let name: String

    init(_ space: Space, _ name: String) {
        self.space = space
        self.name = name
    }

    static func == (left: EntityKey, right: EntityKey) -> Bool {
        left.space == right.space && left.name.utf8.elementsEqual(right.name.utf8)
    }

    static func < (left: EntityKey, right: EntityKey) -> Bool {
        if left.space != right.space { return left.space.rawValue < right.space.rawValue }
        return left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(space)
        name.withTextBytes { hasher.combine(bytes: UnsafeRawBufferPointer($0.bytes)) }
    }
}

/// What kind of entity a name stands for, as documents tell them apart, and its name.
public struct ReviewedEntity: Sendable, Hashable, CustomStringConvertible {
    /// The kind: `gate`, `segment`, `holdout`, `dynamic_config`, `experiment`, `autotune`, `layer` or `param_store`.
    public let kind: String
    /// The name.
    public let name: String

    init(_ kind: String, _ name: String) {
        self.kind = kind
        self.name = name
    }

    /// Kind and name, for example `experiment color_test`.
    public var description: String { "\(kind) \(name)" }
}

extension EntityKey {
    /// The entity of this name in one of the programs, the first that has it; the space alone decides where none has it.
    func entity(in programs: Program...) -> ReviewedEntity {
        for program in programs {
            if let kind = kind(in: program) { return ReviewedEntity(kind, name) }
        }
        let fallback =
            switch space {
            case .gate: "gate"
            case .config: "dynamic_config"
            case .layer: "layer"
            case .parameterStore: "param_store"
            }
        return ReviewedEntity(fallback, name)
    }

    private func kind(in program: Program) -> String? {
        if space == .parameterStore { return "param_store" }
        guard let spec = LinkedSpec(program, self) else {
            let isAutotune = space == .config && name.withTextBytes { program.autotunes.contains($0) }
            return isAutotune ? "autotune" : nil
        }
        let entity = spec.row.entity
        switch space {
        case .gate: return entity == "segment" ? "segment" : entity == "holdout" ? "holdout" : "gate"
        case .config:
            return entity == "experiment" ? "experiment" : entity == "autotune" ? "autotune" : "dynamic_config"
        case .layer, .parameterStore: return "layer"
        }
    }
}

/// A spec of a program, with the conditions that its rules link to.
///
/// It points into the ruleset's memory, so the caller keeps the ruleset alive.
struct LinkedSpec {
    let program: Program
    let index: Int

    init(_ program: Program, at index: Int) {
        self.program = program
        self.index = index
    }

    /// The spec of a name, `nil` where the document has none.
    init?(_ program: Program, _ key: EntityKey) {
        let index: Int = key.name.withTextBytes { text in
            switch key.space {
            case .gate: program.gates.index(of: text)
            case .config: program.configIndex(program.configs.index(of: text))
            case .layer: program.layerIndex(program.layers.index(of: text))
            case .parameterStore: -1
            }
        }
        guard index >= 0 else { return nil }
        self.init(program, at: index)
    }

    var row: SpecRow { program.specs[index].pointee }

    /// The name space of the spec at an index.
    static func space(_ program: Program, of index: Int) -> EntityKey.Space {
        if index < program.gates.texts.count { return .gate }
        return index < program.gates.texts.count + program.configs.texts.count ? .config : .layer
    }

    var key: EntityKey {
        let gates = program.gates.texts
        let configs = program.configs.texts
        switch LinkedSpec.space(program, of: index) {
        case .gate: return EntityKey(.gate, gates[index].string)
        case .config: return EntityKey(.config, configs[index - gates.count].string)
        default: return EntityKey(.layer, program.layers.texts[index - gates.count - configs.count].string)
        }
    }

    /// The conditions of a rule in order, `nil` for those that the document doesn't have.
    func conditions(of rule: RuleRow) -> [UnsafePointer<ConditionRow>?] {
        let first = program.specLinks[index].firstCondition + rule.firstCondition
        return (first..<(first + rule.conditionCount)).map { position in
            let link = Int(program.conditionLinks[position])
            return link < 0 ? nil : program.conditions[link]
        }
    }

    /// Whether both are the same rows in memory, which then mean the same.
    func isIdentical(to other: LinkedSpec) -> Bool {
        guard program.specs[index] == other.program.specs[other.index] else { return false }
        let (left, right) = (
            program.specLinks[index].firstCondition, other.program.specLinks[other.index].firstCondition
        )
        let count = row.rules.reduce(0) { $0 + $1.conditionCount }
        return (0..<count).allSatisfy { offset in
            let (mine, others) = (program.conditionLinks[left + offset], other.program.conditionLinks[right + offset])
            guard mine >= 0, others >= 0 else { return mine < 0 && others < 0 }
            return program.conditions[Int(mine)] == other.program.conditions[Int(others)]
        }
    }
}
