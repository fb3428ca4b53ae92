// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseTesting
import TestSupport
import Testing

@Suite("A client without a network")
struct OfflineClientTests {
    private let user = User(userID: "a-user")

    @Test("It answers as soon as it is there")
    func answers() throws {
        let client = try GatehouseClient.offline { TestGate("gate", on: true) }
        #expect(client.checkGate("gate", for: user))
        let status = client.status
        #expect(status.isReady && !status.isStale)
        #expect(status.phase == .running && status.origin == .bootstrap)
        #expect(status.issueCount == 0 && status.problems.isEmpty && status.attempts == 0)
    }

    #if DEBUG
        private static let isOptimized = false
    #else
        private static let isOptimized = true
    #endif

    @Test(
        "It starts within 2 ms, project, document and all",
        .enabled(if: isOptimized, "how long a debug build takes depends on the machine; swift test -c release says"))
    func startup() throws {
        // On a busy machine some series are slower.
        var medians: [Duration] = []
        while medians.count < 10, medians.last.map({ $0 > .milliseconds(2) }) ?? true {
            let times = try (0..<50).map { _ in
                try ThreadTime.measure {
                    let client = try GatehouseClient.offline(Shop.project)
                    #expect(client.status.isReady)
                }
            }
            medians.append(times.sorted()[times.count / 2])
        }
        #expect(medians.contains { $0 <= .milliseconds(2) }, "\(medians)")
    }

    @Test("It takes documents of either format, from bytes and files", arguments: ["v1", "v2"])
    func fixtures(_ format: String) throws {
        let name = "sample/sample-dcs-\(format).json"
        for client in [
            try GatehouseClient.offline(file: Fixture.path(name)),
            try GatehouseClient.offline(document: Fixture.bytes(name)),
        ] {
            #expect(client.status.issueCount == 0)
            #expect(client.experiment("color_test", for: User(userID: "qa2"))["color", default: ""] == "blue")
        }
    }

    @Test("What isn't a document is refused")
    func refusal() throws {
        #expect(throws: SyncError.self) { try GatehouseClient.offline(document: Array("{".utf8)) }
        #expect(throws: SyncError.self) { try GatehouseClient.offline(document: Array(#"{"has_updates":false}"#.utf8)) }
        #expect(throws: (any Error).self) { try GatehouseClient.offline(file: Fixture.path("no such file")) }
        let client = try GatehouseClient.offline { TestGate("gate", on: true) }
        #expect(throws: SyncError.self) { try client.use(Array("[]".utf8)) }
        #expect(client.checkGate("gate", for: user))
    }

    @Test("Another project takes the first one's place, and listeners learn of it")
    func replacing() async throws {
        let client = try GatehouseClient.offline { TestGate("gate", on: true) }
        var updates = client.updates.makeAsyncIterator()
        let before = client.unloggedSnapshot
        try client.replaceDocument(with: TestProject { TestGate("gate", on: false) })
        #expect(!client.checkGate("gate", for: user))
        #expect(before.checkGate("gate", for: user))
        #expect(await updates.next()?.origin == .bootstrap)
    }

    @Test("It sends no request, whatever its options say")
    func sources() async throws {
        try await LoopbackServer.run { server in
            let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
            var options = server.options()
            options.cacheDirectory = folder
            options.file = "\(folder)/file"
            let client = try GatehouseClient.offline(TestProject { TestGate("gate", on: true) }, options: options)
            #expect(await client.start().isReady)
            #expect(await client.refresh().problems.isEmpty)
            await client.shutdown()
            #expect(client.checkGate("gate", for: user))
            #expect(server.requests.isEmpty)
            #expect(!FileManager.default.fileExists(atPath: folder))
        }
    }

    @Test("Its time is the test's")
    func time() async throws {
        let time = VirtualTime(wallTime: 1_783_000_000_000)
        let client = try GatehouseClient.offline(options: .offline(time: time)) {
            TestGate("sale", .when(.time(.after(1_783_000_060_000)), .time(.before(1_783_000_120_000))))
        }
        #expect(!client.checkGate("sale", for: user))
        await time.advance(by: .seconds(61))
        #expect(client.checkGate("sale", for: user))
        time.setWallTime(1_783_000_120_000)
        #expect(!client.checkGate("sale", for: user))
    }
}
