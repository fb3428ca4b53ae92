// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation

/// Why a result is what it is, in a few words for people.
enum Reasoning {
    static func text(for result: any EvaluationResult) -> String {
        switch result.reason {
        // The names come from the document, so what the engine doesn't know was left out.
        case .unrecognized: "not in the document, or malformed there"
        case .unsupported: "unknown condition type or operator"
        case .localOverride: "local override"
        case .countryLookupNotLoaded: "no country lookup"
        case .persisted: "sticky value"
        case .tooDeep: "gates nest too deep"
        case .recognized: recognized(result)
        }
    }

    /// What a parameter's source is called.
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
