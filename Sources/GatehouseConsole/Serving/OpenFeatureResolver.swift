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

    /// The flags of all entities.
    var all: [OpenFeatureFlag] { project.flags.compactMap { flag($0, key: $0.name, parameter: nil) } }

    /// The flag of a key, `nil` if no entity has the name.
    func flag(_ key: String) -> OpenFeatureFlag? {
        if let name = name(key) { return flag(name, key: key, parameter: nil) }
        for index in key.indices.reversed() where key[index] == "." || key[index] == "/" {
            let parameter = String(key[key.index(after: index)...])
            guard let name = name(String(key[..<index])), name.kind != .gate else { continue }
            if let flag = flag(name, key: key, parameter: parameter) { return flag }
        }
        return nil
    }

    private func name(_ text: String) -> FlagName? {
        project.flags.first { $0.name.utf8.elementsEqual(text.utf8) }
    }

    private func flag(_ name: FlagName, key: String, parameter: String?) -> OpenFeatureFlag? {
        let (ruleset, context) = (project.ruleset, project.context)
        func made(_ value: Value, _ result: (any EvaluationResult)?) -> OpenFeatureFlag {
            OpenFeatureFlag(key: key, value: value, kind: name.kind, result: result, parameter: parameter)
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
            return made(.object(Object(values)), nil)
        }
    }
}

/// The value of a flag for a user, with its reason.
struct OpenFeatureFlag {
    let key: String
    let value: Value
    let kind: FlagName.Kind
    /// The evaluation, `nil` for a whole parameter store and its static parameters.
    let result: (any EvaluationResult)?
    /// The parameter of the config, layer or store; `nil` for the whole entity.
    let parameter: String?

    /// The object of the evaluation protocol.
    var json: Value {
        var object: Object = [
            "key": .string(key), "reason": .string(reason), "variant": .string(variant),
            "metadata": .object(metadata),
        ]
        // Without a value, clients use the default in their code.
        if value != .null { object["value"] = value }
        return .object(object)
    }

    private var reason: String {
        guard let result else { return "STATIC" }
        if result.evaluation.groupName != nil { return "SPLIT" }
        switch result.ruleID {
        case "disabled": return "DISABLED"
        // A value that no rule has decided is the same for all users.
        case "default": return "STATIC"
        case "": return "UNKNOWN"
        default: return "TARGETING_MATCH"
        }
    }

    private var variant: String {
        guard let result else { return "static" }
        return result.evaluation.groupName ?? (result.ruleID.isEmpty ? "default" : result.ruleID)
    }

    private var metadata: Object {
        var metadata: Object = ["kind": .string(kind.rawValue)]
        guard let result else { return metadata }
        metadata["ruleID"] = .string(result.ruleID)
        metadata["idType"] = result.idType.map(Value.string)
        metadata["version"] = result.version.map { .integer(Int64($0)) }
        return metadata
    }
}
