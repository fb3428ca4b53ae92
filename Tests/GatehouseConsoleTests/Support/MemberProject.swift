// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import NIOHTTP1
import Testing

/// A project in which each operation of the Console API can be called, and the least bodies that operations take.
struct MemberProject: Sendable {
    let console: TestConsole

    /// Authors the resources that members name.
    func prepare() async throws {
        try await console.author(.POST, "target_app", ["name": "app", "description": ""])
        try await console.author(.POST, "teams", ["name": "team"])
        try await console.author(.POST, "gates", ["name": "gate"])
        try await console.author(.POST, "dynamic_configs", ["name": "config"])
        try await console.author(.POST, "layers", ["name": "layer", "idType": "userID"])
        try await console.author(
            .PATCH, "layers/layer", ["parameters": [["name": "v", "type": "number", "defaultValue": 0]]])
        try await console.author(.POST, "experiments", ["name": "experiment"])
        try await console.author(
            .POST, "experiments",
            ["name": "inside", "layerID": "layer", "groups": [["name": "A", "size": 100, "parameterValues": [:]]]])
        try await console.author(.POST, "holdouts", ["name": "holdout"])
        try await console.author(.POST, "users/invite", ["role": "Member", "emails": ["a@corp.example"]])
    }

    /// The families that an operation's first path parts name, with the body that creates one of them.
    private static let creations: [(path: String, body: Object)] = [
        ("gates", ["rules": [rule]]), ("dynamic_configs", ["rules": [rule]]),
        ("experiments", ["groups": groups]), ("layers", ["idType": "userID"]), ("segments", ["type": "id_list"]),
        ("holdouts", [:]), ("autotunes", autotune),
        ("param_stores", ["displayName": "Store", "description": ""]), ("target_app", ["description": ""]),
        ("tags", ["description": ""]), ("unit_id_types", [:]), ("users/teams", [:]), ("teams", [:]),
    ]
    private static let rule: Value = [
        "id": "made", "name": "made", "passPercentage": 10, "conditions": [["type": "public"]],
    ]
    private static let groups: Value = [
        ["id": "ga", "name": "A", "size": 50, "parameterValues": ["v": 1]],
        ["id": "gb", "name": "B", "size": 50, "parameterValues": ["v": 2]],
    ]
    private static let autotune: Object = [
        "variants": [["name": "A", "json": ["v": 1]], ["name": "B", "json": ["v": 2]]], "successEvent": "buy",
        "explorationWindow": "24hr", "attributionWindow": "1hr", "winnerThreshold": "95%",
    ]

    /// The members that an operation needs.
    static func base(_ operation: MemberCatalog.Operation, name: String) -> Object {
        let place = operation.place
        if place == "POST users/invite" { return ["role": "Member", "emails": [.string("\(name)@corp.example")]] }
        if place.hasSuffix("/restart_as_new") { return ["name": .string(name)] }
        if place == "POST segments" { return ["name": .string(name), "type": "rule_based"] }
        for (path, body) in creations where place == "POST \(path)" {
            return (["name": .string(name)] as Object).with(body)
        }
        return bases[place] ?? [:]
    }

    private static let bases: [String: Object] = [
        "POST gates/{}": ["isEnabled": true, "description": "", "rules": []],
        "POST dynamic_configs/{}": ["isEnabled": true, "description": "", "rules": []],
        "POST experiments/{}": [
            "description": "", "idType": "userID", "hypothesis": "", "groups": groups, "allocation": 100,
            "targetingGateID": nil, "bonferroniCorrection": false, "defaultConfidenceInterval": "95",
            "status": "setup",
        ],
        "POST autotunes/{}": autotune, "POST layers/{}": ["description": "", "parameters": []],
        "POST holdouts/{}": [
            "isEnabled": true, "description": "", "passPercentage": 1, "gateIDs": [], "experimentIDs": [],
            "layerIDs": [], "isGlobal": false, "targetingGateID": nil,
        ],
        "POST gates/{}/rule": ["name": "new", "passPercentage": 20, "conditions": []],
        "POST gates/{}/rules": ["rules": [["name": "new", "passPercentage": 20, "conditions": []]]],
        "PATCH gates/{}/rules": ["rules": [["id": "made"]]],
        "POST experiments/{}/overrides": ["overrides": [], "userIDOverrides": []],
        "PATCH experiments/{}/overrides": ["overrides": [], "userIDOverrides": []],
        "POST layers/{}/overrides": ["conditionalOverrides": [], "idOverrides": []],
        "PATCH layers/{}/overrides": ["op": "add", "conditionalOverrides": [], "idOverrides": []],
        "PUT experiments/{}/abandon": ["decisionReason": "why"],
        "PUT experiments/{}/make_decision": ["id": "B", "decisionReason": "why"],
        "PUT autotunes/{}/make_decision": ["id": "B", "decisionReason": "why"],
        "POST experiments/{}/disable_groups": ["group_names": ["A"]],
        "POST experiments/{}/enable_groups": ["group_names": ["A"]],
        "POST experiments/{}/schedule_start": ["scheduledTime": 4_000_000_000_000],
        "PATCH segments/{}/id_list": ["ids": ["a"]], "POST segments/{}/id_list/reset": ["ids": ["a"]],
        "PATCH segments/{}/add_ids": ["ids": ["a"]], "PATCH segments/{}/remove_ids": ["ids": ["a"]],
        "PATCH target_app": ["targetApps": ["app"]], "PATCH unit_id_types/{}": ["description": "d"],
        "POST environments": [
            "environments": [
                ["name": "production", "isProduction": true, "requiresReview": false, "requiresReleasePipeline": false]
            ]
        ],
    ]

    /// Creates a resource for an operation, and gives the path to call.
    func path(_ operation: MemberCatalog.Operation, name: String) async throws -> String {
        guard operation.path.contains("{") else { return operation.path }
        let place = operation.place
        var id = name
        if operation.path.hasPrefix("layers/{id}/overrides") {
            id = "layer"
        } else if place.hasPrefix("POST users/{}") || place.hasPrefix("PATCH users/{}") {
            id = "a@corp.example"
        } else if let (path, body) = MemberProject.creations.first(where: { operation.path.hasPrefix($0.path + "/") }) {
            var body = (["name": .string(name)] as Object).with(body)
            if place.hasSuffix("/restart_as_new") { body["allocation"] = 1 }
            if place.hasSuffix("/conditional") { body["type"] = "rule_based" }
            if place.hasSuffix("/add_ids") || place.hasSuffix("/remove_ids") { body["type"] = "user_store_id_list" }
            id = try await console.author(.POST, path, .object(body))["id"].string ?? name
            if place.hasSuffix("/make_decision") { try await console.author(.PUT, "\(path)/\(id)/start") }
            if place.hasSuffix("/unarchive") { try await console.author(.PUT, "\(path)/\(id)/archive") }
        }
        let parts = operation.path.split(separator: "/").map { part in
            part.hasPrefix("{") ? part.lowercased().contains("rule") ? "made" : id : String(part)
        }
        return parts.joined(separator: "/")
    }

    /// The path that shows what an operation has changed, beside its response.
    func view(_ operation: MemberCatalog.Operation, path: String) -> String {
        let parts = path.split(separator: "/")
        if operation.path.hasSuffix("/overrides") || operation.path.hasSuffix("id_list") { return path }
        if operation.path.contains("id_list") || operation.path.hasSuffix("_ids") {
            return "\(parts[0])/\(parts[1])/id_list"
        }
        if path == "users/invite" { return "users" }
        if parts[0] == "users", parts.count > 2 { return parts.prefix(3).joined(separator: "/") }
        return parts.prefix(2).joined(separator: "/")
    }
}

extension Object {
    /// The same members with those of another object over them.
    func with(_ other: Object) -> Object {
        var merged = self
        for (name, value) in other { merged[name] = value }
        return merged
    }
}
