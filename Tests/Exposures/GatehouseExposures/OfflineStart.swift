// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseTesting

/// What a consumer's test waits for: `gatehouse-exposures start`.
enum OfflineStart {
    /// Measures the start of clients without a network, each with its first answer.
    static func measure() throws {
        var times: [Double] = []
        var passed = 0
        for _ in 0..<51 {
            let start = ContinuousClock.now
            let client = try GatehouseClient.offline {
                TestGate("open", on: true)
                TestExperiment("button", .group("a", 50, ["text": "Buy"]), .group("b", 50, ["text": "Get"]))
            }
            if client.checkGate("open", for: User(userID: "somebody")) { passed += 1 }
            times.append((ContinuousClock.now - start) / .milliseconds(1))
        }
        guard let first = times.first, passed == times.count else { return }
        let others = times.dropFirst().sorted()
        print("offline start: first \(first) ms, then median \(others[25]) ms, slowest \(others[49]) ms of 50")
    }
}
