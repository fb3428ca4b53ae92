// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

/// What a request asks of a family.
struct FamilyRequest: Sendable {
    /// `null` without a body.
    let body: Value
    let query: Query
    let caller: Caller

    var object: Object { body.object ?? [:] }
}
