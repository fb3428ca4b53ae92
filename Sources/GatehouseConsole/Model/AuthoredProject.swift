// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// All authored resources at one time.
///
/// A value: a change makes another value, and a reader of this one sees no change.
struct AuthoredProject: Sendable {
    private var resources: [ResourceType: [String: Resource]] = [:]
    /// The gates and segments of imported documents, which rules may ask as well.
    var importedGates: Set<String> = []

    var isEmpty: Bool { resources.values.allSatisfy(\.isEmpty) }

    /// The resources that every project has, until a change stores them.
    static let builtIn: [ResourceType: [Resource]] = [
        .unitIDTypes: UnitIDType.builtIn.map { name in
            var unit = Resource(.unitIDTypes, id: name, ["description": ""])
            unit.name = name
            return unit
        }
    ]

    subscript(type: ResourceType, id: String) -> Resource? {
        get { resources[type]?[id] ?? AuthoredProject.builtIn[type]?.first { $0.id == id } }
        set { resources[type, default: [:]][id] = newValue }
    }

    /// The resources of a type, the oldest first.
    func all(_ type: ResourceType) -> [Resource] {
        let stored = resources[type] ?? [:]
        let builtIn = (AuthoredProject.builtIn[type] ?? []).filter { stored[$0.id] == nil }
        return builtIn + stored.values.sorted { ($0.createdTime, $0.id) < ($1.createdTime, $1.id) }
    }

    /// The resources of a type, the oldest first.
    func all<T: TypedResource>(_ type: T.Type) -> [T] { all(T.type).map(T.init) }

    /// The resource of a type and an ID.
    subscript<T: TypedResource>(type: T.Type, id: String) -> T? { self[T.type, id].map(T.init) }

    /// The resources of a type in no order.
    func unordered(_ type: ResourceType) -> some Collection<Resource> { (resources[type] ?? [:]).values }

    /// The resource of an ID, else the one of a name.
    func resource(_ type: ResourceType, named name: String) -> Resource? {
        self[type, name]
            ?? unordered(type).filter { $0.name == name }.min { ($0.createdTime, $0.id) < ($1.createdTime, $1.id) }
    }

    /// The IDs of the apps that a resource is for; a name without an app stands for itself.
    func targetAppIDs(of resource: Resource) -> [String] {
        resource.targetApps.names.map { name in self.resource(.targetApps, named: name)?.id ?? name }
    }

    /// The experiments by the ID of their layer, in the order of their own IDs; those without a layer under "".
    var experimentsByLayer: [String: [Experiment]] {
        Dictionary(grouping: unordered(.experiments).map(Experiment.init), by: \.layerID)
            .mapValues { $0.sorted { $0.id < $1.id } }
    }

    func experiments(inLayer layer: String) -> [Experiment] {
        unordered(.experiments).map(Experiment.init).filter { $0.layerID == layer }.sorted { $0.id < $1.id }
    }
}
