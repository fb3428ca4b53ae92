// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import NIOConcurrencyHelpers
internal import Synchronization

/// A part of the queue, for some of the threads, which don't meet those of the others.
final class EventStripe: Sendable {
    struct State: Sendable {
        var events = ContiguousArray<QueuedEvent>()
        /// How often entities were asked for without exposure, by name.
        var nonExposedChecks: [String: Int] = [:]
        // Keeps the lock off the cache lines of what comes next on the heap.
        private let padding = CacheLinePadding()

        init() {}
    }

    let accepted = Atomic(0)
    let deduplicated = Atomic(0)
    let sampledOut = Atomic(0)
    /// Held for moments only, never while anything waits.
    let state = NIOLockedValueBox(State())
    private let padding = CacheLinePadding()
}
