// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseConsole
import GatehouseEvaluation
import NIOHTTP1
import Testing

/// Pages and filters of all lists.
struct ListTests {
    /// A list of the description, with its query parameters.
    private struct List {
        let path: String
        let parameters: [Value]
    }

    private static func lists(_ console: TestConsole) async throws -> [List] {
        let paths = try await console.get("/openapi.json", key: nil).json["paths"].object ?? [:]
        return paths.compactMap { path, operations in
            let parameters = (operations["get"]["parameters"].array ?? []).filter { $0["in"] == "query" }
            guard path.hasPrefix("/console/v1/"), parameters.contains(where: { $0["name"] == "page" }) else {
                return nil
            }
            return List(path: path, parameters: parameters)
        }
    }

    /// A value that a filter takes.
    private static func value(of parameter: Value) -> String {
        let schema = parameter["schema"]
        if let choice = schema["enum"][0].string { return choice }
        if schema["format"] == "date" { return "2020-02-29" }
        return schema["type"] == "integer" ? "1" : "a%20b%26c"
    }

    private static func author(_ console: TestConsole) async throws {
        for name in ["x", "gate", "other"] {
            try await console.author(.POST, "gates", ["name": .string("\(name) gate"), "id": .string("\(name)x1")])
        }
        try await console.author(.POST, "gates", ["name": "one"])
        try await console.author(.POST, "dynamic_configs", ["name": "one config", "id": "one"])
        try await console.author(.POST, "experiments", ["name": "one experiment", "id": "experiment"])
        try await console.author(.POST, "layers", ["name": "one", "idType": "userID"])
        try await console.author(.POST, "segments", ["name": "one", "type": "id_list"])
        try await console.author(.POST, "holdouts", ["name": "one holdout", "id": "held"])
        try await console.author(
            .POST, "autotunes",
            [
                "name": "tuned", "successEvent": "buy", "explorationWindow": "24hr", "attributionWindow": "1hr",
                "winnerThreshold": "95%",
                "variants": [["name": "A", "json": ["v": "A"]], ["name": "B", "json": ["v": "B"]]],
            ])
        try await console.author(
            .POST, "param_stores", ["name": "one", "displayName": "One", "description": "", "parameters": []])
    }

    private static let ids = ["experiments": "experiment", "holdouts": "held", "autotunes": "tuned"]

    private static func concrete(_ path: String) -> String {
        let family = path.split(separator: "/").dropFirst(2).first.map(String.init) ?? ""
        return path.replacing(/\{[a-zA-Z]+\}/) { _ in ids[family] ?? "one" }
    }

    @Test("The links of every list keep each of its filters and the page size")
    func links() async throws {
        try await TestConsole.run { console in
            try await ListTests.author(console)
            let lists = try await ListTests.lists(console)
            #expect(lists.count >= 30)
            for list in lists {
                let path = ListTests.concrete(list.path)
                let filters = list.parameters.filter { !["page", "limit"].contains($0["name"].string ?? "") }
                let pairs = filters.map { "\($0["name"].string ?? "")=\(ListTests.value(of: $0))" }
                for query in pairs + [pairs.joined(separator: "&")] where !query.isEmpty {
                    let response = try await console.get("\(path)?\(query)&limit=1&page=2")
                    #expect(response.status == 200, "\(path) \(query): \(response.text)")
                    let pagination = response.json["pagination"]
                    #expect(pagination["previousPage"].string == "\(path)?page=1&limit=1&\(query)")
                    #expect(pagination["all"].string == "\(path)?\(query)")
                    #expect(pagination["itemsPerPage"] == 1)
                }
                let response = try await console.get("\(path)?page=3&limit=7")
                #expect(response.status == 200, "\(path): \(response.text)")
                #expect(response.json["pagination"]["previousPage"].string == "\(path)?page=2&limit=7")
                #expect(response.json["pagination"]["all"].string == path)
            }
        }
    }

    @Test("No list takes a parameter that it doesn't have, and the refusal names it and those it has")
    func unknownParameters() async throws {
        try await TestConsole.run { console in
            try await ListTests.author(console)
            for list in try await ListTests.lists(console) {
                let path = ListTests.concrete(list.path)
                let response = try await console.get("\(path)?limit=1&tgas=x")
                #expect(response.status == 400, "\(path)")
                #expect(response.json["errors"][0]["property"] == "tgas")
                let message = response.json["errors"][0]["errorMessage"].string ?? ""
                for parameter in list.parameters { #expect(message.contains(parameter["name"].string ?? "?")) }
            }
            #expect(try await console.get("/console/v1/exposure_count?gate=one").status == 400)
            // A resource isn't a list.
            #expect(try await console.get("/console/v1/gates/one?verbose=1").status == 200)
        }
    }

    @Test("A page has at most the maximum, a limit of 0 is the default, and following the links finds every item once")
    func limits() async throws {
        try await TestConsole.run { console in
            for number in 0..<230 {
                let isTagged = number < 105
                try await console.author(
                    .POST, "gates", ["name": .string("gate \(number)"), "tags": isTagged ? ["to wipe"] : []])
            }
            let zero = try await console.get("/console/v1/gates?limit=0").json
            #expect(zero["data"].array?.count == 100)
            #expect(zero["pagination"]["itemsPerPage"] == 100)
            #expect(try await console.get("/console/v1/gates").data.array?.count == 100)
            let all = try await console.get("/console/v1/gates?limit=100000").json
            #expect(all["data"].array?.count == 230)
            #expect(all["pagination"]["itemsPerPage"] == 1000)
            #expect(
                try await console.get("/console/v1/gates/gate_1/versions?limit=500").json["pagination"]["itemsPerPage"]
                    == 100)
            for query in ["tags=to+wipe", "tags%5B%5D=to%20wipe&limit=20", "tags=other&tags=to+wipe"] {
                var (next, names): (String?, [String]) = ("/console/v1/gates?\(query)", [])
                while let path = next {
                    let response = try await console.get(path).json
                    names += (response["data"].array ?? []).compactMap { $0["id"].string }
                    next = response["pagination"]["nextPage"].string
                }
                #expect(names.count == 105)
                #expect(Set(names) == Set((0..<105).map { "gate_\($0)" }))
            }
        }
    }

    @Test("Filters by team, app, day, pipeline, pass rate and state select what they name")
    func filters() async throws {
        var options = TestConsole.options()
        options.clock = { 1_800_000_000_000 }
        try await TestConsole.run(options) { console in
            try await console.author(.POST, "target_app", ["name": "Web Shop", "description": ""])
            try await console.author(.POST, "teams", ["name": "Growth"])
            for name in ["in", "out"] {
                let tag: Value = name == "in" ? ["Web Shop"] : []
                try await console.author(
                    .POST, "experiments",
                    [
                        "name": .string("\(name) experiment"), "targetApps": tag,
                        "team": name == "in" ? "Growth" : nil,
                    ])
                try await console.author(.POST, "gates", ["name": .string("\(name) gate"), "targetApps": tag])
            }
            try await console.author(.POST, "dynamic_configs", ["name": "config"])
            func ids(_ query: String) async throws -> [String] {
                let response = try await console.get("/console/v1/\(query)")
                #expect(response.status == 200, "\(response.text)")
                return (response.data.array ?? []).compactMap { $0["id"].string }
            }
            for value in ["web_shop", "Web%20Shop"] {
                #expect(try await ids("experiments?targetAppID=\(value)") == ["in_experiment"])
                #expect(try await ids("experiments?targetAppID=other,\(value),another") == ["in_experiment"])
                #expect(try await ids("gates?targetAppID=\(value)") == ["in_gate"])
            }
            #expect(try await ids("experiments?teamID=Growth") == ["in_experiment"])
            #expect(try await ids("experiments?teamID=growth") == ["in_experiment"])
            #expect(try await ids("experiments?teamID=other") == [])
            // The clock stands at 2027-01-15.
            #expect(try await ids("experiments?createdStartDate=2027-01-15&createdEndDate=2027-01-15").count == 2)
            #expect(try await ids("experiments?createdStartDate=2027-01-16") == [])
            #expect(try await ids("experiments?createdEndDate=2027-01-14") == [])
            #expect(try await ids("dynamic_configs?releasePipelineID=p") == [])
            #expect(try await ids("gates?releasePipelineID=p") == [])

            #expect(try await ids("gates?passRate=0,100,INBETWEEN") == [])
            let key = try await console.createKey(["type": "SERVER", "description": "A"]).secret
            func check(_ gate: Value, _ value: Value) -> Value {
                ["eventName": "statsig::gate_exposure", "metadata": ["gate": gate, "gateValue": value]]
            }
            let events: [Value] = [
                check("in_gate", "true"), check("in_gate", "true"), check("out_gate", "true"),
                check("out_gate", "false"),
            ]
            _ = try await console.send(.POST, "/v1/log_event", key: key, json: ["events": .array(events)])
            #expect(try await ids("gates?passRate=100") == ["in_gate"])
            #expect(try await ids("gates?passRate=INBETWEEN") == ["out_gate"])
            #expect(try await ids("gates?passRate=0") == [])
            try await console.author(.PUT, "gates/out_gate/archive")
            #expect(try await ids("gates?includeArchived=false") == ["in_gate"])
            #expect(try await ids("gates?includeArchived=true").count == 2)
            for query in ["passRate=50", "rolloutRate=some", "includeArchived=yes", "createdStartDate=2027-02-30"] {
                let response = try await console.get("/console/v1/gates?\(query)")
                #expect(response.status == 400, "\(query)")
                #expect(response.json["errors"][0]["property"].string == String(query.prefix { $0 != "=" }))
            }
        }
    }

    @Test("Rules, references, experiments of a layer and IDs of a segment come in pages")
    func pagesOfParts() async throws {
        try await TestConsole.run { console in
            try await console.author(.POST, "gates", ["name": "asked"])
            for number in 0..<3 {
                let rule: Value = [
                    "name": "r", "passPercentage": 10,
                    "conditions": [["type": "passes_gate", "targetValue": "asked"]],
                ]
                try await console.author(.POST, "gates", ["name": .string("gate \(number)"), "rules": [rule]])
            }
            func page(_ path: String) async throws -> Value { try await console.get("/console/v1/\(path)").json }
            let last = try await page("gates/asked/gate_references?limit=2&page=2")
            #expect(last["data"].array?.map { $0["id"] } == ["gate_2"])
            #expect(last["pagination"]["totalItems"] == 3)
            #expect(
                try await page("gates/asked/gate_references?limit=2")["pagination"]["nextPage"]
                    == "/console/v1/gates/asked/gate_references?page=2&limit=2")
            try await console.author(.POST, "segments", ["name": "ids", "type": "id_list"])
            try await console.author(.PATCH, "segments/ids/id_list", ["ids": ["a", "b", "c", "d", "e"]])
            #expect(try await page("segments/ids/id_list")["data"]["ids"] == ["a", "b", "c", "d", "e"])
            let second = try await page("segments/ids/id_list?limit=2&page=2")
            #expect(second["data"] == ["name": "ids", "count": 5, "ids": ["c", "d"]])
            #expect(second["pagination"]["nextPage"] == "/console/v1/segments/ids/id_list?page=3&limit=2")
            let rules = try await page("gates/gate_1/rules")
            #expect(rules["data"][0]["rules"][0]["name"] == "r")
            #expect(rules["data"][0]["name"] == "r")
            #expect(rules["pagination"]["nextPage"] == .null)
        }
    }
}
