// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

@testable import Gatehouse
import TestServers
import Testing

@Suite("Alarms")
struct AlarmTests {
    private let time = VirtualTime()

    @Test("A wait ends when its time is over")
    func wait() async throws {
        let alarm = Alarm(time)
        let waiting = Task { await alarm.wait(for: .seconds(5)) }
        try await time.waitForSleepers(1)
        await time.advance(by: .seconds(5))
        await waiting.value
        #expect(time.sleeperCount == 0)
    }

    @Test("Ringing ends the wait under way, once")
    func ring() async throws {
        let alarm = Alarm(time)
        let waiting = Task {
            await alarm.wait(for: .seconds(5))
            await alarm.wait(for: .seconds(7))
        }
        try await time.waitForSleepers(1)
        alarm.ring()
        try await waitUntil("the second wait has begun") { time.nextWakeUp == .seconds(7) }
        await time.advance(by: .seconds(7))
        await waiting.value
        #expect(time.elapsed() == .seconds(7))
    }

    @Test("Ringing before a wait is remembered, once however often it rang")
    func pending() async throws {
        let alarm = Alarm(time)
        alarm.ring()
        alarm.ring()
        await alarm.wait(for: .seconds(5))
        #expect(time.elapsed() == .zero)
        let waiting = Task { await alarm.wait(for: .seconds(5)) }
        try await time.waitForSleepers(1)
        #expect(time.nextWakeUp == .seconds(5))
        await time.advance(by: .seconds(5))
        await waiting.value
    }

    @Test("Cancelling ends the wait, also before it begins")
    func cancelling() async throws {
        let alarm = Alarm(time)
        let waiting = Task { await alarm.wait(for: .seconds(5)) }
        try await time.waitForSleepers(1)
        waiting.cancel()
        await waiting.value
        let late = Task {
            while !Task.isCancelled { await Task.yield() }
            await alarm.wait(for: .seconds(5))
        }
        late.cancel()
        await late.value
        #expect(time.sleeperCount == 0)
        #expect(time.elapsed() == .zero)
    }

    @Test("Ringing, cancelling and the end of the time may come at once")
    func races() async {
        for round in 0..<500 {
            let (alarm, time) = (Alarm(time), time)
            let waiting = Task { await alarm.wait(for: .milliseconds(1)) }
            await withTaskGroup(of: Void.self) { group in
                group.addTask { alarm.ring() }
                group.addTask { if round % 2 == 0 { waiting.cancel() } }
                group.addTask { if round % 3 == 0 { await time.advance(by: .milliseconds(1)) } }
            }
            await waiting.value
        }
        #expect(time.sleeperCount == 0)
    }
}
