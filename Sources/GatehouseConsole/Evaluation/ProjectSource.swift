// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

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
