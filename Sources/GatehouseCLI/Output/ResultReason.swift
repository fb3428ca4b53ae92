// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation

/// The reason for a result in a few words, for the column WHY.
enum ResultReason {
    static func text(for result: any EvaluationResult) -> String {
        switch result.reason {
        // The names come from the document, so an unrecognized name belongs to an entity that was left out.
        case .unrecognized: "not in the document, or malformed there"
        case .unsupported: "unknown condition type or operator"
        case .localOverride: "local override"
        case .countryLookupNotLoaded: "no country lookup"
        case .persisted: "sticky value"
        case .tooDeep: "gates nest too deep"
        case .recognized: recognized(result)
        }
    }

    /// The kind and the name of the entity that a parameter is read from.
    static func name(of result: any EvaluationResult) -> String {
        switch result {
        case is GateEvaluation: "gate \(result.name)"
        case is LayerEvaluation: "layer \(result.name)"
        case is ExperimentEvaluation: "experiment \(result.name)"
        default: "config \(result.name)"
        }
    }

    private static func recognized(_ result: any EvaluationResult) -> String {
        let evaluation = result.evaluation
        var words: [String] = []
        if let layer = result as? LayerEvaluation, let experiment = layer.allocatedExperiment {
            words.append("experiment \(experiment)")
        }
        if let replacement = evaluation.overrideConfigName { words.append("replaced by \(replacement)") }
        switch evaluation.ruleID {
        case "default": words.append("no rule applies")
        case "disabled": words.append("disabled")
        default: words.append(evaluation.passed ? "rule passed" : "rule failed")
        }
        if evaluation.consultedIDList { words.append("ID list") }
        return words.joined(separator: ", ")
    }
}
