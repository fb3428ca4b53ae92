// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Makes the exposure events of the console's evaluations, in the format of SDKs.
enum Exposure {
    static func gate(_ gate: GateEvaluation, _ user: Value, at time: Int64) -> Value {
        event(
            "statsig::gate_exposure", gate, user, time,
            ["gate": .string(gate.name), "gateValue": .string(gate.value ? "true" : "false")])
    }

    static func config(_ config: some ParameterizedResult, _ user: Value, at time: Int64) -> Value {
        event("statsig::config_exposure", config, user, time, ["config": .string(config.name)])
    }

    static func layer(_ layer: LayerEvaluation, parameter: String, _ user: Value, at time: Int64) -> Value {
        let isExplicit = layer.explicitParameters.contains(parameter)
        return event(
            "statsig::layer_exposure", layer, user, time,
            [
                "config": .string(layer.name), "parameterName": .string(parameter),
                "isExplicitParameter": .string(isExplicit ? "true" : "false"),
                "allocatedExperiment": .string(isExplicit ? layer.allocatedExperiment ?? "" : ""),
            ],
            ruleID: layer.ruleID(of: parameter),
            exposures: isExplicit ? layer.secondaryExposures : layer.undelegatedSecondaryExposures)
    }

    private static func event(
        _ name: String, _ result: some EvaluationResult, _ user: Value, _ time: Int64, _ metadata: Object,
        ruleID: String? = nil, exposures: [SecondaryExposure]? = nil
    ) -> Value {
        var metadata = metadata
        metadata["ruleID"] = .string(ruleID ?? result.ruleID)
        metadata["reason"] = .string(result.reason.description(source: "Network"))
        if let version = result.version { metadata["configVersion"] = .string(String(version)) }
        return [
            "eventName": .string(name), "user": user, "value": nil, "metadata": .object(metadata),
            "time": .integer(time), "statsigMetadata": ["sdkType": .string(Release.consoleType)],
            "secondaryExposures": .array((exposures ?? result.secondaryExposures).map { $0.json }),
        ]
    }
}
