// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Renders resources to specs, with the indexes of one project.
struct SpecRenderer {
    /// The types of resources that become specs.
    static let types: [ResourceType] = [
        .gates, .segments, .holdouts, .dynamicConfigs, .experiments, .layers, .autotunes,
    ]
    /// Longer lists of IDs travel as files beside the document.
    static let maximumInlineIDs = 1000

    /// A holdout with the IDs of the covered resources as sets.
    struct Coverage {
        let id: String
        let idType: String
        let associationID: String
        let revision: Int64
        fileprivate let covered: [ResourceType: Set<String>]

        fileprivate init(_ holdout: Holdout) {
            id = holdout.id
            idType = holdout.idType
            associationID = holdout.associationID
            revision = holdout.revision
            covered = Dictionary(
                uniqueKeysWithValues: Holdout.coveredTypes.map { ($0, Set(holdout[covered: $0])) })
        }
    }

    let project: AuthoredProject
    private let holdouts: [Coverage]
    let experimentsByLayer: [String: [Experiment]]

    init(_ project: AuthoredProject) {
        self.project = project
        holdouts = project.all(Holdout.self).filter { !$0.isArchived }.map(Coverage.init)
        experimentsByLayer = project.experimentsByLayer
    }

    // MARK: - Dependencies

    /// The revisions of all resources that a resource's spec depends on.
    func inputs(of resource: Resource) -> [Int64] {
        var inputs = [resource.revision] + holdouts(covering: resource).map(\.revision)
        switch resource.type {
        case .experiments:
            if let layer = layer(of: Experiment(resource)) {
                inputs += [layer.revision] + holdouts(covering: layer.resource).map(\.revision)
            }
        case .layers: inputs += (experimentsByLayer[resource.id] ?? []).map(\.revision)
        default: break
        }
        if !resource.targetApps.names.isEmpty { inputs += project.all(.targetApps).map(\.revision) }
        return inputs
    }

    /// The holdouts that cover a resource, the oldest first.
    func holdouts(covering resource: Resource) -> [Coverage] {
        guard Holdout.coveredTypes.contains(resource.type), !holdouts.isEmpty else { return [] }
        let idType = resource.idType
        return holdouts.filter { holdout in
            holdout.idType == idType && holdout.covered[resource.type]?.contains(resource.id) ?? false
        }
    }

    func layer(of experiment: Experiment) -> Layer? {
        let id = experiment.layerID
        return id.isEmpty ? nil : project[Layer.self, id].flatMap { $0.isArchived ? nil : $0 }
    }

    /// The spec of a resource, `nil` for types that become none.
    func spec(of resource: Resource) -> SpecContent? {
        switch resource.type {
        case .gates: gate(Gate(resource))
        case .segments: segment(Segment(resource))
        case .holdouts: holdout(Holdout(resource))
        case .dynamicConfigs: config(DynamicConfig(resource))
        case .experiments: experiment(Experiment(resource))
        case .layers: layer(Layer(resource))
        case .autotunes: autotune(Autotune(resource))
        default: nil
        }
    }

    // MARK: - The document as a whole

    /// The layer of each experiment that is in one, by experiment.
    var experimentLayers: [(experiment: String, layer: String)] {
        experimentsByLayer.filter { !$0.key.isEmpty }.values.joined().filter { !$0.isArchived }
            .compactMap { experiment in layer(of: experiment).map { (experiment.id, $0.id) } }
            .sorted { $0.0 < $1.0 }
    }

    /// The segments that are lists too long for documents.
    var longSegments: [Segment] {
        project.unordered(.segments).map(Segment.init).filter { segment in
            !segment.isArchived && segment.kind != .ruleBased && segment.ids.count > SpecRenderer.maximumInlineIDs
        }
    }

    /// Parameter stores by name.
    var paramStores: [(name: String, store: Value)] {
        project.unordered(.paramStores).map(ParameterStore.init).filter { !$0.isArchived }.sorted { $0.id < $1.id }
            .map { store in
                let parameters = store.parameters.map { parameter -> (String, Value) in
                    (parameter.name, .object(parameter.withoutName))
                }
                return (
                    store.id,
                    [
                        "parameters": .object(Object(parameters)),
                        "targetAppIDs": .strings(project.targetAppIDs(of: store.resource)),
                        "version": .integer(store.version),
                    ]
                )
            }
    }
}
