// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseConsole
import GatehouseEvaluation
import NIOHTTP1
import Testing

/// The families that say what others are about.
struct ProjectAuthoringTests {
    @Test("Target apps are put on entities, and keys of an app download only those")
    func targetApps() async throws {
        try await TestConsole.run { console in
            for name in ["gate", "other"] { try await console.author(.POST, "gates", ["name": .string(name)]) }
            let app = try await console.author(
                .POST, "target_app", ["name": "Web", "description": "", "gates": ["gate"]])
            #expect(app["id"] == "web")
            let key = try await console.createKey(["type": "SERVER", "description": "A", "targetAppID": "web"]).secret
            func gates() async throws -> [String] {
                try await console.get("/v2/download_config_specs", key: key).json["feature_gates"].object?.map(\.name)
                    ?? []
            }
            #expect(try await gates() == ["gate"])
            try await console.author(.PATCH, "target_app", ["targetApps": ["Web"], "gates": ["other"]])
            #expect(try await gates() == ["gate", "other"])
            try await console.author(.DELETE, "target_app/web")
            #expect(try await gates() == [])
            try await console.refuse(.PATCH, "target_app", ["targetApps": ["Web"]], "targetApps.0")
        }
    }

    @Test("Units are known before they are used, and environments before rules name them")
    func unitsAndEnvironments() async throws {
        try await TestConsole.run { console in
            try await console.refuse(.POST, "gates", ["name": "gate", "idType": "companyID"], "idType")
            try await console.author(.POST, "unit_id_types", ["name": "companyID"])
            try await console.author(.POST, "gates", ["name": "gate", "idType": "companyID"])
            #expect(try await console.send(.DELETE, "/console/v1/unit_id_types/companyID").status == 400)
            let rule: Value = ["name": "r", "passPercentage": 1, "conditions": [], "environments": ["canary"]]
            try await console.refuse(.POST, "gates/gate/rule", rule, "rules.0.environments.0")
            let list = try await console.author(.GET, "environments")["environments"]
            #expect(list.array?.map { $0["name"] } == ["development", "staging", "production"])
            try await console.author(
                .POST, "environments", ["environments": .array((list.array ?? []) + [["name": "canary"]])])
            try await console.author(.POST, "gates/gate/rule", rule)
            try await console.refuse(.POST, "environments", ["environments": [["name": "canary"]]], "environments")
        }
    }

    @Test("What a parameter store reads can't be deleted before the store is, or no longer reads it")
    func storeReferences() async throws {
        try await TestConsole.run { console in
            let paths = ["gates/gate", "layers/layer", "dynamic_configs/config", "experiments/experiment"]
            try await console.author(.POST, "gates", ["name": "gate"])
            try await console.author(.POST, "layers", ["name": "layer", "idType": "userID"])
            try await console.author(.POST, "dynamic_configs", ["name": "config"])
            try await console.author(.POST, "experiments", ["name": "experiment"])
            try await console.author(
                .POST, "param_stores",
                [
                    "name": "store",
                    "parameters": [
                        [
                            "name": "a", "ref_type": "gate", "param_type": "number", "gate_name": "gate",
                            "pass_value": 1, "fail_value": 0,
                        ],
                        [
                            "name": "b", "ref_type": "layer", "param_type": "string", "layer_name": "layer",
                            "param_name": "p",
                        ],
                        [
                            "name": "c", "ref_type": "dynamic_config", "param_type": "string", "config_name": "config",
                            "param_name": "p",
                        ],
                        [
                            "name": "d", "ref_type": "experiment", "param_type": "string",
                            "experiment_name": "experiment", "param_name": "p",
                        ],
                    ],
                ])
            for path in paths {
                let refused = try await console.send(.DELETE, "/console/v1/\(path)")
                #expect(refused.status == 400)
                #expect(refused.message.hasSuffix("is used by store."))
            }
            try await console.author(.PATCH, "param_stores/store", ["parameters": []])
            for path in paths { try await console.author(.DELETE, path) }
        }
    }

    @Test("Autotunes, parameter stores, tags, teams and users have their endpoints, the first two are served")
    func others() async throws {
        try await TestConsole.run { console in
            try await console.author(
                .POST, "autotunes",
                [
                    "name": "tune", "successEvent": "buy", "explorationWindow": "24hr", "attributionWindow": "1hr",
                    "winnerThreshold": "95%",
                    "variants": [["name": "A", "json": ["v": "A"]], ["name": "B", "json": ["v": "B"]]],
                ])
            #expect(try await console.ruleset().config("tune", "u").rule == "prestart")
            try await console.author(.PUT, "autotunes/tune/start")
            let running = try await console.ruleset()
            #expect(Set((0..<100).map { running.config("tune", "u\($0)").value["v"].string }) == ["A", "B"])
            try await console.author(.PUT, "autotunes/tune/make_decision", ["id": "B", "decisionReason": "x"])
            let decided = try await console.ruleset("v1")
            #expect(Set((0..<100).map { decided.config("tune", "u\($0)").value["v"].string }) == ["B"])

            try await console.author(.POST, "gates", ["name": "gate"])
            try await console.author(
                .POST, "param_stores",
                [
                    "name": "store",
                    "parameters": [
                        ["name": "fixed", "ref_type": "static", "param_type": "string", "value": "x"],
                        [
                            "name": "gated", "ref_type": "gate", "param_type": "number", "gate_name": "gate",
                            "pass_value": 1, "fail_value": 2,
                        ],
                    ],
                ])
            let key = try await console.createKey(["type": "SERVER", "description": "A"]).secret
            let stores = try await console.get("/v2/download_config_specs", key: key).json["param_stores"]
            #expect(stores["store"]["parameters"]["gated"]["fail_value"] == 2)
            try await console.refuse(
                .POST, "param_stores",
                [
                    "name": "bad",
                    "parameters": [["name": "a", "ref_type": "gate", "param_type": "number", "gate_name": "x"]],
                ],
                "parameters.0.pass_value")

            #expect(try await console.author(.POST, "tags", ["name": "core", "isCore": true])["isCore"] == true)
            try await console.author(.POST, "teams", ["name": "growth", "members": ["a@b.example"]])
            try await console.author(.POST, "users/invite", ["role": "Admin", "emails": ["a@b.example"]])
            #expect(try await console.author(.GET, "users")[0]["email"] == "a@b.example")
            #expect(try await console.author(.PATCH, "users/a@b.example", ["role": "Member"])["role"] == "Member")
            #expect(try await console.author(.GET, "project")["id"] == "local")
            #expect(try await console.author(.GET, "company")["isWarehouseNative"] == false)
        }
    }
}
