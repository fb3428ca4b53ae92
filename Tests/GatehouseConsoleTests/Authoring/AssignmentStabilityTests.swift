// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseConsole
import GatehouseEvaluation
import NIOHTTP1
import Testing

/// Users stay where they are, whatever is changed around them.
struct AssignmentStabilityTests {
    private struct Assignments: Equatable {
        var gate: [Bool] = []
        var layer: [String] = []
        var experiment: [String] = []

        init(_ ruleset: Ruleset) {
            for index in 0..<1000 {
                gate.append(ruleset.passes("gate", "u\(index)"))
                layer.append(ruleset.layerValue("layer", "u\(index)").rule)
                experiment.append(ruleset.config("alone", "u\(index)").rule)
            }
        }
    }

    private static func author(_ console: TestConsole) async throws {
        try await console.author(
            .POST, "gates",
            ["name": "gate", "rules": [["name": "Some", "passPercentage": 20, "conditions": [["type": "public"]]]]])
        try await console.author(.POST, "layers", ["name": "layer", "idType": "userID"])
        for name in ["one", "two"] {
            try await console.author(
                .POST, "experiments", ["name": .string(name), "layerID": "layer", "allocation": 20])
            try await console.author(.PUT, "experiments/\(name)/start")
        }
        try await console.author(.POST, "experiments", ["name": "alone", "allocation": 30])
        try await console.author(.PUT, "experiments/alone/start")
    }

    @Test("Renaming, other experiments, archived neighbours and a restart move nobody")
    func unrelated() async throws {
        let (options, path) = TestConsole.fileOptions()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let before = try await TestConsole.run(options) { console -> Assignments in
            try await AssignmentStabilityTests.author(console)
            let before = Assignments(try await console.ruleset())
            try await console.author(.PATCH, "gates/gate", ["name": "Another name", "description": "x"])
            try await console.author(.PATCH, "experiments/alone", ["name": "Not alone", "hypothesis": "y"])
            try await console.author(.POST, "experiments", ["name": "three", "layerID": "layer", "allocation": 10])
            try await console.author(.PUT, "experiments/three/archive")
            try await console.author(.PATCH, "layers/layer", ["description": "z"])
            try await console.author(
                .POST, "gates/gate/rule",
                [
                    "name": "Nobody", "passPercentage": 0,
                    "conditions": [["type": "user_id", "operator": "any", "targetValue": ["x"]]],
                ])
            var rules = try await console.author(.GET, "gates/gate/rules")[0]["rules"].array ?? []
            rules.swapAt(0, 1)
            try await console.author(.PATCH, "gates/gate", ["rules": .array(rules)])
            let now = Assignments(try await console.ruleset())
            #expect(now == before)
            return before
        }
        try await TestConsole.run(options) { console in
            let now = Assignments(try await console.ruleset())
            #expect(now == before)
        }
    }

    @Test("A greater percentage or allocation takes nobody away")
    func growth() async throws {
        try await TestConsole.run { console in
            try await AssignmentStabilityTests.author(console)
            var before = Assignments(try await console.ruleset())
            let rule = try await console.author(.GET, "gates/gate/rules")[0]["baseID"].string ?? ""
            for percentage in [20.5, 40, 77.7, 100] {
                try await console.author(.PATCH, "gates/gate/rules/\(rule)", ["passPercentage": .double(percentage)])
                try await console.author(.PATCH, "experiments/one", ["allocation": .double(min(percentage, 80))])
                try await console.author(.PATCH, "experiments/alone", ["allocation": .double(max(percentage, 30))])
                let now = Assignments(try await console.ruleset())
                for index in 0..<1000 {
                    #expect(now.gate[index] || !before.gate[index])
                    // Whoever was in an experiment is in the same group of it.
                    if !before.layer[index].isEmpty, before.layer[index] != "default" {
                        #expect(now.layer[index] == before.layer[index])
                    }
                    if before.experiment[index] != "layerAssignment" {
                        #expect(now.experiment[index] == before.experiment[index])
                    }
                }
                before = now
            }
        }
    }
}
