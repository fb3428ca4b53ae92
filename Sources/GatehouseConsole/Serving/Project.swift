// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

/// The input of evaluations for a key: its part of the document, and the ID lists.
struct Project: Sendable {
    let ruleset: Ruleset
    let context: EvaluationContext
    /// The names that OpenFeature clients may ask for.
    let flags: [FlagName]

    /// Makes the project for a key from the current document.
    init(_ view: KeyView, _ specs: DocumentStore, _ lists: IDListFolder, clock: @escaping @Sendable () -> Int64)
        async throws
    {
        guard let edition = specs.edition else {
            throw APIError(.serviceUnavailable, "There are no specs to serve yet.", headers: [.retryAfter: "1"])
        }
        (ruleset, flags) = try await edition.ruleset(view)
        context = EvaluationContext(clock: clock, idLists: lists.evaluated)
    }
}

/// Makes the projects that routes evaluate.
struct ProjectSource: Sendable {
    let specs: DocumentStore
    let lists: IDListFolder
    let clock: @Sendable () -> Int64

    /// The project for the caller's key.
    func project(for caller: Caller) async throws -> Project {
        try await Project(caller.view, specs, lists, clock: clock)
    }
}
