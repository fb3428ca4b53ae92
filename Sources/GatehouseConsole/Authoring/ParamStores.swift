// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

/// Where the parameters of stores come from.
enum ParamStores {
    private static let references: [String: (member: String, family: Family, others: [String])] = [
        "gate": ("gate_name", .gates, ["pass_value", "fail_value"]),
        "layer": ("layer_name", .layers, ["param_name"]),
        "dynamic_config": ("config_name", .dynamicConfigs, ["param_name"]),
        "experiment": ("experiment_name", .experiments, ["param_name"]),
    ]

    /// Refuses parameters that come from nowhere.
    static func check(_ entity: Entity, _ project: AuthoredProject) throws {
        var names: Set<String> = []
        for (index, parameter) in entity.members.objects("parameters").enumerated() {
            func refuse(_ member: String, _ message: String) -> APIError {
                .invalid("parameters.\(index).\(member)", "parameters.\(index).\(member) \(message)")
            }
            guard names.insert(parameter.text("name")).inserted else {
                throw refuse("name", "is that of another parameter")
            }
            guard let reference = references[parameter.text("ref_type")] else {
                guard let value = parameter["value"] else { throw refuse("value", "is required") }
                let errors = SchemaCheck.errors(
                    value, ["type": parameter["param_type"] ?? "object"], at: "parameters.\(index).value")
                guard errors.isEmpty else { throw APIError.invalid(errors) }
                continue
            }
            for member in reference.others where parameter[member] == nil { throw refuse(member, "is required") }
            guard project[reference.family, parameter.text(reference.member)] != nil else {
                throw refuse(reference.member, "must be the ID of one of the \(reference.family.rawValue)")
            }
        }
    }

    /// Whether a store has a parameter that comes from an entity.
    static func reads(_ entity: Entity, _ store: Entity) -> Bool {
        store.members.objects("parameters").contains { parameter in
            guard let reference = references[parameter.text("ref_type")] else { return false }
            return reference.family == entity.family && parameter.text(reference.member) == entity.id
        }
    }
}

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
