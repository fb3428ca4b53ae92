// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A project with the indexes that its renderer needs.
struct SpecRenderer {
    /// The families that are rendered one by one.
    static let types: [ResourceType] = [
        .gates, .segments, .holdouts, .dynamicConfigs, .experiments, .layers, .autotunes,
    ]

    let project: AuthoredProject
    private let holdouts: [Holdout]
    let experimentsByLayer: [String: [Resource]]

    init(_ project: AuthoredProject) {
        self.project = project
        holdouts = project.all(.holdouts).filter { !$0.isArchived }.map(Holdout.init)
        experimentsByLayer = project.experimentsByLayer
    }

    // MARK: - What depends on what

    /// The revisions of everything that the specs of an resource depend on.
    func inputs(of resource: Resource) -> [Int64] {
        var inputs = [resource.revision] + covering(resource).map(\.revision)
        switch resource.family {
        case .experiments:
            if let layer = layer(of: resource) { inputs += [layer.revision] + covering(layer).map(\.revision) }
        case .layers: inputs += (experimentsByLayer[resource.id] ?? []).map(\.revision)
        default: break
        }
        if !resource.members.list("targetApps").isEmpty { inputs += project.all(.targetApps).map(\.revision) }
        return inputs
    }

    /// The holdouts that an resource is in, the oldest first.
    func covering(_ resource: Resource) -> [Holdout] {
        holdouts.filter { holdout in
            guard holdout.idType == resource.idType else { return false }
            return switch resource.family {
            case .gates: holdout.gates.contains(resource.id)
            case .experiments: holdout.experiments.contains(resource.id)
            case .layers: holdout.layers.contains(resource.id)
            default: false
            }
        }
    }

    func layer(of experiment: Resource) -> Resource? {
        let id = experiment.text("layerID")
        return id.isEmpty ? nil : project[.layers, id].flatMap { $0.isArchived ? nil : $0 }
    }

    func specs(of resource: Resource) -> [SpecContent] {
        switch resource.family {
        case .gates: [gate(resource)]
        case .segments: [segment(resource)]
        case .holdouts: [holdout(resource)]
        case .dynamicConfigs: [config(resource)]
        case .experiments: [experiment(resource)]
        case .layers: [layer(resource)]
        case .autotunes: [autotune(resource)]
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
    var longSegments: [Resource] {
        project.unordered(.segments).filter { segment in
            !segment.isArchived && segment.text("type") != "rule_based"
                && segment.members.list("ids").count > SegmentIDs.mostInline
        }
    }

    /// Parameter stores by name.
    var paramStores: [(name: String, store: Value)] {
        project.unordered(.paramStores).filter { !$0.isArchived }.sorted { $0.id < $1.id }.map { resource in
            let parameters = resource.members.objects("parameters").map { parameter -> (name: String, value: Value) in
                var parameter = parameter
                let name = parameter.text("name")
                parameter["name"] = nil
                return (name, .object(parameter))
            }
            return (
                resource.id,
                [
                    "parameters": .object(Object(parameters)), "targetAppIDs": .strings(targetApps(of: resource)),
                    "version": .integer(resource.version),
                ]
            )
        }
    }

    /// The IDs of the apps that an resource is for.
    func targetApps(of resource: Resource) -> [String] {
        let names = resource.members["targetApps"].map {
            $0.string.map { [$0] } ?? resource.members.texts("targetApps")
        }
        return (names ?? []).map { name in project.resource(.targetApps, named: name)?.id ?? name }
    }
}

/// The IDs of segments that are lists.
enum SegmentIDs {
    /// Longer lists travel as files beside the document.
    static let mostInline = 1000
}
