// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse
import GatehouseEvaluation

/// An entity that the demo evaluates for each user.
struct DemoQuestion: Sendable {
    let kind: EntityKind
    let name: String
    /// The kind, as shown.
    let label: String

    // The entities of the sample project with the most telling answers.
    private static let sampleNames = ["new_home", "cfg", "color_test", "shop"]

    /// One entity of each kind that the document has.
    static func chosen(from catalog: Catalog) -> [DemoQuestion] {
        EntryKind.allCases.compactMap { kind in
            guard let entityKind = kind.entityKind else { return nil }
            let entries = catalog.entries.filter { $0.kind == kind }
            let entry = entries.first { sampleNames.contains($0.name) } ?? entries.first
            return entry.map { DemoQuestion(kind: entityKind, name: $0.name, label: kind.label) }
        }
    }

    /// The value for a user as JSON text, and the name of the group.
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

/// A user of the demo.
struct DemoUser: Sendable {
    /// The heading above the answers.
    let title: String
    let user: User

    /// In the sample project: an employee, a user in experiments, and a user in a holdout.
    static let all = [
        DemoUser(title: "anna, anna@corp.example", user: User(userID: "anna", email: "anna@corp.example")),
        DemoUser(title: "mia, locale US", user: User(userID: "mia", locale: "US")),
        DemoUser(title: "ben", user: User(userID: "ben")),
    ]
}
