// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import CGatehouse
internal import GatehouseEvaluation
internal import Synchronization

/// All stripes, at places in memory that never change: to use one counts no references, which all threads would share.
struct EventStripes: ~Copyable {
    /// The addresses of the stripes.
    ///
    /// Valid as long as their owner.
    struct Places: BitwiseCopyable {
        fileprivate let start: UnsafeMutableRawPointer

        /// The calling thread's stripe.
        @inline(__always)
        var current: UnsafeMutablePointer<EventStripe> { self[Int(gatehouse_thread_slot()) & (EventStripes.count - 1)] }

        /// - Parameter number: Below ``EventStripes/count``.
        @inline(__always)
        fileprivate subscript(number: Int) -> UnsafeMutablePointer<EventStripe> {
            (start + number * EventStripes.distance).assumingMemoryBound(to: EventStripe.self)
        }
    }

    /// A power of two.
    private static let count = 16
    /// So many bytes that no two share a cache line.
    private static var distance: Int {
        (MemoryLayout<EventStripe>.size / CacheLinePadding.byteCount + 1) * CacheLinePadding.byteCount
    }

    let places: Places

    init() {
        let byteCount = EventStripes.count * EventStripes.distance
        places = Places(start: .allocate(byteCount: byteCount, alignment: CacheLinePadding.byteCount))
        for number in 0..<EventStripes.count { places[number].initialize(to: EventStripe()) }
    }

    deinit {
        for number in 0..<EventStripes.count { places[number].deinitialize(count: 1) }
        places.start.deallocate()
    }

    /// Calls `body` with each stripe.
    func forEach(_ body: (borrowing EventStripe) -> Void) {
        for number in 0..<EventStripes.count { body(places[number].pointee) }
    }
}

/// A part of the queue, for some of the threads, which don't meet those of the others.
struct EventStripe: ~Copyable {
    struct State: Sendable {
        /// `nil` before the first event, and after the end.
        var chunk: EventChunk?
        /// Whether events are dropped: the client is shut down.
        var isClosed = false
        /// How often entities were asked for without exposure, by name.
        var nonExposedChecks: [String: Int] = [:]
    }

    let accepted = Atomic(0)
    let deduplicated = Atomic(0)
    let sampledOut = Atomic(0)
    /// Held for moments only, never while anything waits.
    let state = Mutex(State())
}
