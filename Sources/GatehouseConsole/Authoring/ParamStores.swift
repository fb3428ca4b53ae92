// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

/// Where the parameters of stores come from.
enum ParamStores {
    private static let references: [String: (member: String, family: ResourceType, others: [String])] = [
        "gate": ("gate_name", .gates, ["pass_value", "fail_value"]),
        "layer": ("layer_name", .layers, ["param_name"]),
        "dynamic_config": ("config_name", .dynamicConfigs, ["param_name"]),
        "experiment": ("experiment_name", .experiments, ["param_name"]),
    ]

    /// Refuses parameters that come from nowhere.
    static func check(_ resource: Resource, _ project: AuthoredProject) throws {
        var names: Set<String> = []
        for (index, parameter) in resource.members.objects("parameters").enumerated() {
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

    /// Whether a store has a parameter that comes from an resource.
    static func reads(_ resource: Resource, _ store: Resource) -> Bool {
        store.members.objects("parameters").contains { parameter in
            guard let reference = references[parameter.text("ref_type")] else { return false }
            return reference.family == resource.family && parameter.text(reference.member) == resource.id
        }
    }
}

/// Which resources are for which apps.
enum TargetApps {
    static let families: [String: ResourceType] = [
        "gates": .gates, "dynamicConfigs": .dynamicConfigs, "experiments": .experiments,
    ]

    /// Adds apps to the resources that a request names.
    static func assign(_ apps: [String], _ body: Object, _ draft: inout Draft) throws {
        for (member, family) in families.sorted(by: { $0.key < $1.key }) {
            for (index, name) in body.texts(member).enumerated() {
                guard var resource = draft.project.resource(family, named: name) else {
                    throw APIError.invalid(
                        "\(member).\(index)", "\(member).\(index) must be the ID of one of the \(family.rawValue)")
                }
                let had = names(of: resource)
                resource["targetApps"] = .strings(had + apps.filter { !had.contains($0) })
                draft.put(resource)
            }
        }
    }

    /// Takes an app away from all resources.
    static func unassign(_ app: Resource, _ draft: inout Draft) {
        for family in SpecRenderer.types + [.paramStores] {
            for resource in draft.project.all(family) {
                let had = names(of: resource)
                let left = had.filter { $0 != app.id && $0 != app.name }
                guard left != had else { continue }
                var changed = resource
                changed["targetApps"] = .strings(left)
                draft.put(changed)
            }
        }
    }

    private static func names(of resource: Resource) -> [String] {
        resource["targetApps"]?.string.map { [$0] } ?? resource.members.texts("targetApps")
    }
}
