// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse
import NIOConcurrencyHelpers
import TestServers
import Testing

@Suite("Deadlines and promises")
struct DeadlineTests {
    private struct Fault: Error {}

    private let time = VirtualTime()

    @Test("A body in time gives its value, and no task sleeps on")
    func inTime() async throws {
        #expect(try await withDeadline(in: .seconds(1), on: time) { 7 } == 7)
        await #expect(throws: Fault.self) { try await withDeadline(in: .seconds(1), on: time) { throw Fault() } }
        try await waitUntil("nobody sleeps") { time.sleeperCount == 0 }
    }

    @Test("A body that takes no notice is given up on")
    func stubborn() async throws {
        let (time, release) = (time, Promise<Void>())
        let wasCancelled = Promise<Bool>()
        let waiting = Task {
            try await withDeadline(in: .seconds(5), on: time) {
                await release.value()
                wasCancelled.keep(Task.isCancelled)
            }
        }
        try await time.waitForSleepers(1)
        await time.advance(by: .seconds(5))
        await #expect(throws: DeadlineExceeded.self) { try await waiting.value }
        release.keep(())
        #expect(await wasCancelled.value())
    }

    @Test("A cancelled caller doesn't wait for the body, which is cancelled")
    func cancelled() async throws {
        let (time, release) = (time, Promise<Void>())
        let wasCancelled = Promise<Bool>()
        let waiting = Task {
            try await withDeadline(in: .seconds(5), on: time) {
                await release.value()
                wasCancelled.keep(Task.isCancelled)
            }
        }
        try await time.waitForSleepers(1)
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        release.keep(())
        #expect(await wasCancelled.value())
        try await waitUntil("nobody sleeps") { time.sleeperCount == 0 }
    }

    @Test("No time at all is over at once", arguments: [Duration.zero, .seconds(-1)])
    func noTime(duration: Duration) async throws {
        let release = Promise<Void>()
        await #expect(throws: DeadlineExceeded.self) {
            try await withDeadline(in: duration, on: time) { await release.value() }
        }
        release.keep(())
    }

    @Test("A promise is kept once, for all who wait and will")
    func promise() async throws {
        let promise = Promise<Int>()
        #expect(promise.current == nil)
        let waiters = (0..<50).map { _ in Task { await promise.value() } }
        promise.keep(1)
        promise.keep(2)
        for waiter in waiters { #expect(await waiter.value == 1) }
        #expect(await promise.value() == 1 && promise.current == 1)
    }
}
