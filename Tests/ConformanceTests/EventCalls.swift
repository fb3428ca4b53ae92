// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse
import GatehouseEvaluation
import GatehouseSpec

/// What is asked and logged for each user, the same as in `scripts/conformance/events.py` and in the same order.
struct EventCalls {
    private let gates: [String]
    private let configs: [String]
    private let experiments: [String]
    private let layers: [String]
    private let stores: [(store: String, parameters: [String])]

    init(_ client: GatehouseClient) {
        let ruleset = client.unloggedSnapshot.ruleset
        func sorted(_ names: [String]) -> [String] {
            names.sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
        }
        let all = ruleset.configNames
        let dynamic = all.filter { ruleset.entity(ofConfig: $0) == "dynamic_config" }
        gates = sorted(ruleset.gateNames) + ["__unknown__"]
        configs = sorted(dynamic) + ["__unknown_config__"]
        experiments = sorted(all.filter { !dynamic.contains($0) }) + ["__unknown_experiment__"]
        layers = sorted(ruleset.layerNames) + ["__unknown_layer__"]
        stores = sorted(ruleset.parameterStoreNames.map(\.store)).map { store in
            (store, sorted(client.unloggedSnapshot.parameterStore(store, for: User()).parameters))
        }
    }

    func make(_ client: GatehouseClient, for user: User) {
        for name in gates {
            _ = client.checkGate(name, for: user)
            _ = client.checkGate(name, for: user)
        }
        for name in configs { _ = client.dynamicConfig(name, for: user) }
        for name in experiments { _ = client.experiment(name, for: user) }
        for name in layers {
            let layer = client.layer(name, for: user)
            for parameter in parameters(of: layer) where layer.result[parameter] != .null { _ = layer[parameter] }
            _ = layer["__not_a_parameter__"]
        }
        for (store, parameters) in stores {
            let reader = client.parameterStore(store, for: user)
            for parameter in parameters {
                _ = reader[parameter, default: "__fallback__"]
                _ = reader[parameter, default: true]
                _ = reader[parameter, default: -1.5]
            }
        }
        // Logged before, so that asking again logs and counts nothing.
        let flags = client.scope(for: user)
        for name in gates.prefix(5) + gates.suffix(1) {
            let gate = flags.gate(name)
            flags.log(gate)
            flags.log(gate)
        }
        for name in configs.prefix(5) + configs.suffix(1) { flags.log(flags.dynamicConfig(name)) }
        for name in experiments.prefix(5) + experiments.suffix(1) { flags.log(flags.experiment(name)) }
        for name in layers.prefix(5) {
            let layer = client.layer(name, for: user, logsExposure: false)
            for parameter in parameters(of: layer).prefix(3) {
                flags.log(layer, parameter: parameter)
            }
        }
        for name in gates.prefix(3) { _ = client.checkGate(name, for: user, logsExposure: false) }
        client.log(event: "purchase", value: 9.5, metadata: ["item": "book"], for: user)
        client.log(event: "visit", value: "home", for: user)
        client.log(event: "count", value: 5, for: user)
        client.log(event: "nothing", for: user)
        client.identify(user)
    }

    private func parameters(of layer: Layer) -> [String] {
        (layer.value?.map(\.name) ?? []).sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
    }
}
