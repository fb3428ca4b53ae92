// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Evaluates the entity that a flag key names.
///
/// A key is the name of a gate, config, experiment, layer or parameter store, optionally followed by a dot or a slash and
/// the name of a parameter: `pricing.price`.
struct OpenFeatureResolver {
    let project: Project
    let user: User

    /// The flags of all entities, and of all their parameters.
    var all: [OpenFeatureFlag] { project.flags.flatMap(flags) }

    /// The flags of some keys, `nil` for a key that no flag has.
    func flags(_ keys: [String]) -> [(key: String, flag: OpenFeatureFlag?)] {
        let names = Dictionary(project.flags.map { (ExactID($0.name), $0) }) { first, _ in first }
        return keys.map { key in (key, flag(key) { names[ExactID($0)] }) }
    }

    /// The flag of a key, `nil` if no entity has the name.
    func flag(_ key: String) -> OpenFeatureFlag? {
        flag(key) { text in project.flags.first { $0.name.utf8.elementsEqual(text.utf8) } }
    }

    private func flag(_ key: String, _ name: (String) -> FlagName?) -> OpenFeatureFlag? {
        if let name = name(key) { return flag(name, key: key, parameter: nil) }
        return OpenFeatureKey.firstParameter(of: key) { entity, parameter in
            guard let name = name(entity), name.kind != .gate else { return nil }
            return flag(name, key: key, parameter: parameter)
        }
    }

    private func flag(_ name: FlagName, key: String, parameter: String?) -> OpenFeatureFlag? {
        let (ruleset, context) = (project.ruleset, project.context)
        func made(_ value: Value, _ result: (any EvaluationResult)?) -> OpenFeatureFlag {
            OpenFeatureFlag(
                key: key, value: value, kind: name.kind, result: result, parameter: parameter, hasRules: name.hasRules)
        }
        func parameterized(_ result: some ParameterizedResult) -> OpenFeatureFlag? {
            guard let parameter else { return made(JSON.value(result.json) ?? .null, result) }
            return result[parameter].map { made($0, result) }
        }
        switch name.kind {
        case .gate:
            let gate = ruleset.gate(name.name, for: user, in: context)
            return made(.bool(gate.value), gate)
        case .config: return parameterized(ruleset.dynamicConfig(name.name, for: user, in: context))
        case .experiment: return parameterized(ruleset.experiment(name.name, for: user, in: context))
        case .layer: return parameterized(ruleset.layer(name.name, for: user, in: context))
        case .store:
            let store = ruleset.parameterStore(name.name, for: user, in: context)
            if let parameter {
                guard store.parameters.contains(parameter) else { return nil }
                let reading = store.read(parameter)
                return made(reading.value ?? .null, reading.source)
            }
            let values = store.parameters.map { ($0, store.read($0).value ?? .null) }
            return made(.object(Object(distinct: values)), nil)
        }
    }

    /// The flag of an entity, and those of its parameters, from one evaluation.
    private func flags(_ name: FlagName) -> [OpenFeatureFlag] {
        guard let whole = flag(name, key: name.name, parameter: nil) else { return [] }
        func parameter(_ parameter: String, _ value: Value, _ result: (any EvaluationResult)?) -> OpenFeatureFlag {
            OpenFeatureFlag(
                key: "\(name.name).\(parameter)", value: value, kind: name.kind, result: result, parameter: parameter,
                hasRules: name.hasRules)
        }
        switch name.kind {
        case .gate: return [whole]
        case .config, .experiment, .layer:
            return [whole] + (whole.value.object ?? [:]).map { parameter($0.name, $0.value, whole.result) }
        case .store:
            let store = project.ruleset.parameterStore(name.name, for: user, in: project.context)
            return [whole]
                + store.parameters.map { member in
                    let reading = store.read(member)
                    return parameter(member, reading.value ?? .null, reading.source)
                }
        }
    }
}

/// The value of a flag for a user, with its reason.
struct OpenFeatureFlag {
    let key: String
    let value: Value
    let kind: FlagKind
    /// The evaluation, `nil` for a whole parameter store and its static parameters.
    let result: (any EvaluationResult)?
    /// The parameter of the config, layer or store; `nil` for the whole entity.
    let parameter: String?
    /// Whether the entity has rules, so that other users may have another value.
    let hasRules: Bool

    /// The object of the evaluation protocol.
    var json: Value {
        var object: Object = [
            "key": .string(key), "reason": .string(reason), "variant": .string(variant),
            "metadata": .object(kind.openFeatureMetadata(result)),
        ]
        // Without a value, clients use the default in their code.
        if value != .null { object["value"] = value }
        return .object(object)
    }

    private var reason: String {
        // What a parameter of a store reads has rules of its own.
        result?.evaluation.openFeatureReason(hasRules: hasRules || kind == .store) ?? "STATIC"
    }

    private var variant: String { result?.evaluation.openFeatureVariant ?? "static" }
}
