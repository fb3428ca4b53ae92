// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseConsole
import GatehouseEvaluation
import NIOHTTP1
import Testing

struct GateAuthoringTests {
    private static let everyone: Value = ["type": "public"]

    @Test("A gate is created, read, listed, updated, switched, archived and deleted, and served as it is")
    func life() async throws {
        try await TestConsole.run { console in
            let created = try await console.send(
                .POST, "/console/v1/gates",
                json: [
                    "name": "A Gate", "description": "d", "tags": ["x"],
                    "rules": [
                        ["name": "All", "passPercentage": 100, "conditions": [GateAuthoringTests.everyone]]
                    ],
                ], headers: [("x-respect-review-settings", "true")])
            #expect(created.status == 201)
            #expect(created.message == "Gate created successfully.")
            #expect(created.data["id"] == "a_gate")
            #expect(created.data["status"] == "In Progress")
            #expect(created.data["version"] == 1)
            #expect(created.data["creatorName"] == "CONSOLE API")
            #expect(try await console.ruleset().passes("a_gate", "u"))
            #expect(try await console.ruleset("v1").passes("a_gate", "u"))

            #expect(try await console.author(.GET, "gates/a_gate")["rules"][0]["name"] == "All")
            for index in 0..<3 { try await console.author(.POST, "gates", ["name": .string("other \(index)")]) }
            let page = try await console.get("/console/v1/gates?limit=2&page=2")
            #expect(page.data.array?.map { $0["id"] } == ["other_1", "other_2"])
            #expect(page.json["pagination"]["totalItems"] == 4)
            #expect(try await console.get("/console/v1/gates?tags=x").data.array?.count == 1)

            try await console.author(.PUT, "gates/a_gate/disable")
            #expect(try await console.ruleset().passes("a_gate", "u") == false)
            #expect(try await console.ruleset("v1").passes("a_gate", "u") == false)
            let launched = try await console.author(.PUT, "gates/a_gate/launch")
            #expect(launched["status"] == "Launched")
            #expect(launched["isEnabled"] == false)
            for version in ["v1", "v2"] { #expect(try await console.ruleset(version).passes("a_gate", "nobody")) }
            #expect(try await console.author(.PATCH, "gates/a_gate", ["isEnabled": true])["status"] == "In Progress")

            try await console.author(.PUT, "gates/a_gate/archive", ["archiveReason": "old"])
            #expect(try await console.ruleset().passes("a_gate", "u") == false)
            #expect(
                try await console.send(.PATCH, "/console/v1/gates/a_gate", json: ["description": "e"]).status == 400)
            #expect(try await console.author(.PUT, "gates/a_gate/unarchive")["status"] == "In Progress")
            #expect(try await console.ruleset().passes("a_gate", "u"))

            try await console.author(.DELETE, "gates/a_gate")
            #expect(
                try await console.get("/console/v1/gates/a_gate").json == ["status": 404, "message": "Gate not found."])

            let log = try await console.get("/console/v1/audit_logs?id=a_gate&sortOrder=asc")
            #expect(
                log.data.array?.map { $0["actionType"].string } == [
                    "gate_create", "config_state_toggle", "config_state_toggle", "config_state_toggle",
                    "config_state_toggle", "config_state_toggle", "config_delete",
                ])
            #expect(log.data[1]["changes"]["status"] == ["old": "In Progress", "new": "Disabled"])
        }
    }

    @Test("Rules are added, changed and deleted one by one; another percentage is another ID with the same salt")
    func rules() async throws {
        try await TestConsole.run { console in
            try await console.author(.POST, "gates", ["name": "gate"])
            let rule: Value = ["name": "Half", "passPercentage": 50, "conditions": [GateAuthoringTests.everyone]]
            try await console.author(.POST, "gates/gate/rule", rule)
            let added = try await console.author(
                .POST, "gates/gate/rules", ["rules": [["name": "B", "passPercentage": 0, "conditions": []]]])["rules"]
            #expect(added.array?.count == 2)
            let (id, salt) = (added[0]["id"].string ?? "", added[0]["salt"])
            let changed = try await console.author(.PATCH, "gates/gate/rules/\(id)", ["passPercentage": 60])["rules"][0]
            #expect(changed["id"].string == "\(id):60.00:2")
            #expect(changed["baseID"].string == id)
            #expect(changed["salt"] == salt)
            let again = try await console.author(
                .PATCH, "gates/gate/rules", [["baseID": .string(id), "passPercentage": 12.5]])["rules"][0]
            #expect(again["id"].string == "\(id):12.50:3")
            // A whole list without IDs: rules of the same name are the same rules.
            let whole = try await console.author(.PATCH, "gates/gate", ["rules": [rule]])["rules"]
            #expect(whole[0]["id"].string == "\(id):50.00:4")
            #expect(whole[0]["salt"] == salt)
            #expect(whole.array?.count == 1)
            try await console.author(.DELETE, "gates/gate/rules/\(id)")
            #expect(try await console.get("/console/v1/gates/gate/rules").data == [["rules": []]])
            #expect(try await console.send(.DELETE, "/console/v1/gates/gate/rules/\(id)").status == 404)
            try await console.refuse(
                .PATCH, "gates/gate/rules", [["id": "nothing", "passPercentage": 1]], "rules.0.id")

            let versions = try await console.get("/console/v1/gates/gate/versions")
            #expect(versions.data[0]["version"] == 7)
            #expect(versions.data[6]["rules"] == [])
            #expect(versions.json["pagination"]["totalItems"] == 7)
        }
    }

    @Test("Overrides are replaced, added and deleted, for all environments and for one")
    func overrides() async throws {
        try await TestConsole.run { console in
            try await console.author(.POST, "gates", ["name": "gate"])
            let path = "gates/gate/overrides"
            try await console.author(.POST, path, ["passingUserIDs": ["a", "b"], "failingUserIDs": ["c"]])
            try await console.author(.PATCH, path, ["passingUserIDs": ["c"]])
            let shown = try await console.author(.GET, path)
            #expect(shown["passingUserIDs"] == ["a", "b", "c"])
            #expect(shown["failingUserIDs"] == [])
            #expect(try await console.ruleset().passes("gate", "c"))
            try await console.author(.DELETE, path, ["passingUserIDs": ["b"]])
            try await console.author(
                .PATCH, path,
                ["environmentOverrides": [["environment": "staging", "passingIDs": ["s"], "failingIDs": []]]])
            for version in ["v1", "v2"] {
                let ruleset = try await console.ruleset(version)
                #expect(ruleset.passes("gate", "a"))
                #expect(!ruleset.passes("gate", "b"))
                #expect(!ruleset.passes("gate", "s"))
                let staging = EvaluationContext(clock: { 0 }, environment: "staging")
                #expect(ruleset.gate("gate", for: User(userID: "s"), in: staging).value)
            }
            try await console.refuse(
                .POST, path, ["passingUserIDs": ["a"], "failingUserIDs": ["a"]], "failingUserIDs")
        }
    }

    @Test("What is wrong is refused with the name of the property, and nothing changes")
    func refusals() async throws {
        try await TestConsole.run { console in
            try await console.author(.POST, "gates", ["name": "gate"])
            func rule(_ condition: Value) -> Value {
                ["name": "new", "rules": [["name": "r", "passPercentage": 1, "conditions": [condition]]]]
            }
            let cases: [(Value, String)] = [
                ([:], "name"), (["name": "ab"], "name"), (["name": "no/slash"], "name"), (["name": 1], "name"),
                (["name": "gate"], "name"), (["name": "new", "id": "a b c"], "id"),
                (["name": "new", "idType": "nothing"], "idType"), (["name": "new", "isEnabled": "yes"], "isEnabled"),
                (
                    ["name": "new", "rules": [["name": "r", "passPercentage": 101, "conditions": []]]],
                    "rules.0.passPercentage"
                ),
                (["name": "new", "rules": [["name": "r", "conditions": []]]], "rules.0.passPercentage"),
                (
                    [
                        "name": "new",
                        "rules": [["name": "r", "passPercentage": 1, "conditions": [], "environments": ["moon"]]],
                    ],
                    "rules.0.environments.0"
                ),
                (rule(["type": "url"]), "rules.0.conditions.0.type"),
                (rule(["type": "email", "operator": "gt", "targetValue": 1]), "rules.0.conditions.0.operator"),
                (
                    rule(["type": "custom_field", "operator": "any", "targetValue": ["a"]]),
                    "rules.0.conditions.0.field"
                ),
                (rule(["type": "unit_id", "operator": "any", "targetValue": ["a"]]), "rules.0.conditions.0.customID"),
                (
                    rule(["type": "custom_field", "field": "f", "operator": "gt", "targetValue": "x"]),
                    "rules.0.conditions.0.targetValue"
                ),
                (rule(["type": "user_id", "operator": "any"]), "rules.0.conditions.0.targetValue"),
                (rule(["type": "passes_gate", "targetValue": "missing"]), "rules.0.conditions.0.targetValue"),
                (rule(["type": "passes_segment", "targetValue": ["a", "b"]]), "rules.0.conditions.0.targetValue"),
                (rule(["type": "passes_gate", "targetValue": "new"]), "rules"),
            ]
            for (body, property) in cases { try await console.refuse(.POST, "gates", body, property) }
            let bad = try await console.send(.POST, "/console/v1/gates", body: Array("{".utf8))
            #expect(bad.json["errors"][0]["property"] == "body")
            #expect(try await console.get("/console/v1/gates").data.array?.count == 1)

            // Through another gate it is the gate itself that is asked.
            try await console.author(.POST, "gates", rule(["type": "passes_gate", "targetValue": "gate"]))
            try await console.refuse(
                .PATCH, "gates/gate",
                [
                    "rules": [
                        [
                            "name": "r", "passPercentage": 1,
                            "conditions": [["type": "fails_gate", "targetValue": "new"]],
                        ]
                    ]
                ],
                "rules")
            let used = try await console.send(.DELETE, "/console/v1/gates/gate")
            #expect(used.status == 400)
            #expect(used.message == "gate is used by new.")
            let users = try await console.get("/console/v1/gates/gate/gate_references").data
            #expect(users == [try await console.author(.GET, "gates/new")])
        }
    }

    @Test("Gates are listed by how far they are rolled out")
    func rolloutRates() async throws {
        try await TestConsole.run { console in
            func rule(_ name: String, _ percentage: Double, _ type: String = "public") -> Value {
                let target: Value = type == "public" ? .null : ["a"]
                return [
                    "name": .string(name), "passPercentage": .double(percentage),
                    "conditions": [["type": .string(type), "operator": "any", "targetValue": target]],
                ]
            }
            let gates: [(String, Value)] = [
                ("none", []), ("zero", [rule("a", 0)]), ("half", [rule("a", 100, "user_id"), rule("b", 50)]),
                ("all", [rule("a", 100, "user_id"), rule("b", 100)]), ("some", [rule("a", 100, "user_id")]),
            ]
            for (name, rules) in gates {
                try await console.author(.POST, "gates", ["name": .string(name), "rules": rules])
            }
            for (rate, names) in [("0", ["none", "zero"]), ("INBETWEEN", ["half"]), ("100", ["all"])] {
                let found = try await console.get("/console/v1/gates?rolloutRate=\(rate)").data.array
                #expect(Set((found ?? []).compactMap { $0["id"].string }) == Set(names))
            }
        }
    }

    @Test("A change of another version than the client has seen is refused with 409")
    func conflict() async throws {
        try await TestConsole.run { console in
            try await console.author(.POST, "gates", ["name": "gate"])
            func change(_ text: String, _ version: String) async throws -> Int {
                try await console.send(
                    .PATCH, "/console/v1/gates/gate", json: ["description": .string(text)],
                    headers: [("If-Match", version)]
                ).status
            }
            #expect(try await change("a", "1") == 200)
            #expect(try await change("b", "1") == 409)
            #expect(try await change("b", "\"2\"") == 200)
            #expect(try await console.author(.GET, "gates/gate")["description"] == "b")
            #expect(try await console.author(.PATCH, "gates/gate", ["description": "b"])["version"] == 3)
        }
    }

    @Test("Writers at once lose nothing: every rule that was acknowledged is there")
    func writers() async throws {
        try await TestConsole.run { console in
            try await console.author(.POST, "gates", ["name": "gate"])
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for writer in 0..<4 {
                    tasks.addTask {
                        for number in 0..<10 {
                            try await console.author(
                                .POST, "gates/gate/rule",
                                ["name": .string("\(writer) \(number)"), "passPercentage": 1, "conditions": []])
                        }
                    }
                }
                try await tasks.waitForAll()
            }
            let gate = try await console.author(.GET, "gates/gate")
            #expect(Set(gate["rules"].array?.compactMap { $0["name"].string } ?? []).count == 40)
            #expect(gate["version"] == 41)
        }
    }
}
