// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseConsole
import GatehouseEvaluation
import NIOHTTP1
import Testing

struct IDListServingTests {
    @Test("ID lists are listed, downloaded in parts, grow, and are replaced")
    func lists() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "gatehouse-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "web_list")
        try Data("+AAAAAAAA\n+BBBBBBBB".utf8).write(to: file)
        try Data("+CCCCCCCC\n".utf8).write(to: folder.appending(path: "ios_list"))
        var options = TestSpecs.options(TestSpecs.twoApps())
        options.idLists = folder.path

        try await TestConsole.run(options) { console in
            let key = try await console.createKey(["type": "SERVER", "description": "A"])
            @Sendable func manifest() async throws -> Value {
                try await console.send(.POST, "/v1/get_id_lists", key: key.secret).json
            }
            let first = try await manifest()["web_list"]
            #expect(first["size"] == 20)
            #expect(try await console.get("/v1/get_id_lists/\(key.secret).json", key: nil).json["ios_list"] != .null)
            let url = try #require(first["url"].string)
            #expect(url.hasPrefix(console.url))
            #expect(!url.contains(key.secret))
            let path = String(url.dropFirst(console.url.count))

            func part(_ range: String?, query: String = "") async throws -> TestResponse {
                try await console.send(
                    .GET, path + query, key: nil, headers: range.map { [("Range", $0)] } ?? [])
            }
            #expect(try await part(nil).text == "+AAAAAAAA\n+BBBBBBBB\n")
            let second = try await part("bytes=10-")
            #expect(second.status == 206)
            #expect(second.text == "+BBBBBBBB\n")
            #expect(second.headers.first(name: "content-range") == "bytes 10-19/20")
            #expect(try await part(nil, query: "&range=10-").text == "+BBBBBBBB\n")
            #expect(try await part("bytes=0-3").text == "+AAA")
            #expect(try await part("bytes=-4").text == "BBB\n")
            #expect(try await part("bytes=5-4").status == 200)
            #expect(try await part("lines=1-").status == 200)
            let nothing = try await part("bytes=20-")
            #expect(nothing.status == 416)
            #expect(nothing.headers.first(name: "content-range") == "bytes */20")

            // What was only added to is the same list, longer.
            try Data("+AAAAAAAA\n+BBBBBBBB\n-AAAAAAAA\n".utf8).write(to: file)
            try await until("the list has grown") { try await manifest()["web_list"]["size"] == 30 }
            #expect(try await manifest()["web_list"]["fileID"] == first["fileID"])
            #expect(try await part("bytes=20-").text == "-AAAAAAAA\n")
            // Another content is another list, and the old one is gone.
            try Data("+DDDDDDDD\n".utf8).write(to: file)
            try await until("the list is another") { try await manifest()["web_list"]["fileID"] != first["fileID"] }
            let later = try await manifest()["web_list"]
            #expect(try #require(later["creationTime"].integer) > (try #require(first["creationTime"].integer)))
            #expect(try await part(nil).status == 404)

            let forWeb = try await console.createKey(["type": "SERVER", "description": "B", "targetAppID": "web"])
            let visible = try await console.get("/v1/get_id_lists", key: forWeb.secret).json
            #expect(visible.object?.map(\.name) == ["web_list"])

            // The ticket in the URL is worth what the key is.
            let open = String((later["url"].string ?? "").dropFirst(console.url.count))
            #expect(try await console.get(open, key: nil).status == 200)
            #expect(try await console.get(open + "0", key: nil).status == 401)
            let other = try await manifest()["ios_list"]["fileID"].string ?? ""
            let stolen = open.replacingOccurrences(of: later["fileID"].string ?? "?", with: other)
            #expect(try await console.get(stolen, key: nil).status == 401)
            let rotated = try await console.send(.PATCH, "/console/v1/keys/\(key.id)/rotate").data["key"].string ?? ""
            #expect(try await console.get(open, key: nil).status == 401)
            let renewed = try await console.send(.POST, "/v1/get_id_lists", key: rotated).json["web_list"]
            let reopened = String((renewed["url"].string ?? "").dropFirst(console.url.count))
            #expect(try await console.get(reopened, key: nil).status == 200)
            _ = try await console.send(.PATCH, "/console/v1/keys/\(key.id)/deactivate")
            #expect(try await console.get(reopened, key: nil).status == 401)
        }
    }

    @Test("IDs of segments are told apart by their bytes")
    func bytes() async throws {
        try await TestConsole.run { console in
            let segment: Value = ["name": "spellings", "type": "id_list"]
            let created = try await console.send(.POST, "/console/v1/segments", json: segment)
            #expect(created.status == 201)
            // An e with an acute accent, as one scalar and as two.
            let (one, two) = ("caf\u{E9}", "cafe\u{301}")
            func change(_ method: HTTPMethod, _ ids: Value) async throws -> [[UInt8]] {
                let path = "/console/v1/segments/spellings/id_list"
                let changed = try await console.send(method, path, json: ["ids": ids])
                #expect(changed.status == 200)
                let left = try await console.get(path).data["ids"].array ?? []
                return left.compactMap(\.string).map { Array($0.utf8) }
            }
            #expect(try await change(.PATCH, [.string(one), .string(two)]) == [Array(one.utf8), Array(two.utf8)])
            #expect(try await change(.DELETE, [.string(one)]) == [Array(two.utf8)])
        }
    }

    @Test("URLs are those of the proxy, if it is one that the console trusts")
    func proxies() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "gatehouse-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data("+AAAAAAAA\n".utf8).write(to: folder.appending(path: "list"))
        for (proxies, isTrusted) in [
            ([], false), (["10.0.0.0/8"], false), (["127.0.0.0/8"], true), (["127.0.0.1"], true),
        ] {
            var options = TestSpecs.options(TestSpecs.twoApps())
            options.idLists = folder.path
            options.trustedProxies = proxies
            try await TestConsole.run(options) { console in
                let key = try await console.createKey(["type": "SERVER", "description": "A"]).secret
                func base(_ headers: [(String, String)]) async throws -> String {
                    let response = try await console.send(.GET, "/v1/get_id_lists", key: key, headers: headers)
                    let url = response.json["list"]["url"].string ?? ""
                    return url.components(separatedBy: "/v1/")[0]
                }
                let forwarded = try await base([("Forwarded", "for=1.2.3.4;proto=https;host=\"gates.example\"")])
                #expect(forwarded == (isTrusted ? "https://gates.example" : console.url))
                let separate = try await base([
                    ("X-Forwarded-Proto", "http, https"), ("X-Forwarded-Host", "gates.example:8443"),
                ])
                #expect(separate == (isTrusted ? "https://gates.example:8443" : console.url))
                #expect(try await base([("X-Forwarded-Host", "a/b"), ("X-Forwarded-Proto", "ftp")]) == console.url)
            }
        }
        var wrong = TestConsole.options()
        wrong.trustedProxies = ["10.0.0.0/33"]
        await #expect(throws: (any Error).self) { _ = try await Console(wrong) }
    }
}
