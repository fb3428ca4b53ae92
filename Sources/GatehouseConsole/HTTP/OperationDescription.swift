// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// The description of an operation in the OpenAPI document.
struct OperationDescription: Sendable {
    private(set) var id: String
    let summary: String
    var tag = "Console API"
    var parameters: [ParameterDescription] = []
    /// The schema of the body, `nil` without one.
    var body: Value?
    var isBodyRequired = true
    /// The responses of successes, by status.
    var responses: [(status: Int, description: String)] = [(200, "Success.")]
    /// The statuses of refusals, besides those of the access matrix.
    var refusals: [Int] = []
    /// Whether requests come so often that successful ones are only logged for debugging.
    var isRoutine = false

    init(_ id: String, _ summary: String) {
        self.id = id
        self.summary = summary
    }

    /// Distinguishes the operation from the same one at another path.
    func prefixed(_ prefix: String) -> OperationDescription { with { $0.id = prefix + $0.id } }
    func tagged(_ tag: String) -> OperationDescription { with { $0.tag = tag } }
    func parameters(_ parameters: ParameterDescription...) -> OperationDescription {
        with { $0.parameters += parameters }
    }
    func body(_ schema: Value, isRequired: Bool = true) -> OperationDescription {
        with {
            $0.body = schema
            $0.isBodyRequired = isRequired
        }
    }
    func responses(_ responses: (Int, String)...) -> OperationDescription {
        with { $0.responses = responses.map { ($0, $1) } }
    }
    func refusals(_ statuses: Int...) -> OperationDescription { with { $0.refusals = statuses } }
    var routine: OperationDescription { with { $0.isRoutine = true } }

    private func with(_ change: (inout OperationDescription) -> Void) -> OperationDescription {
        var copy = self
        change(&copy)
        return copy
    }
}

/// The description of a parameter in the OpenAPI document.
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

    static let limit = query(
        "limit", "Items per page; 0 is the default, and more than the maximum is the maximum.",
        ["type": "integer", "minimum": 0])
    static let page = query("page", "The page, counted from 1.", Schemas.integer(1...1_000_000))
    static let review = header("x-respect-review-settings", "Accepted, without effect: the console has no reviews.")

    var json: Value {
        [
            "name": .string(name), "in": .string(place.rawValue), "description": .string(description),
            "required": .bool(place == .path), "schema": schema,
        ]
    }
}
