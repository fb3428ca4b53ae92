// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// The audit entries that a change of a resource makes.
enum ResourceAudit {
    /// The members that change with every change.
    private static let bookkeeping: Set<String> = [
        Resource.members.lastModifiedTime.name, Resource.members.lastModifierID.name,
        Resource.members.lastModifierName.name, Resource.members.lastModifierEmail.name, "version",
    ]

    static let records = ChangeRecords(
        shown: { ResourceDescription.of($0.type).shown($0) },
        entries: { change, actor, time in
            guard let type = (change.new ?? change.old)?.type else { return [] }
            return entries(change, .of(type), by: actor, at: time)
        })

    static func entries(
        _ change: Draft.Change, _ description: ResourceDescription, by actor: Actor, at time: Int64
    ) -> [AuditRecord] {
        guard let resource = change.new ?? change.old else { return [] }
        let old = change.old.map { recorded($0, description) } ?? [:]
        let new = change.new.map { recorded($0, description) } ?? [:]
        var differing = new.filter { !bookkeeping.contains($0.name) && old[$0.name] != $0.value }.map(\.name)
        differing += old.filter { !bookkeeping.contains($0.name) && new[$0.name] == nil }.map(\.name)

        func entry(_ action: String, _ names: [String]) -> AuditRecord {
            let changes = names.map { name -> (String, Value) in
                (name, ["old": old[name] ?? .null, "new": new[name] ?? .null])
            }
            return AuditRecord(
                time: time, action: action, entityID: resource.id, entityName: resource.name, actorID: actor.id,
                actorName: actor.name, changes: JSON.text(.object(Object(changes))))
        }
        if let action = change.action { return [entry(action, differing)] }
        if change.old == nil { return [entry(description.audit.create, differing)] }
        var actions: [String] = []
        var names: [String: [String]] = [:]
        for name in differing {
            let action = description.audit.parts[name] ?? description.audit.edit
            if names[action] == nil { actions.append(action) }
            names[action, default: []].append(name)
        }
        // Only members that no response shows have changed.
        if actions.isEmpty { return [entry(description.audit.edit, [])] }
        return actions.map { entry($0, names[$0] ?? []) }
    }

    /// The members that responses show, and the overrides, which have endpoints of their own.
    private static func recorded(_ resource: Resource, _ description: ResourceDescription) -> Object {
        var object = description.shown(resource)
        for name in Resource.overrideMembers { object[name] = resource.object[name] }
        return object
    }
}
