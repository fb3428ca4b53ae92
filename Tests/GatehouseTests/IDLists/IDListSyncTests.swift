// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse
import NIOConcurrencyHelpers
import TestServers
import Testing

/// What a synchronization asks for, and what comes of it.
@Suite("ID list synchronization")
struct IDListSyncTests {
    typealias File = ListServer.File

    private static let ids = (1...9).map { "u\($0)" }

    private func members(_ sync: IDListSync, _ name: String) -> Set<String>? {
        sync.lists.members(of: name, among: Self.ids)
    }

    @Test("The first one asks as the protocol has it")
    func first() async throws {
        try await ListServer.run(["vip": File(ListLine.add("u1", "u2"))]) { server, sync in
            let report = await sync.synchronize()
            #expect(report.hasChanged && report.errors.isEmpty && report.receivedByteCount == 20)
            #expect(members(sync, "vip") == ["u1", "u2"])
            #expect(report.lists["vip"]?.count == 2)
            #expect(report.status.listCount == 1 && report.status.memberCount == 2)
            #expect(report.status.lastSuccess != nil && report.status.lastError == nil)

            let (manifest, list) = (server.http.requests[0], server.http.requests[1])
            #expect(manifest.method == "POST" && manifest.path == "/manifest" && manifest.body.isEmpty)
            #expect(manifest[header: "content-length"] == "0" && manifest[header: "statsig-api-key"] == "secret-key")
            #expect(list.method == "GET" && list.path == "/lists/vip" && list[header: "range"] == "bytes=0-")
            #expect(list[header: "statsig-id-list-file-size"] == "20")
            #expect(list[header: "statsig-api-key"] == "secret-key" && list[header: "x-request-service"] == "a-service")
            #expect(list.headers.filter { $0.name.lowercased() == "accept-encoding" }.map(\.value) == ["identity"])
            #expect(server.http.requestCount == 2)
        }
    }

    @Test("Later ones ask for what is new, and for nothing when nothing is")
    func increments() async throws {
        try await ListServer.run(["vip": File(ListLine.add("u1", "u2")), "other": File("")]) { server, sync in
            _ = await sync.synchronize()
            #expect(members(sync, "other") == [])
            let unchanged = await sync.synchronize()
            #expect(!unchanged.hasChanged && unchanged.errors.isEmpty && unchanged.receivedByteCount == 0)
            #expect(server.ranges(of: "vip") == ["bytes=0-"] && server.ranges(of: "other").isEmpty)

            server.change("vip") { $0.append(ListLine.remove("u1") + ListLine.add("u3")) }
            server.change("other") { $0.append(ListLine.add("u9")) }
            let before = sync.lists
            let changed = await sync.synchronize()
            #expect(changed.hasChanged && changed.receivedByteCount == 30)
            #expect(
                server.ranges(of: "vip") == ["bytes=0-", "bytes=20-"] && server.ranges(of: "other") == ["bytes=0-"])
            #expect(members(sync, "vip") == ["u2", "u3"] && members(sync, "other") == ["u9"])
            #expect(before.members(of: "vip", among: Self.ids) == ["u1", "u2"])
        }
    }

    @Test("A list that isn't in the manifest any more is deleted")
    func deleted() async throws {
        try await ListServer.run(["a": File(ListLine.add("u1")), "b": File(ListLine.add("u2"))]) { server, sync in
            _ = await sync.synchronize()
            server["a"] = nil
            let report = await sync.synchronize()
            #expect(report.hasChanged && report.status.listCount == 1)
            #expect(members(sync, "a") == nil && members(sync, "b") == ["u2"])
            // The same list again is a new one.
            server["a"] = File(ListLine.add("u3"))
            _ = await sync.synchronize()
            #expect(members(sync, "a") == ["u3"] && server.ranges(of: "a") == ["bytes=0-", "bytes=0-"])
        }
    }

    @Test(
        "A replaced file is read from its start, and the old one serves until the new one is here",
        arguments: [("b", 1), ("b", 2), ("a", 2)] as [(String, Int64)])
    func replaced(fileID: String, creationTime: Int64) async throws {
        try await ListServer.run(["a": File(ListLine.add("u1", "u2"))]) { server, sync in
            _ = await sync.synchronize()
            server.change("a") { file in
                file = File(ListLine.add("u3"))
                (file.fileID, file.creationTime) = (fileID, creationTime)
                file.answer = { _, _ in Answer(status: 503) }
            }
            let failed = await sync.synchronize()
            #expect(!failed.hasChanged && failed.status.failingLists == ["a"])
            #expect(members(sync, "a") == ["u1", "u2"])

            server.change("a") { $0.answer = { $1 } }
            let report = await sync.synchronize()
            #expect(report.hasChanged && report.errors.isEmpty && report.status.failingLists.isEmpty)
            #expect(members(sync, "a") == ["u3"])
            server.change("a") { $0.append(ListLine.add("u4")) }
            _ = await sync.synchronize()
            #expect(members(sync, "a") == ["u3", "u4"])
            #expect(server.ranges(of: "a") == ["bytes=0-", "bytes=0-", "bytes=0-", "bytes=10-"])
        }
    }

    @Test("An old manifest doesn't bring back an old file")
    func oldManifest() async throws {
        var file = File(ListLine.add("u1"))
        (file.fileID, file.creationTime) = ("new", 9)
        try await ListServer.run(["a": file]) { server, sync in
            _ = await sync.synchronize()
            server.change("a") { file in
                file = File(ListLine.add("u2", "u3"))
                (file.fileID, file.creationTime) = ("old", 8)
            }
            let report = await sync.synchronize()
            #expect(!report.hasChanged && report.status.failingLists == ["a"])
            #expect(members(sync, "a") == ["u1"] && server.ranges(of: "a") == ["bytes=0-"])
        }
    }

    @Test("A file that has become shorter is read again")
    func shrunk() async throws {
        try await ListServer.run(["a": File(ListLine.add("u1", "u2", "u3"))]) { server, sync in
            _ = await sync.synchronize()
            server.change("a") { $0.content = Array(ListLine.add("u1", "u4").utf8) }
            let report = await sync.synchronize()
            #expect(report.hasChanged && members(sync, "a") == ["u1", "u4"])
            server.change("a") { $0.append(ListLine.add("u5")) }
            _ = await sync.synchronize()
            #expect(members(sync, "a") == ["u1", "u4", "u5"])
            #expect(server.ranges(of: "a") == ["bytes=0-", "bytes=0-", "bytes=20-"])
            // And once more, to nothing at all.
            server.change("a") { $0.content = [] }
            #expect(await sync.synchronize().hasChanged)
            #expect(members(sync, "a") == [])
        }
    }

    @Test("A line is taken as soon as it is whole")
    func partialLines() async throws {
        let line = ListLine.add("u2")
        try await ListServer.run(["a": File(ListLine.add("u1") + line.dropLast(4))]) { server, sync in
            _ = await sync.synchronize()
            #expect(members(sync, "a") == ["u1"])
            let again = await sync.synchronize()
            #expect(!again.hasChanged)
            server.change("a") { $0.content = Array((ListLine.add("u1") + line + ListLine.add("u3").dropLast()).utf8) }
            _ = await sync.synchronize()
            #expect(members(sync, "a") == ["u1", "u2", "u3"])
            server.change("a") { $0.append("\r\n\(ListLine.remove("u3"))") }
            _ = await sync.synchronize()
            #expect(members(sync, "a") == ["u1", "u2"])
            #expect(server.ranges(of: "a") == ["bytes=0-", "bytes=10-", "bytes=20-"])
        }
    }

    // MARK: - The manifest

    @Test(
        "Without a manifest everything stays",
        arguments: [
            Answer(status: 500), Answer(status: 403), .portal, .hangUp, Answer(json: "[]"), Answer(json: ""),
            Answer(json: #"{"error":"try again"}"#), Answer(json: #"{"a":{"url":"#), .noContent,
        ])
    func noManifest(answer: Answer) async throws {
        try await ListServer.run(["a": File(ListLine.add("u1"))]) { server, sync in
            let success = await sync.synchronize().status.lastSuccess
            server.answerManifest { _ in answer }
            let report = await sync.synchronize()
            #expect(!report.hasChanged && report.errors.count == 1 && report.errors.allSatisfy { $0.part == .idLists })
            #expect(report.status.lastSuccess == success && report.status.lastError == report.errors[0])
            #expect(report.status.listCount == 1 && members(sync, "a") == ["u1"])
            #expect(!report.errors[0].message.contains("secret-key") && !report.errors[0].message.contains("http:"))
        }
    }

    @Test("An empty manifest deletes all lists")
    func emptyManifest() async throws {
        try await ListServer.run(["a": File(ListLine.add("u1"))]) { server, sync in
            _ = await sync.synchronize()
            server.answerManifest { _ in Answer(json: "{}") }
            let report = await sync.synchronize()
            #expect(report.hasChanged && report.errors.isEmpty && report.status.listCount == 0)
            #expect(members(sync, "a") == nil)
        }
    }

    @Test("A malformed entry concerns its own list alone")
    func malformedEntry() async throws {
        try await ListServer.run(["a": File(ListLine.add("u1")), "b": File(ListLine.add("u2"))]) { server, sync in
            _ = await sync.synchronize()
            server.change("b") { $0.append(ListLine.add("u3")) }
            // The size of the one list, not of the other.
            server.answerManifest { honest in
                Answer(json: String(decoding: honest.body, as: UTF8.self).replacing("\"size\":10,", with: ""))
            }
            let report = await sync.synchronize()
            #expect(report.status.failingLists == ["a"] && report.errors.map(\.code) == [.invalidDocument])
            #expect(members(sync, "a") == ["u1"] && members(sync, "b") == ["u2", "u3"])
        }
    }

    @Test("A URL that leads elsewhere is asked without the key, and one that isn't a URL not at all")
    func urls() async throws {
        try await FaultServer.run { request in
            ListServer.part(of: Array(ListLine.add("u1").utf8), for: request)
        } _: { other in
            var (elsewhere, file, good) = (File("0123456789"), File("0123456789"), File(ListLine.add("u2")))
            elsewhere.url = "\(other.url)/a?sig=1"
            file.url = "file:///etc/passwd"
            good.listedSize = 10
            try await ListServer.run(["a": elsewhere, "b": file, "c": good]) { _, sync in
                let report = await sync.synchronize()
                #expect(report.status.failingLists == ["b"] && report.errors.map(\.code) == [.refused])
                #expect(members(sync, "a") == ["u1"] && members(sync, "b") == nil && members(sync, "c") == ["u2"])
            }
            #expect(other.requests.map(\.path) == ["/a?sig=1"])
            #expect(other.requests[0][header: "statsig-api-key"] == nil)
            #expect(other.requests[0][header: "x-request-service"] == "a-service")
        }
    }

    // MARK: - Several at once

    @Test("Calls at the same time are one")
    func overlapping() async throws {
        let gate = Promise<Void>()
        var file = File(ListLine.add("u1"))
        file.answer = { _, honest in
            await gate.value()
            return honest
        }
        try await ListServer.run(["a": file]) { server, sync in
            async let first = sync.synchronize()
            try await server.http.waitForRequests(2)
            async let second = sync.synchronize()
            gate.keep(())
            let reports = await [first, second]
            #expect(reports.allSatisfy { $0.errors.isEmpty })
            #expect(members(sync, "a") == ["u1"] && server.ranges(of: "a") == ["bytes=0-"])
        }
    }

    @Test("Lists that hang delay no other list, and end when their time is over or the task is cancelled")
    func hanging() async throws {
        var files: [String: File] = [:]
        for number in 0..<20 { files["list\(number)"] = File(ListLine.add("u2")) }
        for name in ["a", "b", "z"] {
            files[name] = File(ListLine.add("u1"))
            files[name]?.answer = { _, _ in .silence }
        }
        try await ListServer.run(files) { server, sync in
            let synchronizing = Task { await sync.synchronize() }
            try await waitUntil("the others are here") {
                (0..<20).allSatisfy { members(sync, "list\($0)") == ["u2"] }
            }
            try await waitUntil("all hang") { server.ranges(of: "z").count == 1 }
            synchronizing.cancel()
            let cancelled = await synchronizing.value
            #expect(cancelled.hasChanged && cancelled.status.failingLists == ["a", "b", "z"])
            #expect(cancelled.errors.map(\.code) == [.stopped, .stopped, .stopped])
        }
        let hanging = files.filter { !$0.key.hasPrefix("list") }
        try await ListServer.run(hanging, change: { $0.timeout = .milliseconds(200) }) { _, sync in
            let report = await sync.synchronize()
            #expect(report.errors.map(\.code) == [.timeout, .timeout, .timeout])
            #expect(report.errors.allSatisfy { $0.message.hasPrefix("ID list ") } && report.status.listCount == 0)
        }
    }

    @Test("Of many failing lists ten are named")
    func manyFailing() async throws {
        var files: [String: File] = [:]
        for number in 10..<25 {
            files["list\(number)"] = File(ListLine.add("u1"))
            files["list\(number)"]?.answer = { _, _ in Answer(status: 404) }
        }
        try await ListServer.run(files) { _, sync in
            let status = await sync.synchronize().status
            #expect(status.failingListCount == 15 && status.failingLists == (10..<20).map { "list\($0)" })
        }
    }
}
