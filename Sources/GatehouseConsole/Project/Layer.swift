// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A layer, read from its entity.
struct Layer: Sendable {
    let id: String
    let idType: String
    let salt: String
    /// What parameters are when no experiment has a say.
    let defaults: Object
    /// What parameters are for held-out users.
    let heldOut: Object

    init(_ entity: Entity) {
        id = entity.id
        idType = entity.idType
        salt = entity.salt
        let parameters = entity.members.objects("parameters")
        defaults = Object(parameters.map { ($0.text("name"), $0["defaultValue"] ?? .null) })
        heldOut = Object(
            parameters.map { ($0.text("name"), $0["holdoutValue"] ?? $0["defaultValue"] ?? .null) })
    }
}
