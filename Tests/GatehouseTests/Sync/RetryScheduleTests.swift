// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

@testable import Gatehouse
import Testing

@Suite("When to try again")
struct RetryScheduleTests {
    private let chances = [0, 0.25, 0.5, 0.999_999]

    private func schedule(_ interval: Duration = .seconds(10), retries: Int = 3) -> RetrySchedule {
        RetrySchedule(interval: interval, retries: retries)
    }

    @Test("Pauses double, vary by a half at most, and end with the round")
    func growth() {
        for chance in chances {
            var schedule = schedule()
            for longest in [200, 400, 800] {
                guard case .retry(let pause) = schedule.failed(.soon, chance: chance) else {
                    Issue.record("a retry was expected")
                    return
                }
                #expect(pause <= .milliseconds(longest) && pause > .milliseconds(longest) / 2)
                #expect(pause == .milliseconds(longest) * (1 - chance / 2))
            }
            #expect(schedule.failed(.soon, chance: chance) == .rest(schedule.rest(chance: chance)))
            // The next round begins anew.
            #expect(schedule.failed(.soon, chance: 0) == .retry(after: .milliseconds(200)))
        }
    }

    @Test("A rest is never longer than the interval, nor shorter than nine tenths of it")
    func rest() {
        for chance in chances {
            var schedule = schedule()
            let rest = schedule.succeeded(chance: chance)
            #expect(rest <= .seconds(10) && rest > .seconds(9))
            #expect(schedule.failed(.nextInterval, chance: chance) == .rest(rest))
        }
    }

    @Test("A success starts the count of tries again")
    func success() {
        var schedule = schedule(retries: 1)
        #expect(schedule.failed(.soon, chance: 0) == .retry(after: .milliseconds(200)))
        _ = schedule.succeeded(chance: 0)
        #expect(schedule.failed(.soon, chance: 0) == .retry(after: .milliseconds(200)))
        #expect(schedule.failed(.soon, chance: 0) == .rest(.seconds(10)))
    }

    @Test("A server's wish is respected where it is longer than the rest")
    func wish() {
        var schedule = schedule()
        #expect(schedule.failed(.after(.seconds(45)), chance: 0.5) == .rest(.seconds(45)))
        #expect(schedule.failed(.after(.seconds(2)), chance: 0) == .rest(.seconds(10)))
        #expect(schedule.failed(.after(.zero), chance: 0) == .rest(.seconds(10)))
    }

    @Test("No pause between tries is longer than the interval, and any number of them is reckoned with")
    func bounds() {
        var schedule = schedule(.seconds(1), retries: 100)
        for _ in 0..<100 {
            guard case .retry(let pause) = schedule.failed(.soon, chance: 0) else {
                Issue.record("a retry was expected")
                return
            }
            #expect(pause > .zero && pause <= .seconds(1))
        }
        #expect(schedule.failed(.soon, chance: 0) == .rest(.seconds(1)))
    }

    @Test("Options that make no sense are put right")
    func options() {
        var none = schedule(retries: -5)
        #expect(none.failed(.soon, chance: 0) == .rest(.seconds(10)))
        for interval in [Duration.zero, .seconds(-3), .milliseconds(999)] {
            #expect(schedule(interval).rest(chance: 0) == .seconds(1))
        }
    }
}
