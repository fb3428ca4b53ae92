// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseConsole
import GatehouseEvaluation
import GatehouseSpec
import NIOHTTP1
import Testing

struct DocumentDownloadTests {
    private static let serverKey: Value = ["type": "SERVER", "description": "Service"]

    @Test("Specs come by every path and method that SDKs use, in the format of the path")
    func paths() async throws {
        try await TestConsole.run(TestSpecs.options(try TestSpecs.sample())) { console in
            let key = try await console.createKey(DocumentDownloadTests.serverKey).secret
            for (version, format) in [("v1", DocumentFormat.v1), ("v2", .v2)] {
                let path = "/\(version)/download_config_specs"
                for (method, path, header) in [
                    (HTTPMethod.GET, path, true), (.GET, "\(path)/\(key).json", false),
                    (.GET, "\(path)/\(key).js", false), (.POST, path, true), (.POST, "\(path)/\(key).json", false),
                    (.GET, "\(path)/secret-other.json", true),
                ] {
                    let response = try await console.send(method, path, key: header ? key : nil)
                    #expect(response.status == 200, "\(method) \(path)")
                    let document = try Ruleset(document: response.body)
                    #expect(document.documentFormat == format)
                    #expect(document.issues.isEmpty)
                    #expect(response.json["response_format"].string == format.rawValue)
                    #expect(response.json["has_updates"] == true)
                    #expect(response.headers.first(name: "x-since-time") == "1700000000001")
                    #expect(response.headers.first(name: "content-type") == "application/json")
                }
            }
        }
    }

    @Test("What a client has already isn't sent again")
    func unchanged() async throws {
        try await TestConsole.run(TestSpecs.options(try TestSpecs.sample())) { console in
            let key = try await console.createKey(DocumentDownloadTests.serverKey).secret
            let path = "/v2/download_config_specs/\(key).json"
            let full = try await console.get(path, key: nil)
            let time = try #require(full.json["time"].integer)
            let checksum = try #require(full.json["checksum"].string)
            let cases: [(String, Bool)] = [
                ("sinceTime=\(time)", false), ("sinceTime=\(time)&checksum=\(checksum)", false),
                ("sinceTime=\(time + 1)", false), ("sinceTime=\(time + 1)&checksum=1", false),
                ("sinceTime=\(time)&checksum=1", true), ("sinceTime=\(time - 1)", true), ("sinceTime=0", true),
                ("checksum=\(checksum)", true), ("sinceTime=x", true), ("sinceTime=-5", true),
                ("sinceTime=99999999999999999999999", true),
            ]
            for (query, isSent) in cases {
                let response = try await console.get("\(path)?\(query)", key: nil)
                #expect(response.status == 200)
                #expect(response.headers.first(name: "x-since-time") == String(time))
                if isSent {
                    #expect(response.body == full.body, "\(query)")
                } else {
                    #expect(response.json == ["has_updates": false], "\(query)")
                }
            }
            let known = try await console.send(
                .POST, "/v2/download_config_specs", key: key,
                json: ["sinceTime": .integer(time), "checksum": .string(checksum)])
            #expect(known.json == ["has_updates": false])
            let unknown = try await console.send(
                .POST, "/v2/download_config_specs", key: key, json: ["sinceTime": .integer(time - 1)])
            #expect(unknown.body == full.body)
            #expect(try await console.send(.POST, path, key: nil, body: Array("[".utf8)).status == 400)
        }
    }

    @Test("Specs are compressed for clients that can read it")
    func compression() async throws {
        try await TestConsole.run(TestSpecs.options(try TestSpecs.sample())) { console in
            let key = try await console.createKey(DocumentDownloadTests.serverKey).secret
            let plain = try await console.get("/v2/download_config_specs", key: key)
            #expect(plain.headers.first(name: "content-encoding") == nil)
            for encoding in ["gzip", "statsig-br, gzip, deflate, br", "GZIP;q=0.5"] {
                let packed = try await console.send(
                    .GET, "/v2/download_config_specs", key: key, headers: [("Accept-Encoding", encoding)])
                #expect(packed.headers.first(name: "content-encoding") == "gzip")
                #expect(packed.body.count < plain.body.count / 3)
                #expect(try Gunzip.bytes(packed.body) == plain.body)
            }
            let refused = try await console.send(
                .GET, "/v2/download_config_specs", key: key, headers: [("Accept-Encoding", "gzip;q=0, br")])
            #expect(refused.body == plain.body)
        }
    }

    @Test("Imported documents replace each other with rising times; a bad one changes nothing")
    func imports() async throws {
        try await TestConsole.run { console in
            let key = try await console.createKey(DocumentDownloadTests.serverKey).secret
            let path = "/v2/download_config_specs/\(key).json"
            #expect(try await console.get(path, key: nil).status == 503)
            #expect(try await console.get("/v1/ready", key: nil).status == 503)
            #expect(try await console.get("/v1/health", key: nil).status == 200)

            try await console.console.importSpecs([try TestSpecs.sample()])
            #expect(try await console.get("/v1/ready", key: nil).status == 200)
            let first = try await console.get(path, key: nil).json["time"].integer ?? 0
            #expect(first == 1_700_000_000_001)
            try await console.console.importSpecs([try TestSpecs.sample()])
            #expect(try await console.get(path, key: nil).json["time"].integer == first)

            // An earlier time of its own doesn't keep a document from being newer.
            try await console.console.importSpecs([TestSpecs.twoApps()])
            let second = try await console.get(path, key: nil)
            #expect(try #require(second.json["time"].integer) > first)
            #expect(second.json["feature_gates"]["web_gate"] != .null)

            let error = await #expect(throws: DocumentImportError.self) {
                try await console.console.importSpecs([Array(#"{"feature_gates":1}"#.utf8)])
            }
            #expect(error?.description.contains("line 1") ?? false)
            await #expect(throws: DocumentImportError.self) { try await console.console.importSpecs([]) }
            let twice = [try TestSpecs.sample(), TestSpecs.twoApps()]
            await #expect(throws: DocumentImportError.self) { try await console.console.importSpecs(twice) }
            #expect(try await console.get(path, key: nil).body == second.body)
        }
    }

    @Test("The same specs keep their time after a restart")
    func restart() async throws {
        var (options, path) = TestConsole.fileOptions()
        defer { try? FileManager.default.removeItem(atPath: path) }
        options.specs = .documents([TestSpecs.twoApps()])
        let secret = Secrets()
        var times: [Int64] = []
        for document in [TestSpecs.twoApps(), TestSpecs.twoApps(), try TestSpecs.sample(), TestSpecs.twoApps()] {
            options.specs = .documents([document])
            times.append(
                try await TestConsole.run(options) { console in
                    let key = try await secret.key {
                        try await console.createKey(DocumentDownloadTests.serverKey).secret
                    }
                    return try await console.get("/v2/download_config_specs/\(key).json", key: nil).json["time"].integer
                        ?? 0
                })
        }
        #expect(times[0] == times[1])
        #expect(times[1] < times[2])
        #expect(times[2] < times[3])
    }

    @Test("A document doesn't name the key that it was imported with, and has the apps of client keys by hash")
    func members() async throws {
        try await TestConsole.run(TestSpecs.options(TestSpecs.twoApps())) { console in
            let client = try await console.createKey([
                "type": "CLIENT", "description": "A", "targetAppID": "web", "scopes": ["client_download_config_specs"],
            ]).secret
            let server = try await console.createKey(DocumentDownloadTests.serverKey).secret
            let document = try await console.get("/v2/download_config_specs", key: server).json
            #expect(document["hashed_sdk_key_used"] == .null)
            #expect(document["sdk_keys_to_app_ids"] == .null)
            #expect(
                document["hashed_sdk_keys_to_app_ids"] == [
                    djb2("client-imported"): "web", djb2(client): "web",
                ])
            #expect(document["default_environment"] == .null)
            let own = try await console.get("/v2/download_config_specs", key: client).json
            #expect(own["app_id"] == "web")
            #expect(own["hashed_sdk_keys_to_app_ids"] == .null)
            #expect(own["sdk_keys_to_app_ids"] == .null)
        }
    }

    private func djb2(_ text: String) -> String { String(DJB2.hash(text)) }
}

/// A secret that is made once.
private actor Secrets {
    private var made: String?

    func key(_ make: @Sendable () async throws -> String) async throws -> String {
        if let made { return made }
        let key = try await make()
        made = key
        return key
    }
}
