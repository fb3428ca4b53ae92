// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Everything that has been authored, at one time.
///
/// A value: a change makes another one, and whoever holds one sees no change.
struct AuthoredProject: Sendable {
    private var resources: [ResourceType: [String: Resource]] = [:]
    /// Gates and segments that only imported documents have, which rules may ask as well.
    var importedGates: Set<String> = []

    var isEmpty: Bool { resources.values.allSatisfy(\.isEmpty) }

    subscript(family: ResourceType, id: String) -> Resource? {
        get { resources[family]?[id] }
        set { resources[family, default: [:]][id] = newValue }
    }

    /// The resources of a family, the oldest first.
    func all(_ family: ResourceType) -> [Resource] {
        (resources[family] ?? [:]).values.sorted { ($0.createdTime, $0.id) < ($1.createdTime, $1.id) }
    }

    /// The resources of a family in no order.
    func unordered(_ family: ResourceType) -> some Collection<Resource> { (resources[family] ?? [:]).values }

    /// The resource of an ID, else the one of a name.
    func resource(_ family: ResourceType, named name: String) -> Resource? {
        self[family, name] ?? all(family).first { $0.name == name }
    }

    /// The experiments of a layer by ID, those without one under "".
    var experimentsByLayer: [String: [Resource]] {
        Dictionary(grouping: unordered(.experiments)) { $0.text("layerID") }
            .mapValues { $0.sorted { $0.id < $1.id } }
    }

    func experiments(inLayer layer: String) -> [Resource] {
        unordered(.experiments).filter { $0.text("layerID") == layer }.sorted { $0.id < $1.id }
    }
}
