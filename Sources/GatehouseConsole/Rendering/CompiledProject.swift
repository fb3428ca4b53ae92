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
    func tree(_ format: DocumentFormat) -> DocumentTree {
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

extension CompiledProject {
    /// The text of the whole document with other members, put together from texts that are there already.
    ///
    /// - Parameter tree: What ``tree(_:)`` makes, with the members to write.
    /// - Returns: What the tree's value would be written as; `nil` where that isn't these texts one after the other.
    func text(_ tree: DocumentTree) -> [UInt8]? {
        let isNewer = tree.format == .v2
        var bytes = JSON.bytes(.object(tree.members))
        bytes.removeLast()
        bytes.reserveCapacity(entities.reduce(1 << 16) { $0 + $1.newerText.count * 3 })
        for section in DocumentTree.Section.allCases {
            open(&bytes, section.rawValue, isNewer ? "{" : "[")
            for entity in entities where entity.section == section {
                if isNewer {
                    separate(&bytes, entity.name)
                    bytes += entity.newerText
                } else {
                    if bytes.last != UInt8(ascii: "[") { bytes.append(UInt8(ascii: ",")) }
                    bytes += entity.olderText
                }
            }
            bytes += (isNewer ? "}" : "]").utf8
        }
        if isNewer {
            open(&bytes, "condition_map", "{")
            var known: Set<String> = []
            for (id, condition) in memberConditions where known.insert(id).inserted {
                separate(&bytes, id)
                bytes += JSON.bytes(condition)
            }
            for entity in entities {
                for (condition, text) in zip(entity.conditions, entity.conditionTexts)
                where known.insert(condition.id).inserted {
                    separate(&bytes, condition.id)
                    bytes += text
                }
            }
            // Otherwise two conditions have the same hash, and one of them another ID in this document.
            guard known.count == tree.conditions.count else { return nil }
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    private func open(_ bytes: inout [UInt8], _ name: String, _ bracket: String) {
        separate(&bytes, name)
        bytes += bracket.utf8
    }

    private func separate(_ bytes: inout [UInt8], _ name: String) {
        if bytes.last != UInt8(ascii: "{") { bytes.append(UInt8(ascii: ",")) }
        bytes += JSON.bytes(.string(name))
        bytes.append(UInt8(ascii: ":"))
    }
}
