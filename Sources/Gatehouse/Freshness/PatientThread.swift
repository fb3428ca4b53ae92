// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

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
