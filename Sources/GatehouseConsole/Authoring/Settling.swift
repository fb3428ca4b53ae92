// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GatehouseEvaluation
internal import HTTPTypes

/// What several families settle in the same way.
enum Settling {
    static let environments = ["development", "staging", "production"]
    private static let units = ["userID", "stableID"]

    /// A salt that nobody has, unless the request brings one.
    static func salt(_ entity: inout Entity, _ member: String = "salt") {
        if entity.text(member).isEmpty { entity[member] = .string(UUID().uuidString.lowercased()) }
    }

    /// Refuses changes of what is put away, or was imported with parts that can't be edited.
    static func checkEditable(_ entity: Entity) throws {
        if entity.isArchived { throw APIError(.badRequest, "It is archived, and can only be read.") }
        try checkNotVerbatim(entity)
    }

    /// Refuses what was imported with parts that can't be edited.
    static func checkNotVerbatim(_ entity: Entity) throws {
        if entity.members.flag("isVerbatim") {
            throw APIError(.badRequest, "It was imported with parts that can't be edited; delete it to begin anew.")
        }
    }

    /// Refuses a unit that the project doesn't know.
    static func checkUnit(_ entity: Entity, _ project: AuthoredProject) throws {
        let units = Settling.units + project.unordered(.unitIDTypes).map(\.name)
        guard !units.contains(entity.idType) else { return }
        throw APIError.invalid(
            "idType", "idType must be one of: \(units.sorted().joined(separator: ", ")); others are unit ID types first"
        )
    }

    /// The names of the project's environments.
    static func environments(of project: AuthoredProject) -> [String] {
        project[.environments, "environments"].map { $0.members.objects("environments").map { $0.text("name") } }
            ?? environments
    }

    /// Refuses rules for environments that the project doesn't have.
    static func checkEnvironments(_ entity: Entity, _ project: AuthoredProject) throws {
        let known = Set(environments(of: project).map { $0.lowercased() })
        for (index, rule) in entity.members.objects("rules").enumerated() {
            for (position, name) in rule.texts("environments").enumerated() where !known.contains(name.lowercased()) {
                let property = "rules.\(index).environments.\(position)"
                throw APIError.invalid(
                    property, "\(property) must be one of: \(environments(of: project).joined(separator: ", "))")
            }
        }
    }

    /// Puts a new entity into the holdouts that are for everything of its unit.
    static func joinGlobalHoldouts(_ entity: Entity, _ draft: inout Draft) {
        let member: String
        switch entity.family {
        case .gates: member = "gateIDs"
        case .experiments: member = entity.text("layerID").isEmpty ? "experimentIDs" : ""
        case .layers: member = "layerIDs"
        default: return
        }
        guard !member.isEmpty else { return }
        for holdout in draft.project.all(.holdouts) where !holdout.isArchived {
            guard holdout.members.flag("isGlobal"), holdout.idType == entity.idType else { continue }
            var changed = holdout
            changed[member] = .strings(holdout.members.texts(member) + [entity.id])
            draft.put(changed, "holdout_update")
        }
    }

    /// Takes an entity that goes away out of the holdouts that it is in.
    static func leaveHoldouts(_ entity: Entity, _ member: String, _ draft: inout Draft) {
        for holdout in draft.project.all(.holdouts) where holdout.members.texts(member).contains(entity.id) {
            var changed = holdout
            changed[member] = .strings(holdout.members.texts(member).filter { $0 != entity.id })
            draft.put(changed, "holdout_update")
        }
    }

    /// The IDs of the holdouts that an entity is in.
    static func holdoutIDs(_ entity: Entity, _ member: String, _ project: AuthoredProject) -> Value {
        .strings(project.all(.holdouts).filter { $0.members.texts(member).contains(entity.id) }.map(\.id))
    }

    /// Who owns what a key has made.
    static func owner(_ entity: Entity) -> Value {
        [
            "ownerID": entity["creatorID"] ?? .null, "ownerType": "SDK_KEY",
            "ownerName": .string(entity.text("creatorName")), "ownerEmail": "",
        ]
    }

    /// JSON5 text as value, `nil` when it isn't any.
    static func json5(_ text: String) -> Value? {
        let decoder = JSONDecoder()
        decoder.allowsJSON5 = true
        return try? decoder.decode(Value.self, from: Data(text.utf8))
    }
}
