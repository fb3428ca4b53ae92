// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A project in the middle of a change; all of the change is stored, or nothing.
struct Draft {
    struct Change {
        let old: Resource?
        var new: Resource?
        /// The action in the audit log, `nil` to derive it from the members that differ.
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

    /// A resource that has to exist.
    func resource(_ type: ResourceType, _ id: String) throws(DomainError) -> Resource {
        guard let resource = project[type, id] else { throw .notFound("Resource") }
        return resource
    }

    /// Adds or replaces a resource; a resource that is equal to the one before is no change.
    ///
    /// - Parameters:
    ///   - resource: The resource.
    ///   - action: The action in the audit log, `nil` to derive it from the members that differ.
    mutating func put(_ resource: Resource, _ action: String? = nil) {
        var resource = resource
        let index = changes.firstIndex {
            ($0.new ?? $0.old).map { $0.type == resource.type && $0.id == resource.id } ?? false
        }
        let old = index.map { changes[$0].old } ?? project[resource.type, resource.id]
        guard old?.object != resource.object else {
            if let index { changes.remove(at: index) }
            project[resource.type, resource.id] = old
            return
        }
        resource.lastModifiedTime = time
        resource.lastModifierID = actor.id
        resource.lastModifierName = actor.apiName
        resource.lastModifierEmail = nil
        resource.version = (old?.version ?? 0) + 1
        project[resource.type, resource.id] = resource
        if let index {
            changes[index].new = resource
            changes[index].action = changes[index].action ?? action
        } else {
            changes.append(Change(old: old, new: resource, action: action))
        }
    }

    /// Adds or replaces a resource of a type, like ``put(_:_:)``.
    mutating func put(_ resource: some TypedResource, _ action: String? = nil) { put(resource.resource, action) }

    mutating func remove(_ resource: Resource, _ action: String) {
        changes.removeAll { $0.new?.type == resource.type && $0.new?.id == resource.id }
        project[resource.type, resource.id] = nil
        changes.append(Change(old: resource, new: nil, action: action))
    }

    /// Gives the changed resources the revision that they are stored with.
    mutating func stamp(_ revision: Int64) {
        for change in changes {
            guard var resource = change.new else { continue }
            resource.revision = revision
            project[resource.type, resource.id] = resource
        }
    }
}

extension Actor {
    /// The name in resources.
    var apiName: String { id == nil ? name : "CONSOLE API" }
}
