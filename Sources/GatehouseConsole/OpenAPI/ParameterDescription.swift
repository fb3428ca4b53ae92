// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// What the API's description says of a parameter.
struct ParameterDescription: Sendable {
    enum Place: String { case path, query, header }

    let name: String
    let place: Place
    let description: String
    let schema: Value

    static func path(_ name: String, _ description: String) -> ParameterDescription {
        ParameterDescription(name: name, place: .path, description: description, schema: Schemas.string)
    }

    static func query(
        _ name: String, _ description: String, _ schema: Value = Schemas.string
    ) -> ParameterDescription {
        ParameterDescription(name: name, place: .query, description: description, schema: schema)
    }

    static func header(
        _ name: String, _ description: String, _ schema: Value = Schemas.string
    ) -> ParameterDescription {
        ParameterDescription(name: name, place: .header, description: description, schema: schema)
    }

    static let limit = query("limit", "Items per page.", Schemas.integer(1...Page.maximumLimit))
    static let page = query("page", "The page, counted from 1.", Schemas.integer(1...1_000_000))
    static let review = header("x-respect-review-settings", "Accepted, without effect: the console has no reviews.")

    var json: Value {
        [
            "name": .string(name), "in": .string(place.rawValue), "description": .string(description),
            "required": .bool(place == .path), "schema": schema,
        ]
    }
}
