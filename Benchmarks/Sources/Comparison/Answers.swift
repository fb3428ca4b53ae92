// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation

/// What everything returns for one user, in the order of the names asked for.
struct Answers: Encodable {
    struct Config: Encodable {
        /// JSON, as text; `null` when the value isn't an object.
        let value: String
        let ruleID: String
    }

    struct Gate: Encodable {
        let value: Bool
        let ruleID: String
    }

    let gates: [Gate]
    let dynamicConfigs: [Config]
    let experiments: [Config]
    let layers: [Config]

    init(_ evaluations: Evaluations, user: User) {
        let (ruleset, context, names) = (evaluations.ruleset, evaluations.context, evaluations.names)
        gates = names.gates.map { name in
            let result = ruleset.gate(name, for: user, in: context)
            return Gate(value: ruleset.checkGate(name, for: user, in: context), ruleID: result.ruleID)
        }
        dynamicConfigs = names.dynamicConfigs.map { Config(ruleset.dynamicConfig($0, for: user, in: context)) }
        experiments = names.experiments.map { Config(ruleset.experiment($0, for: user, in: context)) }
        layers = names.layers.map { Config(ruleset.layer($0, for: user, in: context)) }
    }
}

extension Answers.Config {
    fileprivate init(_ result: some ParameterizedResult) {
        value = result.value == nil ? "null" : result.json
        ruleID = result.ruleID
    }
}
