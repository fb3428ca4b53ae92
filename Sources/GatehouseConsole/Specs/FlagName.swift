// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Something that an OpenFeature client can ask for.
struct FlagName: Sendable {
    enum Kind: String { case gate, config, experiment, layer, store }

    let kind: Kind
    let name: String

    /// Everything in a document but segments and holdouts, which only rules ask.
    static func all(in tree: DocumentTree) -> [FlagName] {
        let gates = (tree.entities[.gates] ?? []).filter { $0.kind != "segment" && $0.kind != "holdout" }
        let configs = (tree.entities[.configs] ?? []).map { entity in
            FlagName(kind: entity.kind == "dynamic_config" ? .config : .experiment, name: entity.name)
        }
        let autotunes = (tree.members["cmab_configs"]?.object ?? [:]).map { FlagName(kind: .experiment, name: $0.name) }
        let stores = (tree.members["param_stores"]?.object ?? [:]).map { FlagName(kind: .store, name: $0.name) }
        return gates.map { FlagName(kind: .gate, name: $0.name) } + configs + autotunes
            + (tree.entities[.layers] ?? []).map { FlagName(kind: .layer, name: $0.name) } + stores
    }
}
