// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

/// Threads that a test starts, blocks and waits for; tasks share theirs.
final class Threads {
    private let finished = DispatchGroup()

    /// Runs `body` on as many threads at once, with their numbers.
    func start(_ count: Int = 1, _ body: @escaping @Sendable (Int) -> Void) {
        for number in 0..<count {
            finished.enter()
            let finished = finished
            Thread.detachNewThread {
                body(number)
                finished.leave()
            }
        }
    }

    /// Waits until a condition holds.
    ///
    /// - Returns: Whether it came to hold within 20 seconds.
    static func wait(for condition: () -> Bool) -> Bool {
        let end = ContinuousClock.now + .seconds(20)
        while !condition() {
            if ContinuousClock.now > end { return false }
            usleep(100)
        }
        return true
    }

    /// Waits for all of them.
    func join() {
        finished.wait()
    }
}

/// Lets threads through once it is opened, and tells how many have come.
final class Gateway: Sendable {
    private let arrivals = DispatchSemaphore(value: 0)
    private let permits = DispatchSemaphore(value: 0)

    /// Reports the calling thread and holds it until the gateway is opened.
    func pass() {
        arrivals.signal()
        permits.wait()
    }

    /// Waits until as many threads have come.
    func awaitArrivals(_ count: Int = 1) {
        for _ in 0..<count { arrivals.wait() }
    }

    /// Lets as many threads through.
    func open(for count: Int = 1) {
        for _ in 0..<count { permits.signal() }
    }
}
