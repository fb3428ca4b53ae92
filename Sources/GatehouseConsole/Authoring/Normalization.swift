// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GatehouseEvaluation

/// The normalization and the checks that several types of resources share.
enum Normalization {
    /// A new random salt.
    static func newSalt() -> String { UUID().uuidString.lowercased() }

    /// Gives a resource a salt of its own, unless the request brings one.
    static func salt(_ resource: inout some TypedResource) {
        if resource.salt.isEmpty { resource.salt = newSalt() }
    }

    /// Refuses changes of a resource that is archived, or was imported with parts that can't be edited.
    static func checkEditable(_ resource: Resource) throws(DomainError) {
        if resource.isArchived { throw .archived }
        try checkNotVerbatim(resource)
    }

    /// Refuses changes of a resource that was imported with parts that can't be edited.
    static func checkNotVerbatim(_ resource: Resource) throws(DomainError) {
        if resource.isVerbatim { throw .verbatim }
    }

    /// Refuses a unit that the project doesn't have.
    static func checkUnit(_ resource: Resource, _ project: AuthoredProject) throws(DomainError) {
        let units = project.all(.unitIDTypes).map(\.name)
        guard !units.contains(resource.idType) else { return }
        throw .invalid(
            "idType", "must be one of: \(units.sorted().joined(separator: ", ")); others are unit ID types first")
    }

    /// The environments of the project.
    static func environments(of project: AuthoredProject) -> [Environment] {
        project[EnvironmentList.self, EnvironmentList.id]?.environments ?? Environment.standard
    }

    /// The names of the project's environments.
    static func environmentNames(of project: AuthoredProject) -> [String] { environments(of: project).map(\.name) }

    /// Refuses rules for environments that the project doesn't have.
    static func checkEnvironments(_ resource: Resource, _ project: AuthoredProject) throws(DomainError) {
        let names = environmentNames(of: project)
        let known = Set(names.map { $0.lowercased() })
        for (index, rule) in resource.rules.enumerated() {
            for (position, name) in (rule.environments ?? []).enumerated() where !known.contains(name.lowercased()) {
                throw .invalid(
                    "rules.\(index).environments.\(position)", "must be one of: \(names.joined(separator: ", "))")
            }
        }
    }

    // MARK: - Holdouts

    /// Puts a new resource into the global holdouts of its unit.
    static func joinGlobalHoldouts(_ resource: Resource, _ draft: inout Draft) {
        guard Holdout.coveredTypes.contains(resource.type) else { return }
        // An experiment in a layer is held out with its layer.
        if resource.type == .experiments, !Experiment(resource).layerID.isEmpty { return }
        for var holdout in draft.project.all(Holdout.self) where !holdout.isArchived {
            guard holdout.isGlobal, holdout.idType == resource.idType else { continue }
            holdout[covered: resource.type] += [resource.id]
            draft.put(holdout, Holdout.changeAction)
        }
    }

    /// Takes a resource that is deleted out of the holdouts that cover it.
    static func leaveHoldouts(_ resource: Resource, _ draft: inout Draft) {
        for var holdout in draft.project.all(Holdout.self) where holdout.covers(resource.type, resource.id) {
            holdout[covered: resource.type].removeAll { $0 == resource.id }
            draft.put(holdout, Holdout.changeAction)
        }
    }

    /// The IDs of the holdouts that cover a resource.
    static func holdoutIDs(_ resource: Resource, _ project: AuthoredProject) -> Value {
        .strings(project.all(Holdout.self).filter { $0.covers(resource.type, resource.id) }.map(\.id))
    }

    // MARK: - Members of responses

    /// The owner of a resource: the key that created it.
    static func owner(_ resource: Resource) -> Value {
        [
            "ownerID": .string(resource.creatorID ?? ""), "ownerType": "SDK_KEY",
            "ownerName": .string(resource.creatorName), "ownerEmail": "",
        ]
    }

    /// JSON5 text as a value, `nil` for other text.
    static func json5(_ text: String) -> Value? {
        let decoder = JSONDecoder()
        decoder.allowsJSON5 = true
        return try? decoder.decode(Value.self, from: Data(text.utf8))
    }
}

extension Holdout {
    /// The action in the audit log for a change of a holdout.
    static let changeAction = "holdout_update"
}
