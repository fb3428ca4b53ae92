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
    static func salt(_ resource: inout Resource, _ member: String = "salt") {
        if resource.text(member).isEmpty { resource[member] = .string(UUID().uuidString.lowercased()) }
    }

    /// Refuses changes of what is put away, or was imported with parts that can't be edited.
    static func checkEditable(_ resource: Resource) throws {
        if resource.isArchived { throw APIError(.badRequest, "It is archived, and can only be read.") }
        try checkNotVerbatim(resource)
    }

    /// Refuses what was imported with parts that can't be edited.
    static func checkNotVerbatim(_ resource: Resource) throws {
        if resource.members.flag("isVerbatim") {
            throw APIError(.badRequest, "It was imported with parts that can't be edited; delete it to begin anew.")
        }
    }

    /// Refuses a unit that the project doesn't know.
    static func checkUnit(_ resource: Resource, _ project: AuthoredProject) throws {
        let units = Settling.units + project.unordered(.unitIDTypes).map(\.name)
        guard !units.contains(resource.idType) else { return }
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
    static func checkEnvironments(_ resource: Resource, _ project: AuthoredProject) throws {
        let known = Set(environments(of: project).map { $0.lowercased() })
        for (index, rule) in resource.members.objects("rules").enumerated() {
            for (position, name) in rule.texts("environments").enumerated() where !known.contains(name.lowercased()) {
                let property = "rules.\(index).environments.\(position)"
                throw APIError.invalid(
                    property, "\(property) must be one of: \(environments(of: project).joined(separator: ", "))")
            }
        }
    }

    /// Puts a new resource into the holdouts that are for everything of its unit.
    static func joinGlobalHoldouts(_ resource: Resource, _ draft: inout Draft) {
        let member: String
        switch resource.family {
        case .gates: member = "gateIDs"
        case .experiments: member = resource.text("layerID").isEmpty ? "experimentIDs" : ""
        case .layers: member = "layerIDs"
        default: return
        }
        guard !member.isEmpty else { return }
        for holdout in draft.project.all(.holdouts) where !holdout.isArchived {
            guard holdout.members.flag("isGlobal"), holdout.idType == resource.idType else { continue }
            var changed = holdout
            changed[member] = .strings(holdout.members.texts(member) + [resource.id])
            draft.put(changed, "holdout_update")
        }
    }

    /// Takes an resource that goes away out of the holdouts that it is in.
    static func leaveHoldouts(_ resource: Resource, _ member: String, _ draft: inout Draft) {
        for holdout in draft.project.all(.holdouts) where holdout.members.texts(member).contains(resource.id) {
            var changed = holdout
            changed[member] = .strings(holdout.members.texts(member).filter { $0 != resource.id })
            draft.put(changed, "holdout_update")
        }
    }

    /// The IDs of the holdouts that an resource is in.
    static func holdoutIDs(_ resource: Resource, _ member: String, _ project: AuthoredProject) -> Value {
        .strings(project.all(.holdouts).filter { $0.members.texts(member).contains(resource.id) }.map(\.id))
    }

    /// Who owns what a key has made.
    static func owner(_ resource: Resource) -> Value {
        [
            "ownerID": resource["creatorID"] ?? .null, "ownerType": "SDK_KEY",
            "ownerName": .string(resource.text("creatorName")), "ownerEmail": "",
        ]
    }

    /// JSON5 text as value, `nil` when it isn't any.
    static func json5(_ text: String) -> Value? {
        let decoder = JSONDecoder()
        decoder.allowsJSON5 = true
        return try? decoder.decode(Value.self, from: Data(text.utf8))
    }
}
