// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

/// What evaluations for a key are made with: its part of the specs, and the ID lists.
struct Project: Sendable {
    let ruleset: Ruleset
    let context: EvaluationContext
    /// The names that OpenFeature clients may ask for.
    let flags: [FlagName]

    /// Makes the project as a key sees it, of what is served now.
    init(_ view: KeyView, _ specs: SpecStore, _ lists: IDListFolder, clock: @escaping @Sendable () -> Int64)
        async throws
    {
        guard let edition = specs.edition else {
            throw APIError(.serviceUnavailable, "There are no specs to serve yet.", headers: [.retryAfter: "1"])
        }
        (ruleset, flags) = try await edition.ruleset(view)
        context = EvaluationContext(clock: clock, idLists: lists.evaluated)
    }
}

/// Where routes get the project from that they evaluate.
struct ProjectSource: Sendable {
    let specs: SpecStore
    let lists: IDListFolder
    let clock: @Sendable () -> Int64

    /// The project as the caller's key sees it.
    func project(for caller: Caller) async throws -> Project {
        try await Project(caller.view, specs, lists, clock: clock)
    }
}
