// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

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
