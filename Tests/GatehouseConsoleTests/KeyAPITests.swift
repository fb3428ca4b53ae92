// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseConsole
import GatehouseEvaluation
import NIOHTTP1
import Testing

struct KeyAPITests {
    @Test("The last key that may change keys can't be ended; the answer says what to do first")
    func lastAdministrator() async throws {
        try await TestConsole.run { console in
            let keys = try await console.get("/console/v1/keys").data
            let id = try #require(keys[0]["id"].string)
            let scopes: Value = ["scopes": ["omni_read_only"]]
            for (method, path, body) in [
                (HTTPMethod.DELETE, "", nil), (.PATCH, "/deactivate", nil), (.PATCH, "", scopes),
            ] {
                let refused = try await console.send(method, "/console/v1/keys/\(id)\(path)", json: body)
                #expect(refused.status == 409, "\(method) \(path)")
                #expect(refused.message.contains("Create another console key"))
            }
            #expect(try await console.get("/console/v1/keys/\(id)").status == 200)
            _ = try await console.createKey([
                "type": "CONSOLE", "description": "B", "scopes": ["omni_read_write", "can_access_keys"],
            ])
            #expect(try await console.send(.DELETE, "/console/v1/keys/\(id)").status == 200)
        }
    }

    @Test("A key is created, read, listed, updated, rotated, deactivated and deleted, in memory and in a file")
    func life() async throws {
        let (fileOptions, path) = TestConsole.fileOptions()
        defer { try? FileManager.default.removeItem(atPath: path) }
        for options in [TestConsole.options(), fileOptions] {
            try await TestConsole.run(options) { try await KeyAPITests.live(with: $0) }
        }
    }

    private static func live(with console: TestConsole) async throws {
        for app in ["web", "ios"] {
            try await console.author(.POST, "target_app", ["name": .string(app), "description": ""])
        }
        let created = try await console.send(
            .POST, "/console/v1/keys",
            json: [
                "type": "CLIENT", "description": "Shop", "scopes": ["client_download_config_specs"],
                "environments": ["production"], "targetAppID": "web", "secondaryTargetAppIDs": ["ios"],
            ])
        #expect(created.status == 200)
        #expect(created.message == "Key created successfully.")
        let secret = try #require(created.data["key"].string)
        #expect(secret.wholeMatch(of: /client-[A-Za-z0-9]{43}/) != nil)
        #expect(created.data["primaryTargetApp"] == "web")
        #expect(created.data["secondaryTargetApps"] == ["ios"])
        #expect(created.data["status"] == "active")
        let id = try #require(created.data["id"].string)

        for name in [id, secret] {
            let read = try await console.get("/console/v1/keys/\(name)")
            #expect(read.message == "Key read successfully.")
            // A caller that names the key by its secret gets the secret back.
            let mask = String(secret.prefix(12)) + "*****"
            #expect(read.data["key"].string == (name == id ? mask : secret))
            #expect(read.text.contains(secret) == (name == secret))
        }
        let list = try await console.get("/console/v1/keys")
        #expect(list.message == "Keys listed successfully.")
        #expect(list.data.array?.count == 2)
        #expect(!list.text.contains(secret))

        let updated = try await console.send(
            .PATCH, "/console/v1/keys/\(id)",
            json: ["description": "Shop 2", "scopes": [], "targetAppID": nil, "secondaryTargetAppIDs": nil],
            headers: [("x-respect-review-settings", "true")])
        #expect(updated.status == 200)
        #expect(updated.message == "Key updated successfully.")
        #expect(updated.data["description"] == "Shop 2")
        #expect(updated.data["environments"] == ["production"])
        for name in ["primaryTargetApp", "secondaryTargetApps", "targetAppID", "secondaryTargetAppIDs"] {
            #expect(updated.data.object?[name] == .some(.null), "\(name)")
        }

        let rotated = try await console.send(.PATCH, "/console/v1/keys/\(id)/rotate")
        #expect(rotated.message == "Key rotated successfully,")
        let second = try #require(rotated.data["key"].string)
        #expect(second != secret)
        #expect(try await console.get("/console/v1/keys/\(secret)").status == 404)
        #expect(try await console.get("/console/v1/keys/\(second)").data["id"].string == id)

        let deactivated = try await console.send(.PATCH, "/console/v1/keys/\(id)/deactivate")
        #expect(deactivated.message == "Key deactivated successfully.")
        #expect(deactivated.data["status"] == "deactivated")
        #expect(try await console.send(.PATCH, "/console/v1/keys/\(id)/rotate").status == 409)

        let deleted = try await console.send(.DELETE, "/console/v1/keys/\(id)")
        #expect(deleted.message == "Key deleted successfully.")
        #expect(deleted.data["id"].string == id)
        let gone = try await console.get("/console/v1/keys/\(id)")
        #expect(gone.status == 404)
        #expect(gone.json == ["status": 404, "message": "Key not found."])
        #expect(try await console.send(.DELETE, "/console/v1/keys/\(id)").status == 404)
    }

    @Test("Secrets are in the database as hashes only")
    func hashes() async throws {
        let (options, path) = TestConsole.fileOptions()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let secrets = try await TestConsole.run(options) { console in
            let key = try await console.createKey(["type": "SERVER", "description": "A"])
            let rotated = try await console.send(.PATCH, "/console/v1/keys/\(key.id)/rotate").data["key"].string ?? ""
            return [console.adminKey, key.secret, rotated]
        }
        for suffix in ["", "-wal"] {
            guard let bytes = FileManager.default.contents(atPath: path + suffix) else { continue }
            for secret in secrets {
                #expect(secret.count > 40)
                #expect(bytes.range(of: Data(secret.utf8)) == nil)
                #expect(bytes.range(of: Data(secret.suffix(30).utf8)) == nil)
            }
        }
    }

    @Test("Keys are there again after a restart")
    func restart() async throws {
        let (options, path) = TestConsole.fileOptions()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let (first, id) = try await TestConsole.run(options) { console in
            (console.adminKey, try await console.createKey(["type": "SERVER", "description": "A"]).id)
        }
        try await TestConsole.run(options) { console in
            #expect(try await console.console.createFirstKey() == nil)
            let read = try await console.get("/console/v1/keys/\(id)", key: first)
            #expect(read.data["description"] == "A")
        }
    }

    @Test("A data file belongs to one console at a time")
    func oneConsole() async throws {
        let (options, path) = TestConsole.fileOptions()
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await TestConsole.run(options) { _ in
            let error = await #expect(throws: (any Error).self) { _ = try await Console(options) }
            #expect(error.map(String.init(describing:))?.contains("another console uses it") == true)
        }
        try await TestConsole.run(options) { _ in }
    }

    @Test("Lists come in pages, and can be filtered")
    func pages() async throws {
        try await TestConsole.run { console in
            for number in 1...6 {
                _ = try await console.createKey([
                    "type": "SERVER", "description": .string("\(number)"),
                    "environments": number == 3 ? ["staging"] : [],
                ])
            }
            let first = try await console.get("/console/v1/keys?limit=3")
            #expect(first.data.array?.count == 3)
            #expect(
                first.json["pagination"] == [
                    "itemsPerPage": 3, "pageNumber": 1, "nextPage": "/console/v1/keys?page=2&limit=3",
                    "previousPage": nil, "totalItems": 7, "all": "/console/v1/keys",
                ])
            let last = try await console.get("/console/v1/keys?limit=3&page=3")
            #expect(last.data.array?.count == 1)
            #expect(last.json["pagination"]["nextPage"] == .null)
            #expect(last.json["pagination"]["previousPage"] == "/console/v1/keys?page=2&limit=3")
            #expect(try await console.get("/console/v1/keys?page=4&limit=3").data == [])
            let staging = try await console.get("/console/v1/keys?environment=staging")
            #expect(staging.data.array?.map { $0["description"] } == ["3"])
            for query in ["limit=-1", "limit=x", "page=0", "page=-1", "limit=1.5", "environmnt=staging"] {
                let refused = try await console.get("/console/v1/keys?\(query)")
                #expect(refused.status == 400, "\(query)")
                #expect(refused.json["errors"][0]["property"].string == String(query.prefix { $0 != "=" }))
            }
        }
    }

    @Test("Bodies that are wrong are refused with each member that is")
    func validation() async throws {
        try await TestConsole.run { console in
            let long = String(repeating: "ä", count: 1001)
            let cases: [(Value, [String])] = [
                ([:], ["type", "description"]),
                (["type": "ROBOT", "description": "A"], ["type"]),
                (["type": "SERVER", "description": .string(long)], ["description"]),
                (["type": "SERVER", "description": 1], ["description"]),
                (["type": "SERVER", "description": "A", "scopes": ["all"]], ["scopes"]),
                (["type": "SERVER", "description": "A", "scopes": "omni_read_only"], ["scopes"]),
                (["type": "SERVER", "description": "A", "environments": [1]], ["environments"]),
                (["type": "SERVER", "description": "A", "environments": [""]], ["environments"]),
                (["type": "SERVER", "description": "A", "targetAppID": 1], ["targetAppID"]),
                (["type": "SERVER", "description": "A", "secondaryTargetAppIDs": "a"], ["secondaryTargetAppIDs"]),
                (["type": nil, "description": nil], ["type", "description"]),
                (["type": "SERVER", "description": "A\0B"], ["description"]),
                (["type": "SERVER", "description": "A", "targetAppID": "app\0x"], ["targetAppID"]),
                (["type": "SERVER", "description": "A", "environments": ["a\u{7}"]], ["environments"]),
            ]
            for (body, properties) in cases {
                let refused = try await console.send(.POST, "/console/v1/keys", json: body)
                #expect(refused.status == 400)
                #expect(refused.message == "Bad Request Exception")
                #expect(refused.json["errors"].array?.map { $0["property"].string } == properties, "\(body)")
            }
            for body in ["", "{", "[]", "1", "null", "\"\"", "{} {}", "\u{FEFF}{}"] {
                let refused = try await console.send(.POST, "/console/v1/keys", body: Array(body.utf8))
                #expect(refused.status == 400, "\(body)")
                #expect(refused.json["errors"][0]["property"] == "body")
            }
            let exactly = String(repeating: "ä", count: 999) + "\n"
            let key = try await console.createKey(["type": "SERVER", "description": .string(exactly)])
            let refused = try await console.send(.PATCH, "/console/v1/keys/\(key.id)", json: ["type": "CLIENT"])
            #expect(refused.json["errors"][0]["property"] == "type")
            #expect(
                try await console.send(.PATCH, "/console/v1/keys/\(key.id)", json: ["type": "SERVER"]).status == 200)
            let large = [UInt8](repeating: 0x20, count: 2 << 20)
            #expect(try await console.send(.POST, "/console/v1/keys", body: large).status == 413)
        }
    }

    @Test("Paths and methods that don't exist are refused in the envelope")
    func unknownPaths() async throws {
        try await TestConsole.run { console in
            for path in ["/", "/console", "/console/v1/metrics", "/console/v1/keys/a/b", "/%00", "/console/v1/keys/"] {
                let refused = try await console.get(path)
                #expect(refused.status == 404 || path.hasSuffix("keys/"), "\(path)")
                if refused.status == 404 { #expect(refused.json["status"] == 404) }
            }
            let refused = try await console.send(.PUT, "/console/v1/keys")
            #expect(refused.status == 405)
            #expect(refused.headers.first(name: "allow") == "GET, HEAD, POST")
        }
    }

    @Test("Changes are limited, with the time to wait; reading isn't")
    func rateLimits() async throws {
        var options = TestConsole.options()
        options.rateLimits = RateLimits([RateLimits.Window(3, perSeconds: 600)])
        try await TestConsole.run(options) { console in
            for _ in 1...3 {
                let status = try await console.send(
                    .POST, "/console/v1/keys", json: ["type": "SERVER", "description": "A"]
                ).status
                #expect(status == 200)
            }
            let refused = try await console.send(
                .POST, "/console/v1/keys", json: ["type": "SERVER", "description": "A"])
            #expect(refused.status == 429)
            #expect(refused.json["status"] == 429)
            let seconds = try #require(refused.headers.first(name: "retry-after").flatMap(Int.init))
            #expect((1...600).contains(seconds))
            #expect(try await console.get("/console/v1/keys").data.array?.count == 4)
            // Nobody without a key can use the limit up.
            #expect(try await console.send(.POST, "/console/v1/keys", key: nil).status == 401)
        }
    }

    @Test("Keys that are changed at the same time all change, each once")
    func concurrency() async throws {
        let (options, path) = TestConsole.fileOptions()
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await TestConsole.run(options) { console in
            let key = try await console.createKey(["type": "SERVER", "description": "A"])
            let secrets = try await withThrowingTaskGroup(of: String.self) { tasks in
                for _ in 1...40 {
                    tasks.addTask {
                        let rotated = try await console.send(.PATCH, "/console/v1/keys/\(key.id)/rotate")
                        return rotated.data["key"].string ?? ""
                    }
                }
                return try await tasks.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(secrets).count == 40)
            var working = 0
            for secret in secrets where try await console.get("/console/v1/keys/\(secret)").status == 200 {
                working += 1
            }
            #expect(working == 1)
            let entries = try await console.get("/console/v1/audit_logs?actionType=secret_key_regenerate")
            #expect(entries.json["pagination"]["totalItems"] == 40)
        }
    }
}
