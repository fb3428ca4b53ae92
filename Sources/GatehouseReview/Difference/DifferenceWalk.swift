// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Compares the tables of two programs.
struct DifferenceWalk {
    private let old: Program
    private let new: Program
    private var meanings = ConditionMeanings()
    private var found: [EntityKey: EntityDifference] = [:]

    init(_ old: Program, _ new: Program) {
        self.old = old
        self.new = new
    }

    var differences: [EntityDifference] { Array(found.values) }

    private mutating func add(_ key: EntityKey, _ state: EntityDifference.State, _ changes: [Change] = []) {
        if state == .changed, changes.isEmpty { return }
        if let known = found[key] {
            // A config mapping, or an autotune beside a config of the same name.
            let merged = known.state == state ? state : EntityDifference.State.changed
            found[key] = EntityDifference(
                entity: known.entity, state: merged, changes: known.changes + changes, key: key)
        } else {
            found[key] = EntityDifference(entity: key.entity(in: new, old), state: state, changes: changes, key: key)
        }
    }

    // MARK: - Specs

    mutating func compareSpecs() {
        for index in old.specs.indices {
            let before = LinkedSpec(old, at: index)
            guard let after = before.counterpart(in: new) else {
                add(before.key, .removed)
                continue
            }
            if before.isIdentical(to: after) { continue }
            let changes = SpecComparison.changes(
                SpecMeaning(before, &meanings), SpecMeaning(after, &meanings),
                isGate: LinkedSpec.space(old, of: index) == .gate)
            if !changes.isEmpty { add(before.key, .changed, changes) }
        }
        for index in new.specs.indices {
            let after = LinkedSpec(new, at: index)
            if after.counterpart(in: old) == nil { add(after.key, .added) }
        }
    }

    // MARK: - Autotunes

    mutating func compareAutotunes() {
        let (old, new) = (old, new)
        let names = (old.autotunes.texts.map(\.string), new.autotunes.texts.map(\.string))
        compare(names.0, names.1, space: .config) { before, after in
            let (before, after) = (old.autotuneRows[before].pointee, new.autotuneRows[after].pointee)
            var changes: [Change] = []
            if before.hashPrefix != after.hashPrefix {
                changes.append(
                    Change(.salt, from: before.hashPrefix.string, to: after.hashPrefix.string, risk: .reshuffle))
            }
            if before.unit.name != after.unit.name {
                changes.append(
                    Change(.idType, from: before.unit.name.string, to: after.unit.name.string, risk: .reshuffle))
            }
            let (left, right) = before.canonical.differences(from: after.canonical)
            if left.description.exact != right.description.exact {
                changes.append(Change(.autotune, from: left.description, to: right.description))
            }
            let types = SpecComparison.parameterChanges(
                before.groups.map(\.returns) + [before.defaultValue], after.groups.map(\.returns) + [after.defaultValue]
            )
            return changes + types
        }
    }

    // MARK: - Parameter stores

    mutating func compareStores() {
        let (old, new) = (old, new)
        let names = (old.parameterStores.texts.map(\.string), new.parameterStores.texts.map(\.string))
        compare(names.0, names.1, space: .parameterStore) { before, after in
            let (before, after) = (old.parameterStoreRows[before].pointee, new.parameterStoreRows[after].pointee)
            var changes: [Change] = []
            for parameter in before.parameters {
                let index = after.names.index(of: parameter.name)
                let name = parameter.name.string
                guard index >= 0 else {
                    changes.append(
                        Change(.parameterRemoved, at: name, from: parameter.canonical, to: nil, risk: .removal))
                    continue
                }
                let other = after.parameters[index]
                if parameter.type != other.type {
                    changes.append(
                        Change(
                            .parameterType, at: name, from: parameter.type.string, to: other.type.string,
                            risk: .typeChange))
                }
                let (left, right) = (parameter.canonical, other.canonical)
                if left.exact != right.exact { changes.append(Change(.parameter, at: name, from: left, to: right)) }
            }
            for parameter in after.parameters where before.names.index(of: parameter.name) < 0 {
                changes.append(Change(.parameter, at: parameter.name.string, from: nil, to: parameter.canonical))
            }
            let apps = (before.targetAppIDs.map(\.sortedStrings), after.targetAppIDs.map(\.sortedStrings))
            if apps.0?.map(\.exact) != apps.1?.map(\.exact) {
                changes.append(Change(.targetApps, from: apps.0?.listText, to: apps.1?.listText))
            }
            return changes
        }
    }

    private mutating func compare(
        _ old: [String], _ new: [String], space: EntityKey.Space, _ changes: (Int, Int) -> [Change]
    ) {
        var positions: [EntityKey: Int] = [:]
        for (index, name) in new.enumerated() { positions[EntityKey(space, name)] = index }
        for (index, name) in old.enumerated() {
            let key = EntityKey(space, name)
            if let other = positions.removeValue(forKey: key) {
                let changes = changes(index, other)
                if !changes.isEmpty { add(key, .changed, changes) }
            } else {
                add(key, .removed)
            }
        }
        for key in positions.keys { add(key, .added) }
    }

    // MARK: - Mappings

    mutating func compareMappings() {
        let names = old.mappings.texts.map(\.string) + new.mappings.texts.map(\.string)
        for name in Set(names.map { EntityKey(.config, $0) }) {
            let (before, after) = (mappingText(name.name, old), mappingText(name.name, new))
            if before?.exact == after?.exact { continue }
            let keys = [EntityKey.Space.gate, .config, .layer].map { EntityKey($0, name.name) }
            // A name needs no entity to be mapped, and may be asked as each kind then.
            let hasEntity = keys.contains { LinkedSpec(old, $0) != nil || LinkedSpec(new, $0) != nil }
            for key in keys {
                // An entity that only one document has is a difference already.
                guard !hasEntity || LinkedSpec(old, key) != nil && LinkedSpec(new, key) != nil else { continue }
                add(key, .changed, [Change(.mapping, from: before, to: after)])
            }
        }
    }

    /// The mappings of a name, in a form that is the same for mappings that mean the same; `nil` for none.
    private mutating func mappingText(_ name: String, _ program: Program) -> String? {
        let index = name.withTextBytes { program.mappings.index(of: $0) }
        guard index >= 0 else { return nil }
        let mappings = program.mappingRows[index].map { mapping in
            let triggers: [Value] = mapping.triggers.filter { $0.rule >= 0 }.map { trigger in
                let rule = program.overrideRules[trigger.rule]
                let conditions = program.conditions(ofOverrideRule: trigger.rule).map { meanings.meaning(of: $0).key }
                return [
                    "conditions": .array(conditions.map { .string($0) }), "percentage": .double(rule.passPercentage),
                    "salt": .string(rule.salt.string), "unit": .string(rule.unit.name.string),
                    "start": .integer(trigger.startTime),
                ]
            }
            return Value.object(["to": .string(mapping.newName.string), "when": .array(triggers)])
        }
        return Value.array(mappings).description
    }
}

extension LinkedSpec {
    /// The spec of the same name in the same name space of another program.
    fileprivate func counterpart(in other: Program) -> LinkedSpec? {
        let (gates, configs) = (program.gates.texts, program.configs.texts)
        let position: Int
        switch LinkedSpec.space(program, of: index) {
        case .gate: position = other.gates.index(of: gates[index])
        case .config: position = other.configIndex(other.configs.index(of: configs[index - gates.count]))
        default:
            let name = program.layers.texts[index - gates.count - configs.count]
            position = other.layerIndex(other.layers.index(of: name))
        }
        return position < 0 ? nil : LinkedSpec(other, at: position)
    }
}

extension AutotuneRow {
    /// Everything but salt and unit, in a form that is the same for autotunes that mean the same.
    fileprivate var canonical: Value {
        let groups: [Value] = groups.map { group in
            [
                "id": .string(group.id.string), "name": .string(group.name.string),
                "value": Value(canonical: group.returns.json), "model": group.model?.canonical ?? .null,
            ]
        }
        let value: Value = [
            "enabled": .bool(isEnabled), "higher_is_better": .bool(higherIsBetter), "has_models": .bool(hasModels),
            "sample_rate": .double(sampleRate), "default": Value(canonical: defaultValue.json),
            "gate": targetingGate.isMissing ? .null : .string(targetingGate.string),
            "apps": (targetAppIDs.map { .array($0.sortedStrings.map { .string($0) }) }) ?? .null,
            "groups": .array(groups),
        ]
        return value
    }
}

extension AutotuneRow.Model {
    /// The model with its weights in the order of their names, since they are added up.
    fileprivate var canonical: Value {
        func sorted(_ members: [(String, Value)]) -> Value {
            .array(
                members.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }.map { [.string($0.0), $0.1] })
        }
        let categories = categorical.map { category in
            (
                category.field.name.string,
                sorted(zip(category.categories, category.weights).map { ($0.string, .double($1)) })
            )
        }
        return [
            "alpha": .double(alpha), "intercept": .double(intercept), "records": .unsigned(records),
            "numerical": sorted(numerical.map { ($0.field.name.string, .double($0.weight)) }),
            "categorical": sorted(categories),
        ]
    }
}

extension ParameterStoreRow.Parameter {
    /// Where the parameter comes from, in a line.
    fileprivate var canonical: String {
        switch source {
        case .static: Value(canonical: value).description
        case .gate:
            "gate \(entity.string) ? \(Value(canonical: value).description) : \(Value(canonical: failValue).description)"
        case .dynamicConfig: "config \(entity.string), parameter \(parameter.string)"
        case .experiment: "experiment \(entity.string), parameter \(parameter.string)"
        case .layer: "layer \(entity.string), parameter \(parameter.string)"
        }
    }
}

extension UnsafeBufferPointer<Text> {
    /// The texts in order of their bytes, each once.
    var sortedStrings: [String] {
        var result: [String] = []
        for text in map(\.string).sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            if let last = result.last, last.utf8.elementsEqual(text.utf8) { continue }
            result.append(text)
        }
        return result
    }
}

extension [String] {
    var listText: String { isEmpty ? "none" : joined(separator: ", ") }
}
