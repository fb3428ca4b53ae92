// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

@testable import Gatehouse
import TestServers
import Testing

@Suite("Those who wait for a download")
struct RefreshRequestsTests {
    private let time = VirtualTime()
    private let alarm: Alarm

    init() {
        alarm = Alarm(time)
    }

    @Test("No caller waits where no round will come")
    func closed() {
        let refreshes = RefreshRequests(alarm)
        #expect(refreshes.next() == nil)
        refreshes.open()
        #expect(refreshes.next() != nil)
        refreshes.close()
        #expect(refreshes.next() == nil)
    }

    @Test("A request that comes during a download waits for the next one")
    func turns() {
        let refreshes = RefreshRequests(alarm)
        refreshes.open()
        let first = refreshes.next()
        #expect(refreshes.areWanted)
        let underWay = refreshes.take()
        #expect(!refreshes.areWanted)
        let second = refreshes.next()
        for promise in underWay { promise.keep(()) }
        #expect(first?.current != nil)
        #expect(second?.current == nil)
        #expect(refreshes.areWanted)
        for promise in refreshes.take() { promise.keep(()) }
        #expect(second?.current != nil)
    }

    @Test("The end lets everybody go")
    func end() {
        let refreshes = RefreshRequests(alarm)
        refreshes.open()
        let promises = (0..<10).map { _ in refreshes.next() }
        refreshes.close()
        #expect(promises.allSatisfy { $0?.current != nil })
    }

    @Test("A download ends the wait for it only once")
    func oneWake() async throws {
        let refreshes = RefreshRequests(alarm)
        refreshes.open()
        _ = refreshes.next()
        await alarm.wait(for: .seconds(5))
        _ = refreshes.next()
        #expect(refreshes.take().count == 2)
        let waiting = Task { await alarm.wait(for: .seconds(5)) }
        try await time.waitForSleepers(1)
        await time.advance(by: .seconds(5))
        await waiting.value
    }
}
