// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

package import GatehouseEvaluation
package import GatehouseSpec

/// The names of a document, in the order in which they are written: by kind, then by UTF-8.
package struct Catalog: Sendable {
    private let gates: [CatalogEntry]
    // Dynamic configs, experiments and autotunes, as what their entity says they are.
    private let configs: [CatalogEntry]
    private let layers: [CatalogEntry]
    private let parameters: [CatalogEntry]

    package init(_ ruleset: Ruleset) {
        gates = Catalog.sorted(ruleset.gateNames).map { CatalogEntry(.gate, $0) }
        layers = Catalog.sorted(ruleset.layerNames).map { CatalogEntry(.layer, $0) }
        configs = Catalog.sorted(ruleset.configNames + ruleset.autotuneNames).map { name in
            CatalogEntry(ruleset.entity(ofConfig: name) == "dynamic_config" ? .dynamicConfig : .experiment, name)
        }
        let stores = ruleset.parameterStoreNames
        parameters = Catalog.sorted(stores.map(\.store)).flatMap { store in
            let names = stores.last { Catalog.areSame($0.store, store) }?.parameters ?? []
            return Catalog.sorted(names).map { CatalogEntry(store: store, parameter: $0) }
        }
    }

    /// Everything in the document, each name as what it is.
    package var entries: [CatalogEntry] {
        gates + configs.filter { $0.kind == .dynamicConfig } + configs.filter { $0.kind == .experiment } + layers
            + parameters
    }

    /// Everything in the document and an unknown name of each kind, for comparing engines: configs and experiments
    /// share their names, so each is asked for as both.
    package var rowEntries: [CatalogEntry] {
        var entries = gates
        entries.append(CatalogEntry(.gate, "__unknown_gate__"))
        entries += configs.map { CatalogEntry(.dynamicConfig, $0.name) }
        entries.append(CatalogEntry(.dynamicConfig, "__unknown_config__"))
        entries += configs.map { CatalogEntry(.experiment, $0.name) }
        entries.append(CatalogEntry(.experiment, "__unknown_experiment__"))
        entries += layers
        entries.append(CatalogEntry(.layer, "__unknown_layer__"))
        return entries + parameters
    }

    // Names are compared byte for byte, as the engine does; Swift's strings take some that differ for equal.

    static func areSame(_ left: String, _ right: String) -> Bool {
        left.utf8.elementsEqual(right.utf8)
    }

    private static func sorted(_ names: [String]) -> [String] {
        var result: [String] = []
        for name in names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            if let last = result.last, areSame(last, name) { continue }
            result.append(name)
        }
        return result
    }
}
