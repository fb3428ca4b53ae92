// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Which entities ask which others: by gates in conditions, groups of experiments, delegates, mappings and stores.
struct Dependencies {
    /// The entities that ask an entity, by the one that is asked.
    private var askers: [EntityKey: Set<EntityKey>] = [:]

    init(_ programs: Program...) {
        for program in programs { add(program) }
    }

    private mutating func add(_ program: Program) {
        for index in program.specs.indices {
            let spec = LinkedSpec(program, at: index)
            let key = spec.key
            for asked in Dependencies.asked(by: spec) { askers[asked, default: []].insert(key) }
        }
        for row in program.autotuneRows where row.pointee.targetingGate.hasBytes {
            let gate = EntityKey(.gate, row.pointee.targetingGate.string)
            askers[gate, default: []].insert(EntityKey(.config, row.pointee.name.string))
        }
        for row in program.parameterStoreRows {
            let key = EntityKey(.parameterStore, row.pointee.name.string)
            for parameter in row.pointee.parameters {
                guard let asked = Dependencies.asked(by: parameter) else { continue }
                askers[asked, default: []].insert(key)
            }
        }
        addMappings(program)
    }

    /// The entities that a spec's rules ask, known to the document or not.
    static func asked(by spec: LinkedSpec) -> Set<EntityKey> {
        var result: Set<EntityKey> = []
        for rule in spec.row.rules {
            if rule.delegate.hasBytes { result.insert(EntityKey(.config, rule.delegate.string)) }
            for condition in spec.conditions(of: rule) {
                if let condition, let asked = asked(by: condition.pointee) { result.insert(asked) }
            }
        }
        return result
    }

    /// The entity that a condition asks.
    static func asked(by condition: ConditionRow) -> EntityKey? {
        switch condition.kind {
        case .passGate, .failGate: EntityKey(.gate, condition.target.pointee.text.string)
        case .experimentGroup where !condition.field.name.isMissing: EntityKey(.config, condition.field.name.string)
        default: nil
        }
    }

    /// The entity that a parameter of a store is read from.
    private static func asked(by parameter: ParameterStoreRow.Parameter) -> EntityKey? {
        switch parameter.source {
        case .static: nil
        case .gate: EntityKey(.gate, parameter.entity.string)
        case .dynamicConfig, .experiment: EntityKey(.config, parameter.entity.string)
        case .layer: EntityKey(.layer, parameter.entity.string)
        }
    }

    /// A mapped name is evaluated as another one, in each name space.
    private mutating func addMappings(_ program: Program) {
        let spaces: [EntityKey.Space] = [.gate, .config, .layer]
        for (index, name) in program.mappings.texts.enumerated() {
            for mapping in program.mappingRows[index] {
                for space in spaces {
                    let key = EntityKey(space, name.string)
                    askers[EntityKey(space, mapping.newName.string), default: []].insert(key)
                    for trigger in mapping.triggers where trigger.rule >= 0 {
                        for asked in program.askedByOverrideRule(trigger.rule) {
                            askers[asked, default: []].insert(key)
                        }
                    }
                }
            }
        }
    }

    /// Some entities and all that ask them, directly or by way of others.
    func closure(of seeds: Set<EntityKey>) -> Set<EntityKey> {
        var result = seeds
        var open = Array(seeds)
        while let key = open.popLast() {
            for asker in askers[key] ?? [] where result.insert(asker).inserted { open.append(asker) }
        }
        return result
    }
}

extension Dependencies {
    /// Some entities and all that they ask, directly or by way of others.
    func asked(by seeds: Set<EntityKey>) -> Set<EntityKey> {
        var asked: [EntityKey: [EntityKey]] = [:]
        for (key, askers) in askers {
            for asker in askers { asked[asker, default: []].append(key) }
        }
        var result = seeds
        var open = Array(seeds)
        while let key = open.popLast() {
            for other in asked[key] ?? [] where result.insert(other).inserted { open.append(other) }
        }
        return result
    }
}

extension Program {
    /// The conditions of an override rule, `nil` for those that the document doesn't have.
    func conditions(ofOverrideRule index: Int) -> [UnsafePointer<ConditionRow>?] {
        let rule = overrideRules[index]
        let first = overrideRuleLinks.firstCondition + rule.firstCondition
        return (first..<(first + rule.conditionCount)).map { position in
            let link = Int(conditionLinks[position])
            return link < 0 ? nil : conditions[link]
        }
    }

    fileprivate func askedByOverrideRule(_ index: Int) -> [EntityKey] {
        conditions(ofOverrideRule: index).compactMap { $0.flatMap { Dependencies.asked(by: $0.pointee) } }
    }

    /// The names of all entities.
    var entityKeys: [EntityKey] {
        gates.texts.map { EntityKey(.gate, $0.string) }
            + configs.texts.map { EntityKey(.config, $0.string) }
            + autotunes.texts.map { EntityKey(.config, $0.string) }
            + layers.texts.map { EntityKey(.layer, $0.string) }
            + parameterStores.texts.map { EntityKey(.parameterStore, $0.string) }
    }
}
