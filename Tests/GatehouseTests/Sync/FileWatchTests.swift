// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Gatehouse
import TestServers
import Testing

@Suite("A watched file", .serialized)
struct FileWatchTests {
    private let folder: TemporaryFolder
    private let user = User(userID: "a")

    init() throws {
        folder = try TemporaryFolder()
    }

    private func put(_ time: UInt64, _ name: String) throws {
        let directory = (folder.path(name) as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try folder.put(Array(Documents.document(time: time).utf8), name)
    }

    private func link(_ name: String, to target: String) throws {
        // Made beside it and renamed, as those who publish files do.
        try FileManager.default.createSymbolicLink(atPath: folder.path("new-link"), withDestinationPath: target)
        try #require(rename(folder.path("new-link"), folder.path(name)) == 0)
    }

    /// Runs a client that watches a file with document 1, and changes that to document 2.
    private func watch(_ name: String, _ change: () throws -> Void) async throws {
        var options = ClientOptions(network: nil)
        options.file = folder.path(name)
        options.events = nil
        options.logger = Scenario.logger
        let client = GatehouseClient(key: SDKKey(""), options: options)
        #expect(await client.start(within: .seconds(60)).documentTime == 1)
        // Long enough for the file to be looked at several times.
        for _ in 0..<3 { await client.refresh() }
        try change()
        try await waitUntil("document 2 is in use") { client.gate("a_gate", for: user).ruleID == "rule-2" }
        #expect(client.status.problems == [])
        await client.shutdown()
    }

    @Test("The layout of a ConfigMap: only the link between is swapped")
    func configMap() async throws {
        try put(1, "..v1/specs.json")
        try put(2, "..v2/specs.json")
        try link("..data", to: "..v1")
        try link("specs.json", to: "..data/specs.json")
        try await watch("specs.json") { try link("..data", to: "..v2") }
    }

    @Test("A link to a link to a link")
    func chain() async throws {
        try put(1, "one.json")
        try put(2, "two.json")
        try link("c", to: "one.json")
        try link("b", to: "c")
        try link("a", to: folder.path("b"))
        try await watch("a") { try link("c", to: "two.json") }
    }

    @Test("The directory is a link")
    func directory() async throws {
        try put(1, "v1/deep/specs.json")
        try put(2, "v2/deep/specs.json")
        try link("current", to: "v1")
        try await watch("current/deep/specs.json") { try link("current", to: "v2") }
    }

    @Test("Files of the same size and time")
    func sameTime() async throws {
        try put(1, "one.json")
        try put(2, "two.json")
        let date = Date(timeIntervalSince1970: 1_700_000_000)
        for name in ["one.json", "two.json"] {
            try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: folder.path(name))
        }
        try link("specs.json", to: "one.json")
        try await watch("specs.json") { try link("specs.json", to: "two.json") }
    }

    @Test("Another file is renamed to it")
    func renamed() async throws {
        try put(1, "specs.json")
        try put(2, "next.json")
        try await watch("specs.json") { try #require(rename(folder.path("next.json"), folder.path("specs.json")) == 0) }
    }

    @Test("It is edited in place, at once and byte by byte", arguments: [false, true])
    func edited(slowly: Bool) async throws {
        try put(1, "specs.json")
        try await watch("specs.json") {
            let bytes = Array(Documents.document(time: 2).utf8)
            let file = try #require(FileHandle(forWritingAtPath: folder.path("specs.json")))
            if slowly {
                try file.truncate(atOffset: 0)
                for start in stride(from: 0, to: bytes.count, by: 200) {
                    try file.write(contentsOf: bytes[start..<min(start + 200, bytes.count)])
                    usleep(150_000)
                }
            } else {
                try file.write(contentsOf: bytes)
            }
            try file.close()
        }
    }

    @Test("It is removed, and made again")
    func removed() async throws {
        try put(1, "specs.json")
        try await watch("specs.json") {
            try FileManager.default.removeItem(atPath: folder.path("specs.json"))
            usleep(600_000)
            try put(2, "specs.json")
        }
    }

    @Test("A file that isn't touched isn't compiled or published again")
    func untouched() async throws {
        try put(1, "specs.json")
        var options = ClientOptions(network: nil)
        options.file = folder.path("specs.json")
        options.events = nil
        options.logger = Scenario.logger
        let client = GatehouseClient(key: SDKKey(""), options: options)
        await client.start(within: .seconds(60))
        let received = client.status.receivedAt
        // The same bytes with another time are no change either.
        try put(1, "specs.json")
        for _ in 0..<5 { await client.refresh() }
        #expect(client.status.receivedAt == received)
        #expect(client.status.problems == [])
        await client.shutdown()
    }
}
