// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseConsole
import GatehouseEvaluation
import NIOHTTP1
import Testing

/// What each operation of the Console API answers: its status, its message and its required members.
struct AnswerTests {
    /// The messages of the official examples that aren't a sentence of the entity's name and what was done.
    private static let messages: [String: String] = [
        "GET /autotunes": "Autotune Experiments listed successfully.",
        "POST /autotunes": "Autotune Experiments created successfully.",
        "GET /autotunes/{id}": "Autotune Experiment read successfully.",
        "POST /autotunes/{id}": "Autotune Experiment read successfully.",
        "PATCH /autotunes/{id}": "Autotune Experiment updated successfully.",
        "DELETE /autotunes/{id}": "Autotune Experiment deleted successfully.",
        "PUT /autotunes/{id}/make_decision": "Decision made for Autotune Experiment.",
        "PUT /autotunes/{id}/reset": "Autotune Experiment successfully restarted.",
        "PUT /autotunes/{id}/start": "Autotune Experiment successfully started.",
        "GET /dynamic_configs/{id}": "Dynamic config read successfully.",
        "POST /dynamic_configs/{id}": "Dynamic config updated successfully.",
        "PATCH /dynamic_configs/{id}": "Dynamic config updated successfully.",
        "GET /dynamic_configs/{id}/rules": "Dynamic Config rules read successfully.",
        "GET /dynamic_configs/{id}/rule/{ruleId}": "Dynamic Config rules read successfully.",
        "PATCH /dynamic_configs/{id}/rule/{ruleId}": "Dynamic Config rules updated successfully.",
        "DELETE /dynamic_configs/{id}/rule/{ruleId}": "Dynamic Config rule deleted successfully.",
        "GET /events": "Event values listed successfully.",
        "GET /events/{eventName}": "Event values listed successfully.",
        "GET /experiments/{id}": "Experiments listed successfully.",
        "GET /experiments/{id}/cumulative_exposures": "Successfully loaded Cumulative Exposures",
        "GET /experiments/{id}/overrides": "Experiment Overrides read successfully.",
        "PUT /experiments/{id}/start": "Experiment successfully started.",
        "PUT /experiments/{id}/make_decision": "Decision made for Experiment.",
        "PUT /experiments/{id}/abandon": "Experiment successfully abandoned.",
        "PUT /experiments/{id}/reset": "Experiment successfully restarted.",
        "PUT /experiments/{id}/archive": "Experiment successfully archived.",
        "PUT /experiments/{id}/unarchive": "Experiment successfully unarchived.",
        "POST /experiments/{id}/restart_as_new": "Restart As New Experiment Success",
        "POST /experiments/{id}/schedule_start": "Successfully scheduled experiment start",
        "GET /exposure_count": "Exposure count fetched successfully.",
        "GET /gates/{id}/gate_references": "Gates listed successfully.",
        "GET /gates/{id}/experiment_references": "Experiments listed successfully.",
        "GET /gates/{id}/dynamic_config_references": "Dynamic Configs listed successfully.",
        "GET /gates/{id}/overrides": "Gate Overrides read successfully.",
        "GET /gates/{id}/rules": "Gate rules read successfully.",
        "POST /gates/{id}/rule": "Gate rules added successfully.",
        "POST /gates/{id}/rules": "Gate rules added successfully.",
        "PATCH /gates/{id}/rules": "Gate updated successfully.",
        "PATCH /gates/{id}/rules/{ruleID}": "Gate updated successfully.",
        "DELETE /gates/{id}/rules/{ruleID}": "Gate updated successfully.",
        "PUT /gates/{id}/archive": "Gate updated successfully.",
        "PUT /gates/{id}/unarchive": "Gate updated successfully.",
        "GET /holdouts/{id}/overrides": "Holdout Overrides read successfully.",
        "POST /holdouts/{id}/overrides": "Holdout Overrides updated successfully.",
        "PATCH /holdouts/{id}/overrides": "Holdout Overrides updated successfully.",
        "GET /param_stores": "List param stores success",
        "POST /param_stores": "Param Store read successfully.",
        "POST /param_stores/{name}": "Param Store read successfully.",
        "GET /project": "Project Info Retrieved Successfully",
        "GET /segments/{id}/id_list": "Segments listed successfully.",
        "PATCH /segments/{id}/id_list": "IDs successfully added to Segment ID List",
        "DELETE /segments/{id}/id_list": "IDs successfully removed from Segment ID List",
        "PATCH /segments/{id}/add_ids": "IDs successfully added to Segment ID List",
        "PATCH /segments/{id}/remove_ids": "IDs successfully removed from Segment ID List",
        "POST /segments/{id}/id_list/reset": "Segment Reset reset successfully.",
        "GET /segments/{id}/idlist_metadata": "ID List metadata read successfully",
        "POST /segments/{id}/conditional": "Rules successfully updated",
        "GET /tags": "Tags listed successfully", "POST /tags": "Tag created successfully",
        "GET /tags/{id}": "Tag read successfully", "PATCH /tags/{id}": "Tag updated successfully",
        "DELETE /tags/{id}": "Tag deleted successfully",
        "GET /target_app": "Target apps listed successfully.", "PATCH /target_app": "Target apps updated successfully.",
        "GET /target_app/{id}": "Target app read successfully.",
        "PATCH /target_app/{id}": "Target apps updated successfully.",
        "DELETE /target_app/{id}": "Target app deleted successfully",
        "GET /users": "User listed successfully.", "POST /users/invite": "User(s) Invited successfully",
        "DELETE /users/teams/{id}": "Team deleted successfully", "PATCH /keys/{id}/rotate": "Key rotated successfully,",
    ]

    /// Calls operations, checks their answers, and notes which it has called.
    private actor Caller {
        let console: TestConsole
        let official: OfficialOperations
        private(set) var called: Set<String> = []

        init(_ console: TestConsole) throws {
            self.console = console
            official = try OfficialOperations()
        }

        /// Calls an operation of the official document, as `GET /gates/{id}`; `ids` are the path's parameters.
        @discardableResult
        func call(
            _ name: String, _ ids: [String] = [], _ body: Value? = nil, query: String = "",
            sourceLocation: SourceLocation = #_sourceLocation
        ) async throws -> Value {
            let parts = name.split(separator: " ")
            let (method, template) = (HTTPMethod(rawValue: String(parts[0])), "/console/v1\(parts[1])")
            var left = ids[...]
            let path = template.replacing(/\{[a-zA-Z]+\}/) { _ in left.popFirst() ?? "" }
            let response = try await console.send(method, path + query, json: body)
            let comment: Comment = "\(name): \(response.text.prefix(1000))"
            let operation = try #require(
                official.byName["\(parts[0]) \(template)"], comment, sourceLocation: sourceLocation)
            #expect(
                operation["statuses"].array?.contains(.integer(Int64(response.status))) == true, comment,
                sourceLocation: sourceLocation)
            let missing = OfficialOperations.missing(operation, in: response.json)
            #expect(missing == [], comment, sourceLocation: sourceLocation)
            if let message = AnswerTests.messages[name] {
                #expect(response.message == message, sourceLocation: sourceLocation)
            }
            called.insert("\(parts[0]) \(template)")
            return response.data
        }
    }

    @Test("Every answer has the status, the message and the required members of the official document")
    func answers() async throws {
        try await TestConsole.run { console in
            let caller = try Caller(console)
            try await AnswerTests.project(caller)
            try await AnswerTests.configs(caller)
            try await AnswerTests.gates(caller)
            try await AnswerTests.experiments(caller)
            try await AnswerTests.others(caller)
            try await AnswerTests.keys(caller)

            var served: Set<String> = []
            for (path, methods) in try await console.get("/openapi.json", key: nil).json["paths"].object ?? [:] {
                for (method, _) in methods.object ?? [:] {
                    served.insert("\(method.uppercased()) \(OfficialOperations.shape(path))")
                }
            }
            let known = await caller.official.byName.keys.filter { served.contains(OfficialOperations.shape($0)) }
            #expect(known.count >= 148)
            let called = await caller.called
            #expect(known.filter { !called.contains($0) } == [])
        }
    }

    private static let rule: Value = [
        "name": "r", "passPercentage": 50,
        "conditions": [["type": "passes_gate", "targetValue": "asked"]],
        "pendingAutomatedRollouts": [["time": 4_000_000_000_000, "passPercent": 60]],
    ]
    private static let id = ["one"]

    private static func project(_ caller: Caller) async throws {
        try await caller.call("GET /project")
        try await caller.call("GET /company")
        let environments = try await caller.call("GET /environments")
        try await caller.call("POST /environments", [], environments)
        #expect(try await caller.call("GET /unit_id_types").array?.map { $0["name"] } == ["userID", "stableID"])
        try await caller.call("POST /unit_id_types", [], ["name": "companyID", "description": "A company"])
        try await caller.call("GET /unit_id_types/{id}", ["stableID"])
        try await caller.call("PATCH /unit_id_types/{id}", ["companyID"], ["description": "Another"])
        try await caller.call("DELETE /unit_id_types/{id}", ["companyID"])
        let tag = try await caller.call("POST /tags", [], ["name": "core", "description": ""])["id"].string ?? ""
        try await caller.call("GET /tags")
        try await caller.call("GET /tags/{id}", [tag])
        try await caller.call("PATCH /tags/{id}", [tag], ["description": "x"])
        try await caller.call("DELETE /tags/{id}", [tag])
        let app = try await caller.call("POST /target_app", [], ["name": "Web", "description": ""])["id"].string ?? ""
        try await caller.call("GET /target_app")
        try await caller.call("PATCH /target_app", [], ["targetApps": ["Web"]])
        try await caller.call("GET /target_app/{id}", [app])
        try await caller.call("PATCH /target_app/{id}", [app], ["name": "Web", "description": "x"])
        try await caller.call("DELETE /target_app/{id}", [app])
        try await caller.call("POST /users/invite", [], ["role": "Admin", "emails": ["a@b.example"]])
        try await caller.call("GET /users")
        try await caller.call("GET /users/{email}", ["a@b.example"])
        let user = try await caller.call("POST /users/{email}", ["a@b.example"], ["firstName": "Ann"])
        #expect(user["firstName"] == "Ann")
        #expect(user["role"] == "Admin")
        let team = try await caller.call("POST /users/teams", [], ["name": "Growth", "members": ["a@b.example"]])
        #expect(team["members"][0]["firstName"] == "Ann")
        let teamID = [team["id"].string ?? ""]
        try await caller.call("GET /users/teams")
        try await caller.call("GET /users/teams/{id}", teamID)
        try await caller.call("PATCH /users/teams/{id}", teamID, ["admins": ["a@b.example"]])
        try await caller.call("DELETE /users/teams/{id}", teamID)
    }

    private static func gates(_ caller: Caller) async throws {
        try await caller.call("POST /gates", [], ["name": "asked"])
        try await caller.call("POST /gates", [], ["name": "one", "rules": [rule]])
        try await caller.call("GET /gates")
        try await caller.call("GET /gates/{id}", id)
        try await caller.call("POST /gates/{id}", id, ["isEnabled": true, "description": "", "rules": [rule]])
        try await caller.call("PATCH /gates/{id}", id, ["description": "x"])
        for verb in ["disable", "enable", "launch", "archive", "unarchive"] {
            try await caller.call("PUT /gates/{id}/\(verb)", id)
        }
        try await caller.call("POST /gates/{id}/rule", id, ["name": "s", "passPercentage": 1, "conditions": []])
        let added = try await caller.call(
            "POST /gates/{id}/rules", id, ["rules": [["name": "t", "passPercentage": 1, "conditions": []]]])
        try await caller.call("GET /gates/{id}/rules", id)
        let last = added["rules"].array?.last?["id"].string ?? ""
        try await caller.call("PATCH /gates/{id}/rules", id, ["rules": [["id": .string(last), "passPercentage": 1]]])
        try await caller.call("PATCH /gates/{id}/rules/{ruleID}", id + [last], ["name": "u"])
        try await caller.call("DELETE /gates/{id}/rules/{ruleID}", id + [last])
        for path in ["gates", "holdouts"] {
            if path == "holdouts" { try await caller.call("POST /holdouts", [], ["name": "held", "description": ""]) }
            let id = path == "gates" ? id : ["held"]
            let lists: Value = ["passingUserIDs": ["a"], "failingUserIDs": []]
            try await caller.call("POST /\(path)/{id}/overrides", id, lists)
            try await caller.call("PATCH /\(path)/{id}/overrides", id, lists)
            #expect(try await caller.call("GET /\(path)/{id}/overrides", id)["passingCustomIDs"] == [])
            try await caller.call("DELETE /\(path)/{id}/overrides", id, ["passingUserIDs": []])
            #expect(try await caller.call("GET /\(path)/{id}/overrides", id)["passingUserIDs"] == ["a"])
            try await caller.call("DELETE /\(path)/{id}/overrides", id)
            #expect(try await caller.call("GET /\(path)/{id}/overrides", id)["passingUserIDs"] == [])
        }
        for kind in ["gate", "experiment", "dynamic_config"] {
            try await caller.call("GET /gates/{id}/\(kind)_references", ["asked"])
        }
        let versions = try await caller.call("GET /gates/{id}/versions", id)
        #expect((versions.array?.count ?? 0) > 5)
        #expect(versions.array?.last?["version"] == 1)
        #expect(versions.array?.last?["rules"][0]["name"] == "r")

        try await caller.call("GET /holdouts")
        try await caller.call("GET /holdouts/{id}", ["held"])
        let full: Value = [
            "isEnabled": true, "description": "", "passPercentage": 1, "gateIDs": ["one"], "experimentIDs": [],
            "layerIDs": [], "isGlobal": false, "targetingGateID": nil,
        ]
        try await caller.call("POST /holdouts/{id}", ["held"], full)
        try await caller.call("PATCH /holdouts/{id}", ["held"], ["gateIDs": []])
        try await caller.call("DELETE /holdouts/{id}", ["held"])
        try await caller.call("DELETE /gates/{id}", id)
    }

    private static func configs(_ caller: Caller) async throws {
        let rule: Value = ["name": "r", "passPercentage": 50, "conditions": [], "returnValue": ["a": 2]]
        try await caller.call("POST /dynamic_configs", [], ["name": "one", "rules": [rule], "defaultValue": ["a": 1]])
        try await caller.call("GET /dynamic_configs")
        let config = try await caller.call("GET /dynamic_configs/{id}", id)
        try await caller.call(
            "POST /dynamic_configs/{id}", id,
            ["isEnabled": true, "description": "", "rules": config["rules"], "defaultValue": ["a": 1]])
        try await caller.call("PATCH /dynamic_configs/{id}", id, ["description": "x"])
        for verb in ["disable", "enable", "archive", "unarchive"] {
            try await caller.call("PUT /dynamic_configs/{id}/\(verb)", id)
        }
        try await caller.call("GET /dynamic_configs/{id}/rules", id)
        let rules = id + [config["rules"][0]["id"].string ?? ""]
        try await caller.call("GET /dynamic_configs/{id}/rule/{ruleId}", rules)
        try await caller.call("PATCH /dynamic_configs/{id}/rule/{ruleId}", rules, ["returnValue": ["a": 3]])
        try await caller.call("DELETE /dynamic_configs/{id}/rule/{ruleId}", rules)
        try await caller.call("GET /dynamic_configs/{id}/versions", id)
        try await caller.call("DELETE /dynamic_configs/{id}", id)

        try await caller.call(
            "POST /param_stores", [], ["name": "one", "displayName": "One", "description": "", "parameters": []])
        try await caller.call("GET /param_stores")
        try await caller.call("GET /param_stores/{name}", id)
        try await caller.call("POST /param_stores/{name}", id, ["parameters": []])

        try await caller.call("POST /segments", [], ["name": "listed", "type": "id_list"])
        try await caller.call("PATCH /segments/{id}/id_list", ["listed"], ["ids": ["a", "b"]])
        try await caller.call("GET /segments/{id}/id_list", ["listed"])
        try await caller.call("GET /segments/{id}/idlist_metadata", ["listed"])
        try await caller.call("DELETE /segments/{id}/id_list", ["listed"], ["ids": ["a"]])
        #expect(try await caller.call("GET /segments/{id}/id_list", ["listed"])["ids"] == ["b"])
        try await caller.call("DELETE /segments/{id}/id_list", ["listed"])
        #expect(try await caller.call("GET /segments/{id}/id_list", ["listed"])["ids"] == [])
        try await caller.call("POST /segments/{id}/id_list/reset", ["listed"], ["ids": ["c"]])
        try await caller.call("POST /segments", [], ["name": "stored", "type": "user_store_id_list"])
        try await caller.call("PATCH /segments/{id}/add_ids", ["stored"], ["ids": ["a"]])
        try await caller.call("PATCH /segments/{id}/remove_ids", ["stored"], ["ids": ["a"]])
        try await caller.call("POST /segments", [], ["name": "ruled", "type": "rule_based"])
        try await caller.call(
            "POST /segments/{id}/conditional", ["ruled"],
            [
                [
                    "name": "r", "passPercentage": 100,
                    "conditions": [["type": "email", "operator": "any", "targetValue": ["a@b.example"]]],
                ]
            ])
        try await caller.call("GET /segments")
        try await caller.call("GET /segments/{id}", ["ruled"])
        try await caller.call("PUT /segments/{id}/archive", ["listed"])
        try await caller.call("DELETE /segments/{id}", ["listed"])
    }

    private static func experiments(_ caller: Caller) async throws {
        try await caller.call("POST /layers", [], ["name": "shop", "idType": "userID"])
        try await caller.call("GET /layers")
        try await caller.call("GET /layers/{id}", ["shop"])
        let parameters: Value = [["name": "color", "type": "string", "defaultValue": "grey"]]
        try await caller.call("POST /layers/{id}", ["shop"], ["description": "", "parameters": parameters])
        try await caller.call("PATCH /layers/{id}", ["shop"], ["description": "x"])
        try await caller.call(
            "POST /experiments", [],
            ["name": "layered", "layerID": "shop", "targetingGateID": "asked", "hypothesis": "h"])
        try await caller.call("GET /layers/{id}/experiments", ["shop"])
        let override: Value = ["idOverrides": [["groupName": "Test", "ids": ["a"]]]]
        for method in ["POST", "DELETE", "PATCH"] {
            try await caller.call("\(method) /layers/{id}/overrides", ["shop"], override)
        }
        #expect(try await caller.call("GET /layers/{id}/overrides", ["shop"])["idOverrides"].array?.count == 1)
        try await caller.call("DELETE /layers/{id}/overrides", ["shop"])
        #expect(try await caller.call("GET /layers/{id}/overrides", ["shop"])["idOverrides"] == [])
        try await caller.call("GET /gates/{id}/experiment_references", ["asked"])

        let experiment = try await caller.call("POST /experiments", [], ["name": "one", "hypothesis": "h"])
        try await caller.call("GET /experiments")
        try await caller.call(
            "POST /experiments/{id}", id,
            [
                "description": "", "idType": "userID", "hypothesis": "h", "groups": experiment["groups"],
                "allocation": 100, "targetingGateID": "", "bonferroniCorrection": false,
                "defaultConfidenceInterval": "95", "status": "setup",
            ])
        try await caller.call("PATCH /experiments/{id}", id, ["description": "x"])
        let overrides: Value = ["overrides": [], "userIDOverrides": [["groupID": "Test", "ids": ["a"]]]]
        for method in ["POST", "DELETE", "PATCH"] {
            try await caller.call("\(method) /experiments/{id}/overrides", id, overrides)
        }
        #expect(try await caller.call("GET /experiments/{id}/overrides", id)["userIDOverrides"].array?.count == 1)
        try await caller.call("DELETE /experiments/{id}/overrides", id)
        #expect(try await caller.call("GET /experiments/{id}/overrides", id)["userIDOverrides"] == [])
        try await caller.call("POST /experiments/{id}/schedule_start", id, ["scheduledTime": 4_000_000_000_000])
        try await caller.call(
            "PUT /experiments/{id}/start", id, ["analysisStartTime": "2024-10-01", "analysisEndTime": "2024-10-30"])
        let running = try await caller.call("GET /experiments/{id}", id)
        #expect(running["analysisEndTime"] == "2024-10-30")
        #expect(running["healthChecks"].array?.count == 1)
        try await caller.call("POST /experiments/{id}/disable_groups", id, ["group_names": ["Test"]])
        try await caller.call("POST /experiments/{id}/enable_groups", id, ["group_names": ["Test"]])
        let key = try await caller.console.createKey(["type": "SERVER", "description": "A"]).secret
        let exposure: Value = [
            "eventName": "statsig::config_exposure", "user": ["userID": "u"], "value": 3,
            "metadata": ["config": "one", "ruleID": experiment["groups"][0]["id"]],
        ]
        let batch: Value = ["events": [exposure, ["eventName": "buy"]], "statsigMetadata": ["sdkType": "test-sdk"]]
        #expect(try await caller.console.send(.POST, "/v1/log_event", key: key, json: batch).status == 202)
        #expect(try await caller.call("GET /experiments/{id}/cumulative_exposures", id).array?.count == 2)
        try await caller.call("GET /exposure_count", query: "?gates=asked&experiments=one&dynamicConfigs=none")
        let events = try await caller.call("GET /events")
        #expect(events.array?.map { $0["name"] } == ["buy", "statsig::config_exposure"])
        #expect(events[1]["source"] == "test-sdk")
        #expect(events[1]["value"] == "3")
        #expect(events[1]["metadata"]["config"] == "one")
        #expect(events[1]["timestamp"].string.flatMap(Int64.init) == events[1]["time"].integer)
        #expect(try await caller.call("GET /events/{eventName}", ["buy"])[0]["userID"] == "")
        try await caller.call("PUT /experiments/{id}/make_decision", id, ["id": "Test", "decisionReason": "x"])
        try await caller.call("POST /experiments/{id}/restart_as_new", id, ["name": "again"])
        try await caller.call("PUT /experiments/{id}/reset", id)
        try await caller.call("PUT /experiments/{id}/abandon", id, ["decisionReason": "x"])
        try await caller.call("PUT /experiments/{id}/archive", id)
        try await caller.call("PUT /experiments/{id}/unarchive", id)
        try await caller.call("DELETE /experiments/{id}", id)
        try await caller.call("DELETE /experiments/{id}", ["layered"])
        try await caller.call("DELETE /layers/{id}", ["shop"])
    }

    private static func others(_ caller: Caller) async throws {
        let body: Value = [
            "name": "tuned", "successEvent": "buy", "explorationWindow": "24hr", "attributionWindow": "1hr",
            "winnerThreshold": "95%",
            "variants": [["name": "A", "json": ["v": "A"]], ["name": "B", "json": ["v": "B"]]],
        ]
        let id = ["tuned"]
        try await caller.call("POST /autotunes", [], body)
        try await caller.call("GET /autotunes")
        #expect(try await caller.call("GET /autotunes/{id}", id)["winner"] == .null)
        var full = body.object ?? [:]
        full["name"] = nil
        try await caller.call("POST /autotunes/{id}", id, .object(full))
        try await caller.call("PATCH /autotunes/{id}", id, ["description": "x"])
        try await caller.call("PUT /autotunes/{id}/start", id)
        try await caller.call("PUT /autotunes/{id}/make_decision", id, ["id": "B", "decisionReason": "x"])
        #expect(try await caller.call("GET /autotunes/{id}", id)["winner"]["name"] == "B")
        try await caller.call("PUT /autotunes/{id}/reset", id)
        try await caller.call("DELETE /autotunes/{id}", id)
        try await caller.call("GET /audit_logs", query: "?sortKey=changeLog")
        try await caller.call("GET /audit_logs", query: "?sortKey=updatedByUserID&sortOrder=asc")
    }

    private static func keys(_ caller: Caller) async throws {
        let key = try await caller.call("POST /keys", [], ["type": "SERVER", "description": "A"])
        let id = [key["id"].string ?? ""]
        try await caller.call("GET /keys")
        try await caller.call("GET /keys/{id}", id)
        try await caller.call("PATCH /keys/{id}", id, ["description": "B"])
        try await caller.call("PATCH /keys/{id}/rotate", id)
        try await caller.call("PATCH /keys/{id}/deactivate", id)
        try await caller.call("DELETE /keys/{id}", id)
    }
}
