// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseConsole
import GatehouseEvaluation
import NIOHTTP1
import Testing

/// What has been shipped is there as long as nobody ends it.
struct ShippedGroupTests {
    private static let groups: Value = [
        ["name": "Old", "id": "old", "size": 50, "parameterValues": ["value": 1]],
        ["name": "New", "id": "new", "size": 50, "parameterValues": ["value": 2]],
    ]
    private static let others: Value = [["name": "Other", "size": 100, "parameterValues": ["value": 3]]]

    @Test("The groups of an experiment that has started can't be replaced, whatever has become of it")
    func replaced() async throws {
        try await TestConsole.run { console in
            try await console.author(
                .POST, "experiments", ["name": "test", "allocation": 100, "groups": ShippedGroupTests.others])
            try await console.author(.PATCH, "experiments/test", ["groups": ShippedGroupTests.groups])
            try await console.author(.PUT, "experiments/test/start")
            try await console.refuse(.PATCH, "experiments/test", ["groups": ShippedGroupTests.others], "groups")
            try await console.author(
                .PUT, "experiments/test/make_decision", ["id": "new", "decisionReason": "It is better."])
            try await console.refuse(.PATCH, "experiments/test", ["groups": ShippedGroupTests.others], "groups")
            let shipped = try await console.ruleset().config("test", "anybody")
            #expect(shipped.rule == "launchedGroup")
            #expect(shipped.value["value"] == 2)
            try await console.author(.PUT, "experiments/test/reset")
            try await console.author(.PATCH, "experiments/test", ["groups": ShippedGroupTests.others])
        }
    }
}
