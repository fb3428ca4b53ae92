// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import NIOPosix

#if os(Linux)
    #if canImport(Musl)
        internal import Musl
    #else
        internal import Glibc
    #endif
#endif

/// Runs long computations on threads of low priority.
enum BackgroundThread {
    /// Runs `body` on a new thread that yields the processor to all others.
    ///
    /// Compiling a large document takes a tenth of a second of processor time. Neither requests nor tasks of the cooperative
    /// pool should wait for that. Calls are rare, so each makes a thread.
    static func run<R: Sendable>(_ body: @escaping @Sendable () -> R) async -> R {
        // A thread of a shared pool would keep the priority.
        let pool = NIOThreadPool(numberOfThreads: 1)
        pool.start()
        return await withCheckedContinuation { continuation in
            // Cancelled work is called too, and `body` has to return something in any case.
            pool.submit { _ in
                lowerPriority()
                continuation.resume(returning: body())
                pool.shutdownGracefully(queue: .global(qos: .utility)) { _ in }
            }
        }
    }

    private static func lowerPriority() {
        #if os(Linux)
            // On Linux this is the calling thread, not its process.
            _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
        #endif
    }
}

/// Runs work that waits for the disk on a thread outside of the cooperative pool, whose few threads must not block.
///
/// Cancelling the task doesn't end the work.
///
/// - Parameter body: The work.
/// - Returns: The result of `body`.
/// - Throws: The error of `body`.
package func offloaded<R: Sendable>(_ body: @escaping @Sendable () throws -> R) async throws -> R {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global(qos: .utility).async {
            continuation.resume(with: Result(catching: body))
        }
    }
}

/// Starts work that waits for the disk or takes milliseconds, on a thread outside of the cooperative pool.
///
/// - Parameter body: The work.
package func offloading(_ body: @escaping @Sendable () -> Void) {
    DispatchQueue.global(qos: .utility).async(execute: body)
}
