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

/// A holdout, read from its entity.
struct Holdout: Sendable {
    let id: String
    let idType: String
    /// The ID of the rule that stands for it in everything it covers.
    let associationID: String
    let gates: Set<String>
    let experiments: Set<String>
    let layers: Set<String>
    let revision: Int64

    init(_ entity: Entity) {
        id = entity.id
        idType = entity.idType
        associationID = entity.text("associationID")
        gates = Set(entity.members.texts("gateIDs"))
        experiments = Set(entity.members.texts("experimentIDs"))
        layers = Set(entity.members.texts("layerIDs"))
        revision = entity.revision
    }
}
