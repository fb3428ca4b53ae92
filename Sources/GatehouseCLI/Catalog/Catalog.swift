// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

package import GatehouseEvaluation
import GatehouseReview
package import GatehouseSpec

/// The names in a document, in output order: by kind, then by UTF-8 bytes.
package struct Catalog: Sendable {
    private let gates: [CatalogEntry]
    // Dynamic configs, experiments and autotunes; the member `entity` decides the kind.
    private let configs: [CatalogEntry]
    private let layers: [CatalogEntry]
    private let parameters: [CatalogEntry]

    package init(_ ruleset: Ruleset) {
        gates = Catalog.sorted(ruleset.gateNames).map { CatalogEntry(.gate, $0) }
        layers = Catalog.sorted(ruleset.layerNames).map { CatalogEntry(.layer, $0) }
        configs = Catalog.sorted(ruleset.configNames + ruleset.autotuneNames).map { name in
            CatalogEntry(ruleset.entity(ofConfig: name) == "dynamic_config" ? .dynamicConfig : .experiment, name)
        }
        let stores = ruleset.parameterStoreNames.sorted { $0.store.utf8.lexicographicallyPrecedes($1.store.utf8) }
        parameters = stores.flatMap { store, names in
            Catalog.sorted(names).map { CatalogEntry(store: store, parameter: $0) }
        }
    }

    /// All entries of the document, each under its own kind.
    package var entries: [CatalogEntry] {
        gates + configs.filter { $0.kind == .dynamicConfig } + configs.filter { $0.kind == .experiment } + layers
            + parameters
    }

    /// All entries of the document and an unknown name of each kind, for comparing engines.
    ///
    /// Configs and experiments share one name space, so each of their names is an entry of both kinds.
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

    // Names are compared by bytes, as in the engine; Swift compares strings by canonical equivalence.

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

/// The kind of an entry, as the row format spells it.
package enum EntryKind: String, Sendable, CaseIterable {
    case gate
    case dynamicConfig = "dynamic_config"
    case experiment
    case layer
    /// A parameter of a parameter store.
    case parameter = "param_store"

    /// The word in tables and messages.
    var label: String {
        switch self {
        case .gate: "gate"
        case .dynamicConfig: "config"
        case .experiment: "experiment"
        case .layer: "layer"
        case .parameter: "parameter"
        }
    }

    /// The engine's kind, `nil` for parameters, which are read from entities of other kinds.
    var entityKind: EntityKind? {
        switch self {
        case .gate: .gate
        case .dynamicConfig: .dynamicConfig
        case .experiment: .experiment
        case .layer: .layer
        case .parameter: nil
        }
    }
}

/// An entity, or a parameter of a parameter store, that a run can evaluate.
package struct CatalogEntry: Sendable {
    package let kind: EntryKind
    /// The name; for a parameter `store/parameter`.
    package let name: String
    /// For parameters: the store's name.
    package let store: String
    /// For parameters: the name within the store.
    package let parameter: String

    package init(_ kind: EntryKind, _ name: String) {
        self.kind = kind
        self.name = name
        store = ""
        parameter = ""
    }

    package init(store: String, parameter: String) {
        kind = .parameter
        name = "\(store)/\(parameter)"
        self.store = store
        self.parameter = parameter
    }

    /// Whether both are the same entry.
    fileprivate func isSame(as other: CatalogEntry) -> Bool { kind == other.kind && Catalog.areSame(name, other.name) }
}

/// The entries that a run evaluates.
struct Selection {
    /// The selected entries, in the order of the names.
    let entries: [CatalogEntry]
    /// The names without an entry in the document.
    let unknownNames: [String]

    /// - Parameters:
    ///   - names: The names to select, or patterns with `*` and `?`. No names select all candidates.
    ///   - candidates: The entries to select from.
    init(_ names: [String], from candidates: [CatalogEntry]) {
        guard !names.isEmpty else {
            entries = candidates
            unknownNames = []
            return
        }
        var entries: [CatalogEntry] = []
        var unknown: [String] = []
        for (position, name) in names.enumerated() {
            if names[..<position].contains(where: { Catalog.areSame($0, name) }) { continue }
            var found = candidates.filter { Catalog.areSame($0.name, name) }
            if found.isEmpty, name.contains(where: { $0 == "*" || $0 == "?" }) {
                found = candidates.filter { candidate in
                    NamePattern.matches(candidate.name, name) && !entries.contains { $0.isSame(as: candidate) }
                }
            }
            entries += found
            if found.isEmpty { unknown.append(name) }
        }
        self.entries = entries
        unknownNames = unknown
    }
}
