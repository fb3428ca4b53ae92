// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Everything that has been authored, at one time.
///
/// A value: a change makes another one, and whoever holds one sees no change.
struct AuthoredProject: Sendable {
    private var entities: [Family: [String: Entity]] = [:]
    /// Gates and segments that only imported documents have, which rules may ask as well.
    var importedGates: Set<String> = []

    var isEmpty: Bool { entities.values.allSatisfy(\.isEmpty) }

    subscript(family: Family, id: String) -> Entity? {
        get { entities[family]?[id] }
        set { entities[family, default: [:]][id] = newValue }
    }

    /// The entities of a family, the oldest first.
    func all(_ family: Family) -> [Entity] {
        (entities[family] ?? [:]).values.sorted { ($0.createdTime, $0.id) < ($1.createdTime, $1.id) }
    }

    /// The entities of a family in no order.
    func unordered(_ family: Family) -> some Collection<Entity> { (entities[family] ?? [:]).values }

    /// The entity of an ID, else the one of a name.
    func entity(_ family: Family, named name: String) -> Entity? {
        self[family, name] ?? all(family).first { $0.name == name }
    }

    /// The experiments of a layer by ID, those without one under "".
    var experimentsByLayer: [String: [Entity]] {
        Dictionary(grouping: unordered(.experiments)) { $0.text("layerID") }
            .mapValues { $0.sorted { $0.id < $1.id } }
    }

    func experiments(inLayer layer: String) -> [Entity] {
        unordered(.experiments).filter { $0.text("layerID") == layer }.sorted { $0.id < $1.id }
    }
}
