// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Foundation

/// Runs work that takes long beside everything else.
enum PatientThread {
    /// Runs `body` on a thread of its own, which gives way to all others.
    ///
    /// Compiling a large document takes a tenth of a second of processor time, which neither requests nor the tasks of the
    /// cooperative pool are to miss. A thread is made for each call, since calls are rare.
    static func run<R: Sendable>(_ body: @escaping @Sendable () -> R) async -> R {
        await withCheckedContinuation { continuation in
            let thread = Thread {
                lowerPriority()
                continuation.resume(returning: body())
            }
            thread.qualityOfService = .utility
            thread.name = "gatehouse-load"
            thread.start()
        }
    }

    private static func lowerPriority() {
        #if os(Linux)
            // On Linux this is the calling thread, not its process.
            _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
        #endif
    }
}

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
