// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse
import TestServers
import Testing

/// What happens to a list when its server doesn't answer as it should.
@Suite("ID lists from bad servers")
struct IDListFaultTests {
    typealias File = ListServer.File

    /// A way to answer, instead of the honest answer.
    struct Fault: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let answer: @Sendable (ReceivedRequest, Answer) async -> Answer
    }

    private static let ids = (1...9).map { "u\($0)" }
    private static let content = ListLine.add("u1", "u2")

    private func members(_ sync: IDListSync, _ name: String) -> Set<String>? {
        sync.lists.members(of: name, among: Self.ids)
    }

    // MARK: - Failures

    private static let failures: [(Fault, SyncError.Code)] = [
        (Fault(testDescription: "404") { _, _ in Answer(status: 404) }, .refused),
        (Fault(testDescription: "500") { _, _ in Answer(status: 500) }, .refused),
        (Fault(testDescription: "401") { _, _ in Answer(status: 401) }, .unauthorized),
        (Fault(testDescription: "429") { _, _ in Answer(status: 429) }, .tooManyRequests),
        (Fault(testDescription: "a page") { _, _ in .portal }, .invalidDocument),
        (
            Fault(testDescription: "a page that doesn't say so") { _, _ in
                Answer(body: Array("\n<html>\n- a\n+abcdefgh\n</html>".utf8))
            }, .invalidDocument
        ),
        (
            Fault(testDescription: "a page as a part") { _, honest in
                var answer = honest
                answer.body = [UInt8](repeating: UInt8(ascii: "<"), count: honest.body.count)
                return answer
            }, .invalidDocument
        ),
        (Fault(testDescription: "an error as JSON") { _, _ in Answer(json: #"{"error":"x"}"#) }, .invalidDocument),
        (Fault(testDescription: "a connection closed early") { _, honest in honest.cut(after: 5) }, .unreachable),
        (Fault(testDescription: "a reset") { _, honest in honest.cut(after: 5, .reset) }, .unreachable),
        (Fault(testDescription: "nothing") { _, _ in .hangUp }, .unreachable),
        (
            Fault(testDescription: "another part") { _, honest in
                var answer = honest
                answer.headers = [("Content-Range", "bytes 3-\(honest.body.count + 2)/1000")]
                return answer
            }, .invalidDocument
        ),
        (
            Fault(testDescription: "more than it says") { _, honest in
                var answer = honest
                answer.body += ListLine.add("u9").utf8
                return answer
            }, .invalidDocument
        ),
        (Fault(testDescription: "a redirect to nowhere") { _, _ in .redirect(to: "ftp://x/") }, .refused),
    ]

    @Test("A new list that can't be downloaded is missing, and other lists aren't affected", arguments: failures)
    func newList(fault: Fault, code: SyncError.Code) async throws {
        var bad = File(Self.content)
        bad.answer = fault.answer
        try await ListServer.run(["bad": bad, "good": File(ListLine.add("u3"))]) { server, sync in
            let report = await sync.synchronize()
            #expect(report.status.failingLists == ["bad"] && report.errors.map(\.code) == [code])
            #expect(members(sync, "bad") == nil && members(sync, "good") == ["u3"])
            server.change("bad") { $0.answer = { $1 } }
            #expect(await sync.synchronize().errors.isEmpty)
            #expect(members(sync, "bad") == ["u1", "u2"])
        }
    }

    @Test("A list that can't be extended stays as it was, and goes on when it can", arguments: failures)
    func knownList(fault: Fault, code: SyncError.Code) async throws {
        try await ListServer.run(["bad": File(Self.content), "good": File("")]) { server, sync in
            _ = await sync.synchronize()
            server.change("bad") {
                $0.append(ListLine.add("u4", "u5") + ListLine.remove("u1"))
                $0.answer = fault.answer
            }
            server.change("good") { $0.append(ListLine.add("u3")) }
            let report = await sync.synchronize()
            #expect(report.status.failingLists == ["bad"] && report.errors.map(\.code) == [code])
            #expect(members(sync, "bad") == ["u1", "u2"] && members(sync, "good") == ["u3"])
            server.change("bad") { $0.answer = { $1 } }
            #expect(await sync.synchronize().errors.isEmpty)
            #expect(members(sync, "bad") == ["u2", "u4", "u5"])
        }
    }

    // MARK: - Servers with ideas of their own

    @Test("A server that doesn't know ranges sends the whole file each time")
    func wholeFile() async throws {
        var file = File(Self.content)
        file.knowsRanges = false
        try await ListServer.run(["a": file]) { server, sync in
            _ = await sync.synchronize()
            server.change("a") { $0.append(ListLine.add("u3") + ListLine.remove("u1")) }
            #expect(await sync.synchronize().errors.isEmpty)
            #expect(members(sync, "a") == ["u2", "u3"] && sync.lists["a"]?.count == 2)
            #expect(await sync.synchronize().receivedByteCount == 0)
            #expect(server.ranges(of: "a") == ["bytes=0-", "bytes=20-"])
        }
    }

    @Test("A server that sends parts as if they were everything costs more, but no member is lost")
    func partAsWhole() async throws {
        var file = File(Self.content)
        file.answer = { _, honest in Answer(body: honest.body) }
        try await ListServer.run(["a": file]) { server, sync in
            _ = await sync.synchronize()
            server.change("a") { $0.append(ListLine.add("u3")) }
            #expect(await sync.synchronize().errors.isEmpty)
            #expect(members(sync, "a") == ["u1", "u2", "u3"])
            #expect(server.ranges(of: "a") == ["bytes=0-", "bytes=20-", "bytes=0-"])
        }
    }

    @Test("A file that was cut, although its manifest says it grew, is read again")
    func cut() async throws {
        try await ListServer.run(["a": File(Self.content)]) { server, sync in
            _ = await sync.synchronize()
            server.change("a") {
                $0.content = Array(ListLine.add("u7").utf8)
                $0.listedSize = 90
            }
            let report = await sync.synchronize()
            #expect(report.hasChanged && report.errors.isEmpty && members(sync, "a") == ["u7"])
            #expect(server.ranges(of: "a") == ["bytes=0-", "bytes=20-", "bytes=0-"])
        }
    }

    @Test("A file that was cut behind the back of a manifest that always said too little is read again")
    func cutBehindModestManifest() async throws {
        var file = File(Self.content + ListLine.add("u3", "u4"))
        file.listedSize = 10
        try await ListServer.run(["a": file]) { server, sync in
            _ = await sync.synchronize()
            server.change("a") {
                $0.content = Array((ListLine.add("u1") + ListLine.remove("u1") + ListLine.add("u5")).utf8)
                $0.listedSize = nil
            }
            #expect(await sync.synchronize().errors.isEmpty)
            #expect(members(sync, "a") == ["u5"])
            #expect(server.ranges(of: "a") == ["bytes=0-", "bytes=40-", "bytes=0-"])
        }
    }

    @Test("Where a part doesn't start with a line, the file is another one and is read again")
    func otherLines() async throws {
        try await ListServer.run(["a": File(Self.content)]) { server, sync in
            _ = await sync.synchronize()
            server.change("a") { $0.content = Array(("+\n" + ListLine.add("u6", "u7", "u8")).utf8) }
            #expect(await sync.synchronize().errors.isEmpty)
            #expect(members(sync, "a") == ["u6", "u7", "u8"])
            #expect(server.ranges(of: "a") == ["bytes=0-", "bytes=20-", "bytes=0-"])
        }
    }

    @Test(
        "A manifest that says too much, however much, is asked after and not believed",
        arguments: [21, 1_000, UInt64(Int64.max), UInt64.max], [true, false])
    func boastful(size: UInt64, saysLength: Bool) async throws {
        var file = File(Self.content)
        file.listedSize = size
        file.answer = { _, honest in
            // Not every server says how long a file is.
            honest.status == 416 && !saysLength ? Answer(status: 416) : honest
        }
        try await ListServer.run(["a": file, "b": File(ListLine.add("u3"))]) { server, sync in
            for _ in 0..<3 { #expect(await sync.synchronize().errors.isEmpty) }
            #expect(members(sync, "a") == ["u1", "u2"] && members(sync, "b") == ["u3"])
            #expect(server.ranges(of: "a").map { $0.prefix(8) } == ["bytes=0-", "bytes=20", "bytes=20"])
            #expect(await sync.synchronize().hasChanged == false)
            server.change("a") { $0.append(ListLine.add("u4")) }
            #expect(await sync.synchronize().errors.isEmpty)
            #expect(members(sync, "a") == ["u1", "u2", "u4"])
        }
    }

    @Test("A manifest that says too little hides nothing", arguments: [1, 10, 19] as [UInt64])
    func modest(size: UInt64) async throws {
        var file = File(Self.content)
        file.listedSize = size
        try await ListServer.run(["a": file]) { server, sync in
            for _ in 0..<3 { #expect(await sync.synchronize().errors.isEmpty) }
            #expect(members(sync, "a") == ["u1", "u2"] && server.ranges(of: "a") == ["bytes=0-"])
            server.change("a") {
                $0.append(ListLine.add("u3"))
                $0.listedSize = nil
            }
            _ = await sync.synchronize()
            #expect(members(sync, "a") == ["u1", "u2", "u3"] && server.ranges(of: "a").last == "bytes=20-")
        }
    }

    @Test("An empty answer empties no list")
    func emptyAnswer() async throws {
        try await ListServer.run(["a": File(Self.content)]) { server, sync in
            _ = await sync.synchronize()
            server.change("a") {
                $0.fileID = "b"
                $0.answer = { _, _ in Answer() }
            }
            #expect(await sync.synchronize().status.failingLists == ["a"])
            #expect(members(sync, "a") == ["u1", "u2"])
        }
    }

    // MARK: - Large lists

    /// A list of all ids, one line after the other, longer than one download may be.
    private static let long = (1...9).map { ListLine.add("u\($0)") }.joined()

    @Test("A list longer than a download may be comes in several", arguments: [11, 25, 30, 89])
    func parts(maximum: Int) async throws {
        try await ListServer.run(["a": File(Self.long)], change: { $0.maximumBodyBytes = maximum }) { server, sync in
            let report = await sync.synchronize()
            #expect(report.errors.isEmpty && members(sync, "a") == Set(Self.ids))
            #expect(server.ranges(of: "a").first == "bytes=0-\(maximum - 1)")
            #expect(server.http.requests.allSatisfy { $0.path == "/manifest" || $0[header: "range"] != nil })
            server.change("a") { $0.append(ListLine.remove("u1")) }
            _ = await sync.synchronize()
            #expect(members(sync, "a") == Set(Self.ids.dropFirst()))
            #expect(server.ranges(of: "a").last == "bytes=90-")
        }
    }

    @Test("A list that is longer than its manifest says is asked for in parts when it doesn't fit")
    func longerThanListed() async throws {
        var file = File(Self.long)
        file.listedSize = 20
        try await ListServer.run(["a": file], change: { $0.maximumBodyBytes = 50 }) { server, sync in
            #expect(await sync.synchronize().errors.isEmpty)
            #expect(members(sync, "a") == Set(Self.ids))
            #expect(server.ranges(of: "a") == ["bytes=0-", "bytes=0-49", "bytes=50-"])
        }
    }

    @Test("A server that ends a part early is asked for the rest")
    func shortParts() async throws {
        var file = File(Self.long)
        file.answer = { request, honest in
            var answer = honest
            let start = Int(request[header: "range"]?.dropFirst(6).prefix { $0 != "-" } ?? "") ?? 0
            answer.body = Array(honest.body.prefix(35))
            answer.headers = [("Content-Range", "bytes \(start)-\(start + answer.body.count - 1)/90")]
            return answer
        }
        try await ListServer.run(["a": file]) { server, sync in
            #expect(await sync.synchronize().errors.isEmpty)
            #expect(members(sync, "a") == Set(Self.ids))
            #expect(server.ranges(of: "a") == ["bytes=0-", "bytes=30-", "bytes=60-"])
        }
    }

    @Test("What can't come in parts fails, and what is longer than it may be too")
    func tooLong() async throws {
        var whole = File(Self.long)
        whole.knowsRanges = false
        var line = File("+" + String(repeating: "x", count: 200))
        line.listedSize = 201
        let files = ["whole": whole, "line": line, "good": File(Self.long)]
        try await ListServer.run(files, change: { $0.maximumBodyBytes = 40 }) { _, sync in
            let report = await sync.synchronize()
            #expect(report.status.failingLists == ["line", "whole"])
            #expect(report.errors.map(\.code) == [.invalidDocument, .tooLarge])
            #expect(members(sync, "whole") == nil && members(sync, "good") == Set(Self.ids))
        }
    }

    @Test("A server that sends a line at a time doesn't hold up the next round for long")
    func slowParts() async throws {
        var slow = File((0..<300).map { ListLine.add("u\($0)") }.joined())
        slow.answer = { request, honest in
            try? await Task.sleep(for: .milliseconds(50))
            var answer = honest
            let start = Int(request[header: "range"]?.dropFirst(6).prefix { $0 != "-" } ?? "") ?? 0
            answer.body = Array(honest.body.prefix(10))
            answer.headers = [("Content-Range", "bytes \(start)-\(start + 9)/3000")]
            return answer
        }
        try await ListServer.run(["a": slow], change: { $0.timeout = .milliseconds(300) }) { server, sync in
            let report = await sync.synchronize()
            #expect(report.errors.map(\.code) == [.timeout] && report.status.listCount == 0)
            #expect(server.ranges(of: "a").count < 100)
        }
    }

    @Test("When reading on fails, the parts that came are kept; a file half read isn't used")
    func halfRead() async throws {
        try await ListServer.run(["a": File(Self.long)], change: { $0.maximumBodyBytes = 30 }) { server, sync in
            server.change("a") { $0.answer = { $0[header: "range"] == "bytes=60-89" ? .hangUp : $1 } }
            server.change("a") { $0.listedSize = 1_000 }
            #expect(await sync.synchronize().status.failingLists == ["a"])
            #expect(members(sync, "a") == nil)
            server.change("a") { $0.content = Array(ListLine.add("u1").utf8) }
            server.change("a") { $0.answer = { $1 } }
            #expect(await sync.synchronize().errors.isEmpty)

            server.change("a") { $0.content = Array(Self.long.utf8) }
            server.change("a") { $0.answer = { $0[header: "range"] == "bytes=70-99" ? .hangUp : $1 } }
            #expect(await sync.synchronize().status.failingLists == ["a"])
            #expect(members(sync, "a") == Set(Self.ids.prefix(7)))
            server.change("a") { $0.answer = { $1 } }
            #expect(await sync.synchronize().errors.isEmpty)
            #expect(members(sync, "a") == Set(Self.ids))
        }
    }
}
