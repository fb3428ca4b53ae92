// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

/// Applies requests to entities.
enum EntityUpdate {
    static func update(
        _ old: Entity, _ body: Object, isFull: Bool, _ description: FamilyDescription, _ draft: inout Draft
    ) throws {
        try Settling.checkEditable(old)
        var entity = old
        for (member, _) in description.properties {
            if let value = body[member] {
                entity[member] = value
            } else if isFull, EntityUpdate.isReplaced(member) {
                entity[member] = description.defaults[member]
            }
        }
        if entity.name != old.name {
            let errors = EntityCreation.nameErrors("name", entity.name, description)
            guard errors.isEmpty else { throw APIError.invalid(errors) }
            guard !draft.project.unordered(old.family).contains(where: { $0.name == entity.name && $0.id != old.id })
            else { throw APIError(.badRequest, "Name is already in use") }
        }
        try description.prepare(&entity, old, body, &draft)
        draft.put(entity)
        try References.check(entity, draft.project)
    }

    /// Whether a full update without a member gives it its default: names and salts stay, else users would move.
    private static func isReplaced(_ member: String) -> Bool {
        !["name", "salt", "layerSalt", "idType", "buckets", "associationID", "baseID", "status", "isEnabled"]
            .contains(member)
    }
}
