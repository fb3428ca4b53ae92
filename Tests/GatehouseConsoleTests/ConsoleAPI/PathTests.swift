// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseConsole
import GatehouseEvaluation
import NIOHTTP1
import Testing

/// The paths of the Console API, served or not.
struct PathTests {
    @Test("An official path is served, or answers 404 that says so; none is taken for the ID of a resource")
    func unserved() async throws {
        try await TestConsole.run { console in
            try await console.author(.POST, "gates", ["name": "one"])
            try await console.author(.POST, "experiments", ["name": "one experiment", "id": "one"])
            let paths = try await console.get("/openapi.json", key: nil).json["paths"].object ?? [:]
            let served = Set(paths.map { OfficialOperations.shape($0.name) })
            let official = try OfficialOperations().byName.keys.map { String($0.split(separator: " ")[1]) }
            let unserved = Set(official).filter { !served.contains(OfficialOperations.shape($0)) }
            #expect(unserved.count > 60)
            for path in unserved {
                let concrete = path.replacing(/\{[a-zA-Z]+\}/) { _ in "one" }
                for method in [HTTPMethod.GET, .POST, .PUT, .PATCH, .DELETE] {
                    let response = try await console.send(method, concrete, json: method == .GET ? nil : [:])
                    #expect(response.status == 404, "\(method) \(path)")
                    #expect(response.message.hasSuffix(" is not served."), "\(method) \(path): \(response.text)")
                }
                #expect(try await console.get(concrete, key: nil).status == 401)
            }
        }
    }

    @Test("No experiment gets an ID that is the name of an endpoint")
    func reservedIDs() async throws {
        try await TestConsole.run { console in
            try await console.refuse(.POST, "experiments", ["name": "Assignment Sources"], "id")
            try await console.refuse(.POST, "experiments", ["name": "other", "id": "qualifying_events"], "id")
            try await console.author(.POST, "experiments", ["name": "sources"])
            try await console.refuse(
                .POST, "experiments/sources/restart_as_new", ["name": "assignment sources"], "id")
            try await console.refuse(.POST, "users/invite", ["role": "Admin", "emails": ["teams"]], "emails")
        }
    }

    @Test("Teams are at both of their paths, and users are changed by POST and by PATCH")
    func teamsAndUsers() async throws {
        try await TestConsole.run { console in
            try await console.author(.POST, "users/invite", ["role": "Admin", "emails": ["a@b.example"]])
            let team = try await console.author(.POST, "users/teams", ["name": "Growth", "members": ["a@b.example"]])
            let id = team["id"].string ?? ""
            #expect(try await console.author(.GET, "teams/\(id)") == team)
            #expect(try await console.author(.GET, "users/teams/\(id)") == team)
            // A full update gives a team no unit, and an invitation adds nobody twice.
            let again = try await console.author(
                .POST, "users/teams/\(id)", ["name": "Growth", "members": ["a@b.example"]])
            #expect(again["idType"] == .null)
            try await console.refuse(.POST, "users/teams/\(id)", ["name": "Growth", "idType": "zzz"], "idType")
            try await console.author(
                .POST, "users/invite",
                [
                    "role": "Admin", "emails": ["a@b.example", "c@d.example", "c@d.example"],
                    "teams": ["Growth", "Growth"],
                ])
            let joined = try await console.author(.GET, "teams/\(id)")["members"].array ?? []
            #expect(joined.map { $0["email"] } == ["a@b.example", "c@d.example"])
            try await console.author(.PATCH, "users/teams/\(id)", ["members": ["a@b.example"]])
            try await console.author(.PATCH, "users/teams/\(id)", ["members": []])
            #expect(try await console.author(.GET, "teams")[0]["members"] == [])
            try await console.author(.POST, "users/a@b.example", ["role": "Member"])
            let user = try await console.author(.PATCH, "users/a@b.example", ["lastName": "B"])
            #expect(user["role"] == "Member")
            #expect(user["lastName"] == "B")
            try await console.author(.DELETE, "users/teams/\(id)")
            #expect(try await console.get("/console/v1/users/teams").data == [])
            #expect(try await console.get("/console/v1/users/nobody@b.example").status == 404)
        }
    }

    @Test("Only the creation of an app assigns resources to it")
    func assignments() async throws {
        try await TestConsole.run { console in
            try await console.author(.POST, "gates", ["name": "a_gate"])
            try await console.author(.POST, "target_app", ["name": "app", "description": ""])
            try await console.refuse(.PATCH, "target_app/app", ["gates": ["a_gate"]], "gates")
            #expect(try await console.author(.GET, "gates/a_gate")["targetApps"] == [])
        }
    }

    @Test("The units that every project has are listed, and can be described but not deleted")
    func units() async throws {
        try await TestConsole.run { console in
            try await console.author(.PATCH, "unit_id_types/stableID", ["description": "A device"])
            try await console.author(.POST, "unit_id_types", ["name": "companyID"])
            let units = try await console.author(.GET, "unit_id_types").array ?? []
            #expect(Set(units.map { $0["name"].string }) == ["userID", "stableID", "companyID"])
            #expect(units.count == 3)
            #expect(try await console.author(.GET, "unit_id_types/stableID")["description"] == "A device")
            try await console.author(.DELETE, "unit_id_types/stableID")
            #expect(try await console.author(.GET, "unit_id_types/stableID")["description"] == "")
            for name in ["userID", "stableID"] {
                #expect(try await console.send(.DELETE, "/console/v1/unit_id_types/\(name)").status == 400)
                #expect(
                    try await console.send(.POST, "/console/v1/unit_id_types", json: ["name": .string(name)]).status
                        == 400)
            }
        }
    }
}
