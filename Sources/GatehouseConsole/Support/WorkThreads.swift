// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import NIOPosix
internal import Synchronization

/// The threads that work on large requests.
///
/// They leave the threads of Swift's concurrency and of SwiftNIO to everything else: health, readiness, administration of
/// keys, downloads, small requests. The threads live as long as the process; all consoles of a process share them.
final class WorkThreads: TaskExecutor {
    /// All processors but one have a thread.
    static let count = max(1, ProcessInfo.processInfo.activeProcessorCount - 1)
    static let shared = WorkThreads()

    private let pool = NIOThreadPool(numberOfThreads: WorkThreads.count)

    private init() {
        pool.start()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        pool.submit { [unowned self] _ in job.runSynchronously(on: asUnownedTaskExecutor()) }
    }
}

/// A large request while it has its turn, as seen by the code that works on it.
final class LargeRequest: Sendable {
    /// The request that the current task works on, `nil` for a small one.
    @TaskLocal static var current: LargeRequest?

    /// The executor for tasks that are started for the current request, `nil` for the default one.
    static var executor: WorkThreads? { current == nil ? nil : .shared }

    private let left = Atomic(false)

    /// Whether the client has closed its connection, so that the result has no reader.
    var isAbandoned: Bool { left.load(ordering: .relaxed) }

    private init() {}

    /// Works on a large request, on the threads for them.
    ///
    /// A cancellation of the task marks the request as abandoned.
    ///
    /// - Parameter work: The work.
    /// - Returns: The result of the work.
    /// - Throws: What the work throws.
    static func run<T: Sendable>(_ work: @Sendable () async throws -> T) async throws -> T {
        let request = LargeRequest()
        return try await withTaskCancellationHandler {
            try await $current.withValue(request) {
                try await withTaskExecutorPreference(WorkThreads.shared) { try await work() }
            }
        } onCancel: {
            request.left.store(true, ordering: .relaxed)
        }
    }
}
