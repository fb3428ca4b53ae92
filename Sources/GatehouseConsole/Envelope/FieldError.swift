// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

/// What is wrong with one member of a request.
struct FieldError: Sendable {
    let property: String
    let message: String

    var json: Value { ["property": .string(property), "errorMessage": .string(message)] }
}
