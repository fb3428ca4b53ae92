// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

/// Which entities are for which apps.
enum TargetApps {
    static let families: [String: Family] = [
        "gates": .gates, "dynamicConfigs": .dynamicConfigs, "experiments": .experiments,
    ]

    /// Adds apps to the entities that a request names.
    static func assign(_ apps: [String], _ body: Object, _ draft: inout Draft) throws {
        for (member, family) in families.sorted(by: { $0.key < $1.key }) {
            for (index, name) in body.texts(member).enumerated() {
                guard var entity = draft.project.entity(family, named: name) else {
                    throw APIError.invalid(
                        "\(member).\(index)", "\(member).\(index) must be the ID of one of the \(family.rawValue)")
                }
                let had = names(of: entity)
                entity["targetApps"] = .strings(had + apps.filter { !had.contains($0) })
                draft.put(entity)
            }
        }
    }

    /// Takes an app away from all entities.
    static func unassign(_ app: Entity, _ draft: inout Draft) {
        for family in Compilation.families + [.paramStores] {
            for entity in draft.project.all(family) {
                let had = names(of: entity)
                let left = had.filter { $0 != app.id && $0 != app.name }
                guard left != had else { continue }
                var changed = entity
                changed["targetApps"] = .strings(left)
                draft.put(changed)
            }
        }
    }

    private static func names(of entity: Entity) -> [String] {
        entity["targetApps"]?.string.map { [$0] } ?? entity.members.texts("targetApps")
    }
}
