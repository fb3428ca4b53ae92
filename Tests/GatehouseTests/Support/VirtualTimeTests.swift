// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOConcurrencyHelpers
import TestServers
import Testing

@Suite("Virtual time")
struct VirtualTimeTests {
    private let time = VirtualTime(wallTime: 1_000_000)
    private let woken = NIOLockedValueBox<[String]>([])

    private var names: [String] { woken.withLockedValue { $0 } }

    private func sleeper(_ name: String, _ duration: Duration) -> Task<Void, any Error> {
        Task { [time, woken] in
            try await time.sleep(for: duration)
            woken.withLockedValue { $0.append("\(name) \(time.elapsed().components.seconds)") }
        }
    }

    @Test("Time stands still until told")
    func standsStill() async throws {
        #expect(time.wallTime() == 1_000_000 && time.elapsed() == .zero)
        try await Task.sleep(for: .milliseconds(5))
        #expect(time.wallTime() == 1_000_000 && time.elapsed() == .zero)
        await time.advance(by: .milliseconds(1_500))
        #expect(time.wallTime() == 1_001_500 && time.elapsed() == .milliseconds(1_500))
    }

    @Test("Parts of milliseconds add up")
    func partsOfMilliseconds() async {
        for _ in 0..<4 { await time.advance(by: .microseconds(250)) }
        #expect(time.wallTime() == 1_000_001)
    }

    @Test("The wall clock jumps, also back, and no sleeper wakes")
    func jumps() async throws {
        let task = sleeper("a", .seconds(10))
        try await time.waitForSleepers(1)
        await time.advance(by: .seconds(1))
        time.setWallTime(5_000_000)
        #expect(time.wallTime() == 5_000_000 && time.elapsed() == .seconds(1) && time.sleeperCount == 1)
        time.setWallTime(-7)
        await time.advance(by: .seconds(2))
        #expect(time.wallTime() == 1_993 && time.elapsed() == .seconds(3))
        #expect(time.nextWakeUp == .seconds(7))
        await time.advance(by: .seconds(7))
        try await task.value
        #expect(names == ["a 10"])
    }

    @Test("Sleepers wake in the order in which they are due, each at its time")
    func order() async throws {
        let durations = [("c", 30), ("a", 10), ("d", 31), ("b", 20)]
        let tasks = durations.map { sleeper($0.0, .seconds($0.1)) }
        try await time.waitForSleepers(4)
        await time.advance(by: .seconds(30))
        for task in [tasks[0], tasks[1], tasks[3]] { try await task.value }
        #expect(names == ["a 10", "b 20", "c 30"])
        #expect(time.sleeperCount == 1 && time.nextWakeUp == .seconds(1))
        #expect(await time.advanceToNextWakeUp() == .seconds(1))
        try await tasks[2].value
        #expect(names.last == "d 31" && time.nextWakeUp == nil)
        #expect(await time.advanceToNextWakeUp() == nil)
    }

    @Test("A loop comes round as often as in real time")
    func loop() async throws {
        let task = Task { [time, woken] in
            while true {
                try await time.sleep(for: .seconds(7))
                woken.withLockedValue { $0.append("\(time.elapsed().components.seconds)") }
            }
        }
        try await time.waitForSleepers(1)
        await time.advance(by: .seconds(7 * 100 + 3))
        try await waitUntil("it sleeps again") { names.count == 100 && time.sleeperCount == 1 }
        #expect(names == (1...100).map { "\($0 * 7)" })
        #expect(time.nextWakeUp == .seconds(4))
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test("A sleeper that isn't due sleeps on")
    func notDue() async throws {
        let task = sleeper("a", .seconds(1))
        try await time.waitForSleepers(1)
        await time.advance(by: .seconds(1) - .nanoseconds(1))
        #expect(time.sleeperCount == 1 && time.nextWakeUp == .nanoseconds(1))
        await time.advance(by: .nanoseconds(1))
        try await task.value
    }

    @Test("A cancelled sleeper is gone at once")
    func cancelled() async throws {
        let task = sleeper("a", .seconds(1))
        try await time.waitForSleepers(1)
        task.cancel()
        #expect(time.sleeperCount == 0)
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(names.isEmpty)
    }

    @Test("A task that is cancelled already doesn't fall asleep")
    func cancelledBefore() async throws {
        for duration in [Duration.seconds(1), .zero] {
            let task = Task { [time] in
                withUnsafeCurrentTask { $0?.cancel() }
                try await time.sleep(for: duration)
            }
            await #expect(throws: CancellationError.self) { try await task.value }
        }
        #expect(time.sleeperCount == 0)
    }

    @Test("No time is slept through at once", arguments: [Duration.zero, .seconds(-1)])
    func noTime(duration: Duration) async throws {
        try await time.sleep(for: duration)
        #expect(time.elapsed() == .zero)
    }

    @Test("Many fall asleep, wake and are cancelled at once")
    func many() async throws {
        let tasks = (0..<90).map { index in
            Task { [time] in try await time.sleep(for: .milliseconds(index % 7)) }
        }
        for index in stride(from: 0, to: tasks.count, by: 3) { tasks[index].cancel() }
        let passing = Task { [time] in
            while !Task.isCancelled {
                await time.advance(by: .milliseconds(1))
                await Task.yield()
            }
        }
        var count = 0
        for task in tasks where (try? await task.value) != nil { count += 1 }
        passing.cancel()
        #expect(count >= 60 && time.sleeperCount == 0)
    }

    @Test("Waiting for sleepers ends with an error that says so")
    func inVain() async throws {
        let error = await #expect(throws: WaitedTooLong.self) {
            try await time.waitForSleepers(2, within: .milliseconds(20))
        }
        #expect(error?.description.contains("2 tasks sleep") == true)
    }
}
