// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseConsole
import GatehouseEvaluation
import NIOHTTP1
import Synchronization
import Testing

struct RolloutTests {
    @Test("Scheduled percentages hold when their time has come, in order, and users stay")
    func schedule() async throws {
        let clock = SharedClock()
        var options = TestConsole.options()
        options.clock = { clock.now }
        try await TestConsole.run(options) { console in
            try await console.author(
                .POST, "gates",
                [
                    "name": "gate",
                    "rules": [
                        [
                            "name": "r", "passPercentage": 0, "conditions": [["type": "public"]],
                            "pendingAutomatedRollouts": [
                                ["time": 3_000_000, "passPercent": 100], ["time": 2_000_000, "passPercent": 25],
                            ],
                        ]
                    ],
                ])
            @Sendable func percentage() async throws -> Value {
                try await console.get("/console/v1/gates/gate").data["rules"][0]["passPercentage"]
            }
            #expect(try await percentage() == 0)
            clock.now = 2_000_000
            try await until("the first is applied") { try await percentage() == 25 }
            let ruleset = try await console.ruleset()
            let passing = (0..<1000).filter { ruleset.passes("gate", "u\($0)") }
            // 250 are to be expected, with a standard deviation of 13.7.
            #expect((180...320).contains(passing.count))
            let rule = try await console.get("/console/v1/gates/gate").data["rules"][0]
            #expect(rule["completedAutomatedRollouts"] == [["time": 2_000_000, "passPercent": 25]])
            #expect(rule["pendingAutomatedRollouts"] == [["time": 3_000_000, "passPercent": 100]])
            clock.now = 3_500_000
            try await until("the second is applied") { try await percentage() == 100 }
            let all = try await console.ruleset()
            #expect((0..<1000).allSatisfy { all.passes("gate", "u\($0)") })
            let log = try await console.get("/console/v1/audit_logs?id=gate")
            #expect(log.data[0]["updatedBy"] == "gatehouse")
        }
    }

    @Test("Experiments and autotunes start when their time has come, unless begun anew or put away before")
    func starts() async throws {
        let clock = SharedClock()
        var options = TestConsole.options()
        options.clock = { clock.now }
        try await TestConsole.run(options) { console in
            for name in ["one", "two", "three"] {
                try await console.author(.POST, "experiments", ["name": .string(name)])
            }
            try await console.author(
                .POST, "autotunes",
                [
                    "name": "tune", "successEvent": "buy", "explorationWindow": "24hr", "attributionWindow": "1hr",
                    "winnerThreshold": "95%", "variants": [["name": "A", "json": [:]], ["name": "B", "json": [:]]],
                ])
            for path in ["experiments/one", "experiments/two", "experiments/three", "autotunes/tune"] {
                let waiting = try await console.author(.POST, path + "/schedule_start", ["scheduledTime": 2_000_000])
                #expect(waiting["scheduledStartTime"] == 2_000_000)
            }
            try await console.author(.PUT, "experiments/two/reset")
            for verb in ["archive", "unarchive"] { try await console.author(.PUT, "experiments/three/\(verb)") }
            #expect(try await console.ruleset().config("one", "u").rule == "prestart")
            clock.now = 2_000_000
            try await until("the experiment has started") {
                try await console.get("/console/v1/experiments/one").data["status"] == "active"
            }
            try await until("the autotune has started") {
                try await console.get("/console/v1/autotunes/tune").data["isStarted"] == true
            }
            let started = try await console.author(.GET, "experiments/one")
            #expect(started["startTime"] == 2_000_000)
            #expect(started["scheduledStartTime"] == .null)
            for name in ["two", "three"] {
                #expect(try await console.author(.GET, "experiments/\(name)")["status"] == "setup")
            }
            let late = try await console.send(
                .POST, "/console/v1/experiments/one/schedule_start", json: ["scheduledTime": 3_000_000])
            #expect(late.status == 400)
            try await console.refuse(.POST, "experiments/two/schedule_start", ["scheduledTime": -1], "scheduledTime")
        }
    }
}

/// A clock that a test sets.
private final class SharedClock: Sendable {
    private let time = Mutex<Int64>(1_000_000)
    var now: Int64 {
        get { time.withLock { $0 } }
        set { time.withLock { $0 = newValue } }
    }
}
