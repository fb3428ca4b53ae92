// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import NIOHTTP1
import Testing

/// Nothing that a request to the Console API brings disappears without a word.
struct RequestMemberTests {
    /// The operations of the official description that the console doesn't have; keys have tests of their own.
    private static let others = [
        "change_validation", "ingestion", "metrics", "prompts", "release_pipeline", "roles", "settings",
        "wh_connections", "experiments/assignment_source", "experiments/entity_propert",
        "experiments/qualifying_events",
        "keys",
    ]
    private static let notServed = ["/alerts/", "/load_pulse"]

    static let operations = MemberCatalog.operations.filter { operation in
        !others.contains { operation.path.hasPrefix($0) }
            && !notServed.contains { operation.path.contains($0) }
    }

    /// The members that no response shows under their names, with what they do instead.
    private static let effects: [String: String] = [
        "forceArchive": "archives what others ask",
        "removeTargeting": "takes the targeting gate away",
        "op": "says what a partial update does",
        "PUT experiments/{}/make_decision id": "is the launchedGroupID",
        "PUT autotunes/{}/make_decision id": "is the launchedVariantID",
        "PATCH target_app targetApps": "are the apps that resources get",
        "POST users/invite teams": "get the users as members",
        "POST users/invite emails": "are the users' email",
        "POST users/teams members": "are the addresses of the users that are shown",
        "POST users/teams admins": "are the addresses of the users that are shown",
        "PATCH users/teams/{} members": "are the addresses of the users that are shown",
        "PATCH users/teams/{} admins": "are the addresses of the users that are shown",
        "PATCH segments/{}/remove_ids ids": "are no IDs of the segment any more",
        "POST experiments/{}/schedule_start scheduledTime": "is the scheduledStartTime",
        "POST experiments/{}/disable_groups group_names": "are disabled",
        "POST experiments/{}/enable_groups group_names": "are not disabled",
        "POST experiments/{}/restart_as_new name": "is the name of the new experiment",
        "PATCH segments/{}/add_ids version": "is the version that the change is meant for",
        "PATCH segments/{}/remove_ids version": "is the version that the change is meant for",
        "POST gates/{} idType": "is kept by full updates",
        "POST dynamic_configs/{} idType": "is kept by full updates",
        "POST experiments/{} idType": "is kept by full updates",
        "passingCustomIDs": "are passingUserIDs of a resource on userID",
        "failingCustomIDs": "are failingUserIDs of a resource on userID",
    ]

    @Test("Each member is shown again, has an effect, or is refused by name", arguments: operations)
    func members(operation: MemberCatalog.Operation) async throws {
        try await TestConsole.run { console in
            let project = MemberProject(console: console)
            try await project.prepare()
            let method = HTTPMethod(rawValue: operation.method)
            let least: Value =
                operation.body.elements == nil ? .object(MemberProject.base(operation, name: "least")) : []
            let path = try await project.path(operation, name: "base")
            let alone = try await console.send(method, "/console/v1/\(path)", json: least)
            try #require(alone.status / 100 == 2, "\(operation) without members: \(alone.text)")

            for (index, item) in RequestMember.all(of: operation).enumerated() {
                let path = try await project.path(operation, name: "made\(index)")
                let body = item.body(operation, name: "new\(index)")
                let response = try await console.send(method, "/console/v1/\(path)", json: body)
                let comment = "\(operation): \(body.jsonText.prefix(500)): \(response.text.prefix(500))"
                if response.status == 400 {
                    #expect(item.isNamed(in: response), "\(comment)")
                } else if response.status / 100 != 2 {
                    Issue.record("\(comment)")
                } else if RequestMemberTests.effects[item.name] == nil,
                    RequestMemberTests.effects["\(operation.place) \(item.names.joined(separator: "."))"] == nil
                {
                    let shown = try await console.get("/console/v1/\(project.view(operation, path: path))").data
                    let isShown = [response.data, shown].contains {
                        RequestMemberTests.has(item.name, item.sent, in: $0)
                    }
                    #expect(isShown, "\(comment)")
                }
            }
        }
    }

    /// Whether JSON has a member of a name and a value somewhere; what is found may have more members than were sent.
    private static func has(_ name: String, _ sent: Value, in json: Value) -> Bool {
        if let object = json.object {
            return object.contains { member in
                member.name == name && isPart(sent, of: member.value) || has(name, sent, in: member.value)
            }
        }
        return json.array?.contains { has(name, sent, in: $0) } ?? false
    }

    private static func isPart(_ sent: Value, of shown: Value) -> Bool {
        if let object = sent.object, let other = shown.object {
            return object.allSatisfy { member in other[member.name].map { isPart(member.value, of: $0) } ?? false }
        }
        if let array = sent.array, let other = shown.array {
            return array.allSatisfy { part in other.contains { isPart(part, of: $0) } }
        }
        return sent == shown || sent.double != nil && sent.double == shown.double
    }

    @Test("An unknown member of any request is refused by name")
    func unknownMembers() async throws {
        try await TestConsole.run { console in
            let project = MemberProject(console: console)
            try await project.prepare()
            var count = 0
            for (path, methods) in try await console.get("/openapi.json").json["paths"].object ?? [:] {
                guard path.hasPrefix("/console/v1/"), path != "/console/v1/import" else { continue }
                for (method, description) in methods.object ?? [:] where description["requestBody"] != .null {
                    count += 1
                    let operation = MemberCatalog.Operation(
                        method: method.uppercased(), path: String(path.dropFirst("/console/v1/".count)),
                        body: MemberCatalog.Shape([:]))
                    guard !operation.path.hasPrefix("keys") else { continue }
                    let body = MemberProject.base(operation, name: "unknown\(count)").with(["unheardOf": 1])
                    let place = try await project.path(operation, name: "of_unknown\(count)")
                    let response = try await console.send(
                        HTTPMethod(rawValue: operation.method), "/console/v1/\(place)", json: .object(body))
                    #expect(response.status == 400, "\(operation): \(response.text)")
                    let errors = response.json["errors"].array ?? []
                    #expect(errors.contains { $0["property"] == "unheardOf" }, "\(operation): \(response.text)")
                }
            }
            #expect(count > 60)
            let near = try await console.send(
                .POST, "/console/v1/gates/gate/rule", json: ["name": "r", "passPercentge": 10, "conditions": []])
            #expect(near.text.contains("passPercentge is unknown, did you mean passPercentage?"))
            let top = try await console.send(.PATCH, "/console/v1/gates/gate", json: ["isenabled": true])
            #expect(top.text.contains("isenabled is unknown, did you mean isEnabled?"))
            let bodiless = try await console.send(.PUT, "/console/v1/gates/gate/enable", json: ["isEnabled": true])
            #expect(bodiless.status == 400)
        }
    }

    @Test("What a response shows may be sent back as it is, and refused when it is something else")
    func echoes() async throws {
        try await TestConsole.run { console in
            for (path, body) in [
                ("gates", ["name": "gate"]), ("dynamic_configs", ["name": "config"]),
                ("experiments", ["name": "experiment"]), ("layers", ["name": "layer", "idType": "userID"]),
                ("holdouts", ["name": "holdout"]), ("param_stores", ["name": "store"]),
                ("target_app", ["name": "app", "description": ""]), ("tags", ["name": "tag"]),
                ("teams", ["name": "team"]),
            ] as [(String, Value)] {
                let id = try await console.author(.POST, path, body)["id"].string ?? ""
                let shown = try await console.author(.GET, "\(path)/\(id)")
                let again = try await console.author(.PATCH, "\(path)/\(id)", shown)
                #expect(again["version"] == 1, "\(path): \(again.jsonText)")
                try await console.refuse(.PATCH, "\(path)/\(id)", ["createdTime": 1], "createdTime")
            }
            try await console.refuse(.PATCH, "gates/gate", ["idType": "stableID"], "idType")
            let full = try await console.author(
                .POST, "gates/gate",
                ["isEnabled": true, "description": "d", "rules": [], "idType": "stableID", "checksPerHour": 7])
            #expect(full["idType"] == "userID")
            #expect(full["description"] == "d")
        }
    }

    @Test("Random bodies never fail the console", arguments: operations)
    func randomBodies(operation: MemberCatalog.Operation) async throws {
        try await TestConsole.run { console in
            let project = MemberProject(console: console)
            try await project.prepare()
            var random = Generator(seed: operation.place.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
            let names = operation.body.members.map(\.name) + (operation.body.elements?.members.map(\.name) ?? [])
            let path = try await project.path(operation, name: "random")
            for number in 0..<25 {
                var body = MemberProject.base(operation, name: "random\(number)")
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    guard let name = names.randomElement(using: &random) else { continue }
                    body[name] = RequestMemberTests.value(using: &random, depth: 3)
                }
                let isArray = operation.body.elements != nil
                let response = try await console.send(
                    HTTPMethod(rawValue: operation.method), "/console/v1/\(path)",
                    json: isArray ? [.object(body)] : .object(body))
                #expect(response.status < 500, "\(operation) \(body): \(response.text)")
            }
        }
    }

    /// A generator that gives the same numbers in each run.
    private struct Generator: RandomNumberGenerator {
        private var state: UInt64

        init(seed: UInt64) { state = seed }

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    private static func value(using random: inout Generator, depth: Int) -> Value {
        switch Int.random(in: 0..<(depth > 0 ? 9 : 6), using: &random) {
        case 0: return .null
        case 1: return .bool(.random(using: &random))
        case 2: return .integer([-1, 0, 1, 101, .max, .min].randomElement(using: &random) ?? 0)
        case 3: return .double([-0.5, 12.345, 1e300, 1e-300].randomElement(using: &random) ?? 0)
        case 4, 5:
            return .string(
                ["", "a", "gate", "layer", "A", "userID", "é\u{301}", "a.b/c"].randomElement(using: &random) ?? "")
        case 6: return .array((0..<3).map { _ in value(using: &random, depth: depth - 1) })
        default:
            let names = ["name", "id", "type", "conditions", "size", "passPercentage", "value", "unknown"].shuffled(
                using: &random)
            return .object(Object(names.prefix(4).map { ($0, value(using: &random, depth: depth - 1)) }))
        }
    }
}
