// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import GatehouseSpec

/// What has been authored, as documents in both formats.
struct CompiledProject: Sendable {
    /// By name, so that the same project has the same text.
    let entities: [CompiledEntity]
    let experimentLayers: [(experiment: String, layer: String)]
    let paramStores: [(name: String, store: Value)]
    /// The segments that are too long for documents.
    let longSegments: [Entity]
    /// Members of an imported document that no entity has.
    let members: Object
    /// The conditions that those name.
    let memberConditions: [CompiledEntity.SharedCondition]
    /// Tells this project from any other that was compiled for the same data.
    let revision: Int64

    /// The document in a format.
    func tree(_ format: SpecDocument.Format) -> DocumentTree {
        var tree = DocumentTree(format)
        tree.members = members
        var shared: [String: Value] = [:]
        if format == .v2 {
            tree.conditions = memberConditions
            for (id, condition) in memberConditions { shared[id] = condition }
        }
        for entity in entities {
            switch format {
            case .v1: tree.entities[entity.section, default: []].append(.init(name: entity.name, spec: entity.older))
            case .v2:
                var renamed: [String: String] = [:]
                for (hash, condition) in entity.conditions {
                    // Two conditions seldom have the same hash; then the later one gets a suffix.
                    var id = hash
                    while let other = shared[id], other != condition { id += "x" }
                    if shared.updateValue(condition, forKey: id) == nil { tree.conditions.append((id, condition)) }
                    if id != hash { renamed[hash] = id }
                }
                let spec = entity.newer(renaming: renamed)
                tree.entities[entity.section, default: []].append(.init(name: entity.name, spec: spec))
            }
        }
        switch format {
        case .v1:
            var layers: [(name: String, value: Value)] = []
            for (layer, pairs) in Dictionary(grouping: experimentLayers, by: \.layer).sorted(by: { $0.key < $1.key }) {
                layers.append((layer, .strings(pairs.map(\.experiment))))
            }
            tree.members["layers"] = .object(Object(distinct: layers))
        case .v2:
            tree.members["experiment_to_layer"] = .object(
                Object(distinct: experimentLayers.map { ($0.experiment, .string($0.layer)) }))
        }
        let lists = Set(entities.flatMap(\.idLists)).sorted()
        tree.members["id_lists"] = .object(Object(distinct: lists.map { ($0, true) }))
        tree.members["param_stores"] = .object(Object(distinct: paramStores.map { ($0.name, $0.store) }))
        return tree
    }
}
