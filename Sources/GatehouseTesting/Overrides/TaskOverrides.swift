// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import Gatehouse

/// The overrides of the current task.
enum TaskOverrides {
    @TaskLocal static var current: LocalOverrides?

    /// The task's overrides with a change.
    static func changed(by change: (inout LocalOverrides) -> Void) -> LocalOverrides {
        var overrides = current ?? LocalOverrides()
        change(&overrides)
        // Overrides of a client, assigned as a whole, have a scope that refers to these.
        overrides.scope = nil
        return overrides
    }
}

/// Runs a test, or a part of one, with answers of its own.
///
///     await withOverrides {
///         $0.setGate("new_checkout", to: true)
///         $0.setExperiment("button", to: .group("blue"), for: "a-user")
///     } operation: {
///         await service.checkout(for: "a-user")
///     }
///
/// The overrides hold for all clients and scopes that this module makes, in this task and its child tasks, until `operation`
/// ends. Other tasks, for example tests that run in parallel, don't see them. `Task.detached` doesn't inherit them, nor does a
/// server's task for a request. Inner overrides are added to outer ones.
///
/// - Parameters:
///   - change: Sets the overrides.
///   - isolation: The actor on which `operation` runs.
///   - operation: The work to which the overrides apply.
/// - Returns: The result of `operation`.
/// - Throws: The error of `operation`.
public func withOverrides<R>(
    _ change: (inout LocalOverrides) -> Void, isolation: isolated (any Actor)? = #isolation,
    operation: () async throws -> R
) async rethrows -> R {
    try await TaskOverrides.$current.withValue(
        TaskOverrides.changed(by: change), operation: operation, isolation: isolation)
}

/// Runs a part of a test that doesn't wait with answers of its own.
///
/// - Parameters:
///   - change: Sets the overrides.
///   - operation: The work to which the overrides apply.
/// - Returns: The result of `operation`.
/// - Throws: The error of `operation`.
public func withOverrides<R>(
    _ change: (inout LocalOverrides) -> Void, operation: () throws -> R
) rethrows -> R {
    try TaskOverrides.$current.withValue(TaskOverrides.changed(by: change), operation: operation)
}
