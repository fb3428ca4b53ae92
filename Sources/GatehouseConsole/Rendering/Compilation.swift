// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A project with the indexes that its compilation needs.
struct Compilation {
    /// The families that are compiled one by one.
    static let families: [Family] = [
        .gates, .segments, .holdouts, .dynamicConfigs, .experiments, .layers, .autotunes,
    ]

    let project: AuthoredProject
    private let holdouts: [Holdout]
    let experimentsByLayer: [String: [Entity]]

    init(_ project: AuthoredProject) {
        self.project = project
        holdouts = project.all(.holdouts).filter { !$0.isArchived }.map(Holdout.init)
        experimentsByLayer = project.experimentsByLayer
    }

    // MARK: - What depends on what

    /// The revisions of everything that the specs of an entity depend on.
    func inputs(of entity: Entity) -> [Int64] {
        var inputs = [entity.revision] + covering(entity).map(\.revision)
        switch entity.family {
        case .experiments:
            if let layer = layer(of: entity) { inputs += [layer.revision] + covering(layer).map(\.revision) }
        case .layers: inputs += (experimentsByLayer[entity.id] ?? []).map(\.revision)
        default: break
        }
        if !entity.members.list("targetApps").isEmpty { inputs += project.all(.targetApps).map(\.revision) }
        return inputs
    }

    /// The holdouts that an entity is in, the oldest first.
    func covering(_ entity: Entity) -> [Holdout] {
        holdouts.filter { holdout in
            guard holdout.idType == entity.idType else { return false }
            return switch entity.family {
            case .gates: holdout.gates.contains(entity.id)
            case .experiments: holdout.experiments.contains(entity.id)
            case .layers: holdout.layers.contains(entity.id)
            default: false
            }
        }
    }

    func layer(of experiment: Entity) -> Entity? {
        let id = experiment.text("layerID")
        return id.isEmpty ? nil : project[.layers, id].flatMap { $0.isArchived ? nil : $0 }
    }

    func specs(of entity: Entity) -> [CompiledSpec] {
        switch entity.family {
        case .gates: [gate(entity)]
        case .segments: [segment(entity)]
        case .holdouts: [holdout(entity)]
        case .dynamicConfigs: [config(entity)]
        case .experiments: [experiment(entity)]
        case .layers: [layer(entity)]
        case .autotunes: [autotune(entity)]
        default: []
        }
    }

    // MARK: - What the whole document has

    /// The layer of each experiment that is in one, by experiment.
    var experimentLayers: [(experiment: String, layer: String)] {
        project.unordered(.experiments).filter { !$0.isArchived }.compactMap { experiment in
            layer(of: experiment).map { (experiment.id, $0.id) }
        }.sorted { $0.0 < $1.0 }
    }

    /// The segments that are lists too long for documents.
    var longSegments: [Entity] {
        project.unordered(.segments).filter { segment in
            !segment.isArchived && segment.text("type") != "rule_based"
                && segment.members.list("ids").count > SegmentIDs.mostInline
        }
    }

    /// Parameter stores by name.
    var paramStores: [(name: String, store: Value)] {
        project.unordered(.paramStores).filter { !$0.isArchived }.sorted { $0.id < $1.id }.map { entity in
            let parameters = entity.members.objects("parameters").map { parameter -> (name: String, value: Value) in
                var parameter = parameter
                let name = parameter.text("name")
                parameter["name"] = nil
                return (name, .object(parameter))
            }
            return (
                entity.id,
                [
                    "parameters": .object(Object(parameters)), "targetAppIDs": .strings(targetApps(of: entity)),
                    "version": .integer(entity.version),
                ]
            )
        }
    }

    /// The IDs of the apps that an entity is for.
    func targetApps(of entity: Entity) -> [String] {
        let names = entity.members["targetApps"].map { $0.string.map { [$0] } ?? entity.members.texts("targetApps") }
        return (names ?? []).map { name in project.entity(.targetApps, named: name)?.id ?? name }
    }
}

/// The IDs of segments that are lists.
enum SegmentIDs {
    /// Longer lists travel as files beside the document.
    static let mostInline = 1000
}
