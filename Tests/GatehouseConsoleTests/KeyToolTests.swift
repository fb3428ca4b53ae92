// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import GatehouseConsole
import GatehouseEvaluation
import NIOHTTP1
import Testing

/// Keys as a configuration tool needs them: read back, named by what was read, updated, deleted.
struct KeyToolTests {
    private static let path = "/console/v1/keys"

    @Test("A tool that names a key by its secret reads, updates and deletes it, and never gets another text for it")
    func secretAsName() async throws {
        try await TestConsole.run { console in
            let key = try await console.createKey(["type": "SERVER", "description": "A"])
            let path = "\(KeyToolTests.path)/\(key.secret)"
            let body: Value = ["type": "SERVER", "description": "B", "environments": ["production"], "scopes": []]
            #expect(try await console.get(path).data["key"].string == key.secret)
            let updated = try await console.send(.PATCH, path, json: body)
            #expect(updated.status == 200)
            #expect(updated.data["key"].string == key.secret)
            #expect(try await console.get(path).data["environments"] == ["production"])
            #expect(try await console.get("/v1/download_config_specs", key: key.secret).status == 503)
            #expect(try await console.send(.DELETE, path).status == 200)
            #expect(try await console.get("/v1/download_config_specs", key: key.secret).status == 401)
        }
    }

    @Test("A masked key names the key that has it; one that several keys have is refused with their IDs")
    func maskAsName() async throws {
        let (options, path) = TestConsole.fileOptions()
        let (first, second) = try await TestConsole.run(options) { console in
            let first = try await console.createKey(["type": "SERVER", "description": "A"])
            let second = try await console.createKey(["type": "SERVER", "description": "B"])
            let mask = String(first.secret.prefix(12)) + "*****"
            let read = try await console.get("\(KeyToolTests.path)/\(mask)")
            #expect(read.status == 200)
            #expect(read.data["id"].string == first.id)
            #expect(read.data["key"].string == mask)
            let escaped = mask.replacingOccurrences(of: "*", with: "%2A")
            let updated = try await console.send(
                .PATCH, "\(KeyToolTests.path)/\(escaped)", json: ["description": "C", "key": .string(mask)])
            #expect(updated.status == 200)
            #expect(updated.data["description"] == "C")
            for unknown in ["secret-zzzzz*****", "secret-*****", "*****"] {
                #expect(try await console.get("\(KeyToolTests.path)/\(unknown)").status == 404)
            }
            return (first.id, second.id)
        }
        try await DatabaseQueue(path: path).write { db in
            try db.execute(sql: "UPDATE apiKey SET mask = 'secret-abcde*****' WHERE type = 'SERVER'")
        }
        try await TestConsole.run(options) { console in
            for (method, end) in [(HTTPMethod.GET, ""), (.PATCH, ""), (.DELETE, ""), (.PATCH, "/rotate")] {
                let refused = try await console.send(
                    method, "\(KeyToolTests.path)/secret-abcde*****\(end)", json: method == .GET ? nil : [:])
                #expect(refused.status == 409, "\(method) \(end)")
                #expect(refused.message.contains(first) && refused.message.contains(second))
                #expect(refused.message.contains("Use the ID of one of them, or the whole key"))
            }
            #expect(try await console.send(.DELETE, "\(KeyToolTests.path)/\(first)").status == 200)
            #expect(try await console.get("\(KeyToolTests.path)/secret-abcde*****").data["id"].string == second)
        }
    }

    @Test("Environments and target apps that the project doesn't have are refused with the known ones named")
    func unknownNames() async throws {
        try await TestConsole.run(TestSpecs.options(TestSpecs.twoApps())) { console in
            try await console.author(.POST, "target_app", ["name": "My TV", "description": ""])
            let cases: [(member: String, value: Value, known: String)] = [
                ("environments", ["production", "prodution", "moon"], "prodution, moon"),
                ("environments", ["moon"], "development, staging, production"),
                ("targetAppID", "phone", "my_tv, ios, web"), ("secondaryTargetAppIDs", ["web", "phone"], "phone"),
                ("primaryTargetApp", "phone", "phone"), ("secondaryTargetApps", ["phone"], "phone"),
            ]
            let key = try await console.createKey(["type": "SERVER", "description": "A"])
            for (member, value, known) in cases {
                for (method, path) in [(HTTPMethod.POST, ""), (.PATCH, "/\(key.id)")] {
                    let body: Value = .object(["type": "SERVER", "description": "B", member: value])
                    let refused = try await console.send(method, KeyToolTests.path + path, json: body)
                    #expect(refused.status == 400, "\(method) \(member)")
                    #expect(refused.json["errors"].array?.count == 1)
                    #expect(refused.json["errors"][0]["property"].string == member)
                    #expect(refused.json["errors"][0]["errorMessage"].string?.contains(known) == true, "\(member)")
                }
            }
            #expect(try await console.get("\(KeyToolTests.path)/\(key.id)").data["description"] == "A")
            let good = try await console.send(
                .PATCH, "\(KeyToolTests.path)/\(key.id)",
                json: [
                    "environments": ["Production", "staging", "production", "staging"], "targetAppID": "My TV",
                    "secondaryTargetAppIDs": ["web", "web", "ios"],
                ])
            #expect(good.status == 200)
            #expect(good.data["environments"] == ["Production", "staging"])
            #expect(good.data["primaryTargetApp"] == "my_tv")
            #expect(good.data["secondaryTargetApps"] == ["web", "ios"])
            // What a key has may stay when the project loses it.
            try await console.author(.DELETE, "target_app/my_tv")
            let again = try await console.send(
                .PATCH, "\(KeyToolTests.path)/\(key.id)", json: ["targetAppID": "my_tv", "description": "C"])
            #expect(again.status == 200)
        }
        var options = TestConsole.options()
        options.allowsUnknownEnvironments = true
        try await TestConsole.run(options) { console in
            let body: Object = ["type": "SERVER", "description": "A", "environments": ["moon", "Moon"]]
            let created = try await console.send(.POST, KeyToolTests.path, json: .object(body))
            #expect(created.data["environments"] == ["moon"])
            var other = body
            other["targetAppID"] = "phone"
            let refused = try await console.send(.POST, KeyToolTests.path, json: .object(other))
            #expect(refused.json["errors"][0]["errorMessage"].string?.contains("target apps are: none") == true)
        }
    }

    @Test("No member of a request is ignored: each has its effect, says what is so already, or is refused by name")
    func members() async throws {
        try await TestConsole.run(TestSpecs.options(TestSpecs.twoApps())) { console in
            let key = try await console.createKey(["type": "SERVER", "description": "A"])
            let path = "\(KeyToolTests.path)/\(key.id)"
            let shown = try await console.get(path).data
            let refusals: [(Value, [String])] = [
                (["note": "x"], ["note"]), (["status": "paused"], ["status"]), (["key": "secret-other"], ["key"]),
                (["key": 1], ["key"]), (["id": "other"], ["id"]), (["createdTime": 1], ["createdTime"]),
                (["type": "CLIENT"], ["type"]), (["type": "x"], ["type"]), (["status": nil], ["status"]),
                (["targetAppID": "web", "primaryTargetApp": "ios"], ["primaryTargetApp"]),
                (["description": 1, "note": 1, "key": 1], ["description", "key", "note"]),
            ]
            for (body, properties) in refusals {
                let refused = try await console.send(.PATCH, path, json: body)
                #expect(refused.status == 400, "\(body)")
                #expect(refused.json["errors"].array?.map { $0["property"].string } == properties, "\(body)")
            }
            for member in ["status", "key", "id", "note"] {
                let body: Value = .object(["type": "SERVER", "description": "A", member: "active"])
                let refused = try await console.send(.POST, KeyToolTests.path, json: body)
                #expect(refused.json["errors"].array?.map { $0["property"].string } == [member])
            }
            for (member, isAllowed) in [
                ("targetAppID", false), ("secondaryTargetAppIDs", false), ("primaryTargetApp", true),
                ("secondaryTargetApps", true),
            ] {
                let body: Value = .object(["type": "SERVER", "description": "A", member: nil])
                let answer = try await console.send(.POST, KeyToolTests.path, json: body)
                #expect(answer.status == (isAllowed ? 200 : 400), "\(member)")
                #expect(answer.json["errors"][0]["property"].string == (isAllowed ? nil : member))
            }
            // An answer can be sent back as it is, and changes nothing.
            #expect(try await console.send(.PATCH, path, json: shown).status == 200)
            #expect(try await console.get(path).data == shown)
            let updated = try await console.send(
                .PATCH, path, json: ["primaryTargetApp": "web", "secondaryTargetApps": ["ios"]])
            #expect(updated.data["primaryTargetApp"] == "web")
            #expect(updated.data["targetAppID"] == "web")
            #expect(updated.data["secondaryTargetApps"] == ["ios"])
            let cleared = try await console.send(
                .PATCH, path, json: ["primaryTargetApp": nil, "secondaryTargetApps": nil])
            #expect(cleared.data["primaryTargetApp"] == .null && cleared.data["secondaryTargetApps"] == .null)
            #expect(try await console.send(.PATCH, path, json: ["key": .string(key.secret)]).status == 200)

            let deactivated = try await console.send(.PATCH, path, json: ["status": "deactivated", "description": "B"])
            #expect(deactivated.data["status"] == "deactivated")
            #expect(deactivated.data["description"] == "B")
            #expect(try await console.get("/v1/download_config_specs", key: key.secret).status == 401)
            #expect(try await console.send(.PATCH, path, json: ["status": "deactivated"]).status == 200)
            let refused = try await console.send(.PATCH, path, json: ["status": "active"])
            #expect(refused.json["errors"][0]["property"] == "status")
            let log = try await console.get("/console/v1/audit_logs?id=\(key.id)&actionType=sdk_key_deactivate")
            #expect(log.data.array?.count == 1)
            let admin = try await console.get("\(KeyToolTests.path)/\(console.adminKey)").data["id"].string ?? ""
            let last = try await console.send(
                .PATCH, "\(KeyToolTests.path)/\(admin)", json: ["status": "deactivated"])
            #expect(last.status == 409)
        }
    }

    @Test("The newer type and scopes are stored and give no permission")
    func newerWords() async throws {
        try await TestConsole.run { console in
            let scopes: Value = ["personal_read_only", "personal_read_write", "client_can_write_user_store"]
            for type in ["ORG", "CONSOLE", "CLIENT"] {
                let key = try await console.createKey([
                    "type": .string(type), "description": "A", "scopes": scopes,
                ])
                #expect(key.secret.hasPrefix(type.lowercased() + "-"))
                let read = try await console.get("\(KeyToolTests.path)/\(key.id)").data
                #expect(read["scopes"] == scopes)
                #expect(read["type"].string == type)
                let refused = try await console.get("/console/v1/gates", key: key.secret)
                #expect(refused.status == (type == "CONSOLE" ? 403 : 401))
            }
        }
    }
}

/// A console that shows the secrets of keys.
struct ShownKeyTests {
    private static let path = "/console/v1/keys"

    @Test("Secrets are shown whole to keys that may change keys, encrypted in the data, and there after a restart")
    func life() async throws {
        let (fileOptions, path) = TestConsole.fileOptions()
        var options = fileOptions
        let keyFile = path + ".key"
        let log = TestLog()
        options.logger = log.logger()
        options.keySecrets = .shown(keyFile: keyFile)
        let (id, secret, admin) = try await TestConsole.run(options) { console in
            let key = try await console.createKey(["type": "CLIENT", "description": "A"])
            let mask = String(key.secret.prefix(12)) + "*****"
            for name in [key.id, key.secret, mask] {
                let read = try await console.get("\(ShownKeyTests.path)/\(name)")
                #expect(read.data["key"].string == key.secret)
            }
            let list = try await console.get(ShownKeyTests.path).data.array ?? []
            #expect(list.map { $0["key"].string } == [console.adminKey, key.secret])
            let updated = try await console.send(
                .PATCH, "\(ShownKeyTests.path)/\(key.id)", json: ["description": "B", "key": .string(key.secret)])
            #expect(updated.data["key"].string == key.secret)
            let reader = try await console.createKey([
                "type": "CONSOLE", "description": "R", "scopes": ["omni_read_only", "can_access_keys"],
            ])
            let masked = try await console.get("\(ShownKeyTests.path)/\(key.id)", key: reader.secret)
            #expect(masked.data["key"].string == mask)
            let maskedList = try await console.get(ShownKeyTests.path, key: reader.secret)
            #expect(!maskedList.text.contains(key.secret) && !maskedList.text.contains(console.adminKey))
            let rotated = try await console.send(.PATCH, "\(ShownKeyTests.path)/\(key.id)/rotate").data["key"].string
            #expect(try await console.get("\(ShownKeyTests.path)/\(key.id)").data["key"].string == rotated)
            let audit = try await console.get("/console/v1/audit_logs")
            for text in [key.secret, rotated ?? "?", console.adminKey] { #expect(!audit.text.contains(text)) }
            return (key.id, rotated ?? "", console.adminKey)
        }
        #expect(log.text.contains("warning The whole secrets of keys are kept"))
        #expect(!log.text.contains(secret) && !log.text.contains(admin))
        let attributes = try FileManager.default.attributesOfItem(atPath: keyFile)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        for suffix in ["", "-wal"] {
            guard let bytes = FileManager.default.contents(atPath: path + suffix) else { continue }
            #expect(bytes.range(of: Data(secret.suffix(30).utf8)) == nil)
        }
        try await TestConsole.run(options) { console in
            let read = try await console.get("\(ShownKeyTests.path)/\(id)", key: admin)
            #expect(read.data["key"].string == secret)
        }
        // Without the option, and with another key file, secrets are masked; the keys work.
        var plain = options
        plain.keySecrets = .hashed
        var other = options
        other.keySecrets = .shown(keyFile: path + ".other")
        for options in [plain, other] {
            try await TestConsole.run(options) { console in
                let read = try await console.get("\(ShownKeyTests.path)/\(id)", key: admin)
                #expect(read.data["key"].string == String(secret.prefix(12)) + "*****")
                #expect(try await console.get("/v1/initialize", key: secret).status == 405)
            }
        }
        #expect(log.text.contains("were encrypted with another key file"))
        // A sealed secret that is copied to another key doesn't open there.
        try await DatabaseQueue(path: path).write { db in
            try db.execute(
                sql: "UPDATE apiKey SET sealedSecret = (SELECT sealedSecret FROM apiKey WHERE id = ?)", arguments: [id])
        }
        try await TestConsole.run(options) { console in
            let first = try await console.get("\(ShownKeyTests.path)/\(admin)", key: admin).data["id"].string ?? ""
            #expect(
                try await console.get("\(ShownKeyTests.path)/\(first)").data["key"].string?.hasSuffix("*****") == true)
        }
    }

    @Test("A key file that others may read, or that is none, is refused with the reason, and stays as it is")
    func keyFiles() async throws {
        let (plain, path) = TestConsole.fileOptions()
        var options = plain
        options.keySecrets = .shown(keyFile: path + ".key")
        let good = Data(repeating: 7, count: 32).base64EncodedString()
        let cases: [(text: String, mode: Int, reason: String)] = [
            (good, 0o644, "chmod 600"), (good, 0o640, "has the mode 640"), ("short", 0o600, "32 bytes in base64"),
            (String(repeating: "A", count: 5000), 0o600, "larger than"),
        ]
        for (text, mode, reason) in cases {
            try? FileManager.default.removeItem(atPath: path + ".key")
            #expect(
                FileManager.default.createFile(
                    atPath: path + ".key", contents: Data(text.utf8), attributes: [.posixPermissions: mode]))
            let error = await #expect(throws: (any Error).self) { _ = try await Console(options) }
            #expect(error.map(String.init(describing:))?.contains(reason) == true, "\(reason)")
            #expect(error.map(String.init(describing:))?.hasPrefix(path + ".key: ") == true)
        }
        options.keySecrets = .shown(keyFile: FileManager.default.temporaryDirectory.path)
        let folder = await #expect(throws: (any Error).self) { _ = try await Console(options) }
        #expect(folder.map(String.init(describing:))?.hasSuffix("isn't a file") == true)
        options.keySecrets = .shown(keyFile: path + ".nowhere/key")
        await #expect(throws: (any Error).self) { _ = try await Console(options) }
    }
}
