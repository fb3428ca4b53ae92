// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

/// A project in the middle of a change: nothing counts until all of it is stored.
struct Draft {
    struct Change {
        let old: Entity?
        var new: Entity?
        /// What the audit log calls it, `nil` to go by the members that differ.
        var action: String?
    }

    private(set) var project: AuthoredProject
    private(set) var changes: [Change] = []
    let time: Int64
    let actor: Actor

    init(_ project: AuthoredProject, time: Int64, actor: Actor) {
        self.project = project
        self.time = time
        self.actor = actor
    }

    /// An entity that has to be there.
    func entity(_ family: Family, _ id: String) throws(APIError) -> Entity {
        guard let entity = project[family, id] else { throw .notFound }
        return entity
    }

    /// Adds an entity, or puts it in the place of what it was before; one that is the same is no change.
    ///
    /// - Parameters:
    ///   - entity: The entity.
    ///   - action: What the audit log calls it, `nil` to go by the members that differ.
    mutating func put(_ entity: Entity, _ action: String? = nil) {
        var entity = entity
        let index = changes.firstIndex {
            ($0.new ?? $0.old).map { $0.family == entity.family && $0.id == entity.id } ?? false
        }
        let old = index.map { changes[$0].old } ?? project[entity.family, entity.id]
        guard old?.members != entity.members else {
            if let index { changes.remove(at: index) }
            project[entity.family, entity.id] = old
            return
        }
        entity["lastModifiedTime"] = .integer(time)
        entity["lastModifierID"] = actor.id.map(Value.string) ?? .null
        entity["lastModifierName"] = .string(actor.apiName)
        entity["lastModifierEmail"] = .null
        entity.version = (old?.version ?? 0) + 1
        project[entity.family, entity.id] = entity
        if let index {
            changes[index].new = entity
            changes[index].action = changes[index].action ?? action
        } else {
            changes.append(Change(old: old, new: entity, action: action))
        }
    }

    mutating func remove(_ entity: Entity, _ action: String) {
        changes.removeAll { $0.new?.family == entity.family && $0.new?.id == entity.id }
        project[entity.family, entity.id] = nil
        changes.append(Change(old: entity, new: nil, action: action))
    }

    /// Gives everything that has changed the revision that it is stored as.
    mutating func stamp(_ revision: Int64) {
        for change in changes {
            guard var entity = change.new else { continue }
            entity.revision = revision
            project[entity.family, entity.id] = entity
        }
    }
}

extension Actor {
    /// The name in entities.
    var apiName: String { id == nil ? name : "CONSOLE API" }
}
