// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A flag's value for a user, with how it came about.
struct OpenFeatureFlag {
    let key: String
    let value: Value
    let kind: FlagName.Kind
    /// The evaluation, `nil` for a whole parameter store and its static parameters.
    let result: (any EvaluationResult)?
    /// The parameter, where it is one of a config, layer or store.
    let parameter: String?

    /// The object of the evaluation protocol.
    var json: Value {
        var object: Object = [
            "key": .string(key), "reason": .string(reason), "variant": .string(variant),
            "metadata": .object(metadata),
        ]
        // Without a value, clients take the one in their code.
        if value != .null { object["value"] = value }
        return .object(object)
    }

    private var reason: String {
        guard let result else { return "STATIC" }
        if result.evaluation.groupName != nil { return "SPLIT" }
        switch result.ruleID {
        case "disabled": return "DISABLED"
        // What no rule has decided is the same for everyone.
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
