// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Dispatch

/// Runs work that waits for the disk beside the cooperative pool, whose few threads nobody may block.
///
/// Cancelling the task doesn't end it.
///
/// - Parameter body: What to do.
/// - Returns: What it returns.
/// - Throws: What it throws.
package func offloaded<R: Sendable>(_ body: @escaping @Sendable () throws -> R) async throws -> R {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global(qos: .utility).async {
            continuation.resume(with: Result(catching: body))
        }
    }
}

/// Runs work that waits for the disk, or takes milliseconds of the processor, beside the cooperative pool.
///
/// - Parameter body: What to do.
package func offloading(_ body: @escaping @Sendable () -> Void) {
    DispatchQueue.global(qos: .utility).async(execute: body)
}
