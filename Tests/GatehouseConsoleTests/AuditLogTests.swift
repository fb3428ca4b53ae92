// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseConsole
import GatehouseEvaluation
import NIOHTTP1
import Testing

struct AuditLogTests {
    @Test("Every change of a key is recorded with who, when, old and new values, and without secrets")
    func entries() async throws {
        var options = TestConsole.options()
        options.allowsUnknownEnvironments = true
        options.allowsUnknownTargetApps = true
        try await TestConsole.run(options) { console in
            let key = try await console.createKey(["type": "CLIENT", "description": "A"])
            _ = try await console.send(
                .PATCH, "/console/v1/keys/\(key.id)",
                json: [
                    "description": "B", "scopes": ["none_hash_enabled"], "environments": ["dev"], "targetAppID": "app",
                ])
            // Nothing changes, so nothing is recorded.
            _ = try await console.send(.PATCH, "/console/v1/keys/\(key.id)", json: ["description": "B"])
            let second = try await console.send(.PATCH, "/console/v1/keys/\(key.id)/rotate").data["key"].string ?? "?"
            _ = try await console.send(.PATCH, "/console/v1/keys/\(key.id)/deactivate")
            _ = try await console.send(.PATCH, "/console/v1/keys/\(key.id)/deactivate")
            _ = try await console.send(.DELETE, "/console/v1/keys/\(key.id)")

            let log = try await console.get("/console/v1/audit_logs?id=\(key.id)&sortOrder=asc")
            #expect(log.status == 200)
            let entries = try #require(log.data.array)
            #expect(
                entries.map { $0["actionType"] } == [
                    "sdk_key_create", "sdk_key_update_description", "sdk_key_update_scopes",
                    "sdk_key_update_environments", "sdk_key_update_target_app", "secret_key_regenerate",
                    "sdk_key_deactivate", "sdk_key_delete",
                ])
            #expect(entries[1]["changes"] == ["description": ["old": "A", "new": "B"]])
            #expect(entries[4]["changes"] == ["primaryTargetApp": ["old": nil, "new": "app"]])
            #expect(entries[6]["changes"] == ["status": ["old": "active", "new": "deactivated"]])
            let actor = try #require(entries[0]["updatedBy"].string)
            #expect(actor.hasPrefix("CONSOLE API (console-"))
            for secret in [key.secret, second, console.adminKey] { #expect(!log.text.contains(secret)) }
            // The console's own key was made by the process.
            let all = try await console.get("/console/v1/audit_logs?sortOrder=asc")
            #expect(all.data[0]["updatedBy"] == "gatehouse")
        }
    }

    @Test("The log can be filtered, sorted and paged")
    func filters() async throws {
        try await TestConsole.run { console in
            for number in 1...5 {
                let key = try await console.createKey(["type": "SERVER", "description": .string("\(number)")])
                _ = try await console.send(.DELETE, "/console/v1/keys/\(key.id)")
            }
            func ids(_ query: String) async throws -> [String] {
                try await console.get("/console/v1/audit_logs?\(query)").data.array?.compactMap { $0["id"].string }
                    ?? []
            }
            #expect(try await ids("") == (1...11).reversed().map(String.init))
            #expect(try await ids("sortKey=id&sortOrder=asc") == (1...11).map(String.init))
            #expect(try await ids("limit=2&page=2") == ["9", "8"])
            #expect(try await ids("latestID=4") == ["4", "3", "2", "1"])
            #expect(try await ids("id=7") == ["7"])
            #expect(try await ids("actionType=sdk_key_delete") == ["11", "9", "7", "5", "3"])
            #expect(try await ids("actionTypes=sdk_key_delete,sdk_key_create").count == 11)
            #expect(try await ids("tags=core") == [])
            #expect(try await ids("startDate=2020-02-29").count == 11)
            #expect(try await ids("startDate=2100-01-01") == [])
            #expect(try await ids("endDate=2020-12-31") == [])
            let today = try #require(try await console.get("/console/v1/audit_logs").data[0]["date"].string)
            #expect(try await ids("startDate=\(today)&endDate=\(today)").contains("11"))
            for query in [
                "startDate=2021-02-29", "endDate=1", "sortKey=x", "sortOrder=up", "latestID=x", "page=0",
                "startDate=2020-01-01&from=zzz", "endDate=2020-01-01&to=2020-01-02",
            ] {
                #expect(try await console.get("/console/v1/audit_logs?\(query)").status == 400, "\(query)")
            }
        }
    }
}
