// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// A part of the queue, for some of the threads, which don't meet those of the others.
struct EventStripe: ~Copyable {
    struct State: Sendable {
        /// `nil` before the first event.
        var chunk: EventChunk?
        /// How often entities were asked for without exposure, by name.
        var nonExposedChecks: [String: Int] = [:]
    }

    let accepted = Atomic(0)
    let deduplicated = Atomic(0)
    let sampledOut = Atomic(0)
    /// Held for moments only, never while anything waits.
    let state = Mutex(State())
}
