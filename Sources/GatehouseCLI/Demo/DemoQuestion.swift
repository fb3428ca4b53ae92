// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse

/// Something that each user is evaluated for.
struct DemoQuestion: Sendable {
    let kind: EntityKind
    let name: String
    /// The kind for people.
    let label: String

    // In the sample project these tell most.
    private static let sampleNames = ["new_home", "cfg", "color_test", "shop"]

    /// A gate, a config, an experiment and a layer, as far as there are any.
    static func chosen(from catalog: Catalog) -> [DemoQuestion] {
        EntryKind.allCases.compactMap { kind in
            guard let entityKind = kind.entityKind else { return nil }
            let entries = catalog.entries.filter { $0.kind == kind }
            let entry = entries.first { sampleNames.contains($0.name) } ?? entries.first
            return entry.map { DemoQuestion(kind: entityKind, name: $0.name, label: kind.label) }
        }
    }

    /// The value that a user gets, as JSON text, and the name of the group.
    func answer(for user: User, from client: GatehouseClient) -> (value: String, group: String?) {
        switch kind {
        case .gate:
            let gate = client.gate(name, for: user)
            return (gate.value ? "true" : "false", gate.evaluation.groupName)
        case .dynamicConfig:
            let config = client.dynamicConfig(name, for: user)
            return (config.json, config.evaluation.groupName)
        case .experiment:
            let experiment = client.experiment(name, for: user)
            return (experiment.json, experiment.groupName)
        case .layer:
            let layer = client.layer(name, for: user)
            return (layer.json, layer.groupName)
        }
    }
}
