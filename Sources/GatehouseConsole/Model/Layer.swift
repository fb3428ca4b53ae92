// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A layer, read from its resource.
struct Layer: Sendable {
    let id: String
    let idType: String
    let salt: String
    /// What parameters are when no experiment has a say.
    let defaults: Object
    /// What parameters are for held-out users.
    let heldOut: Object

    init(_ resource: Resource) {
        id = resource.id
        idType = resource.idType
        salt = resource.salt
        let parameters = resource.members.objects("parameters")
        defaults = Object(parameters.map { ($0.text("name"), $0["defaultValue"] ?? .null) })
        heldOut = Object(
            parameters.map { ($0.text("name"), $0["holdoutValue"] ?? $0["defaultValue"] ?? .null) })
    }
}

/// A holdout, read from its resource.
struct Holdout: Sendable {
    let id: String
    let idType: String
    /// The ID of the rule that stands for it in everything it covers.
    let associationID: String
    let gates: Set<String>
    let experiments: Set<String>
    let layers: Set<String>
    let revision: Int64

    init(_ resource: Resource) {
        id = resource.id
        idType = resource.idType
        associationID = resource.text("associationID")
        gates = Set(resource.members.texts("gateIDs"))
        experiments = Set(resource.members.texts("experimentIDs"))
        layers = Set(resource.members.texts("layerIDs"))
        revision = resource.revision
    }
}
