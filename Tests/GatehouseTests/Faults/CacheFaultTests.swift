// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Gatehouse
import TestServers
import TestSupport
import Testing

@Suite("Faults of the cache on disk", .serialized)
struct CacheFaultTests {
    @Test("The directory can't be made, and then it can")
    func unwritable() async throws {
        let folder = try TemporaryFolder()
        try folder.put([1], "file")
        let directory = folder.path("file/cache")
        try await Scenario.run {
            $0.cacheDirectory = directory
        } _: { scenario in
            let problem = scenario.client.status.problems.first { $0.part == .cache }
            #expect(problem?.code == .unreadable || problem?.code == .unwritable)
            #expect(problem?.message.contains(directory) == true)
            try await scenario.round()
            #expect(scenario.client.status.problems.map(\.part) == [.cache])
            try FileManager.default.removeItem(atPath: folder.path("file"))
            try await scenario.heals { scenario.serve(2) }
            #expect(try folder.names("file/cache").count == 1)
        }
    }

    @Test("The disk is full, and then it isn't", .enabled(if: SmallDisk.isPossible, SmallDisk.whyNot))
    func full() async throws {
        let disk = try SmallDisk(kibibytes: 16)
        try disk.fill(exceptKibibytes: 2)
        let large = Documents.document(time: 2) + String(repeating: " ", count: 8 << 10)
        try await Scenario.run {
            $0.cacheDirectory = disk.path
        } _: { scenario in
            scenario.asker.accept([1, 2])
            scenario.server.respond(with: Answer(json: large))
            try await scenario.round()
            let problem = scenario.client.status.problems.first { $0.part == .cache }
            #expect(problem?.code == .unwritable, "\(scenario.client.status)")
            #expect(scenario.client.status.documentTime == 2)
            try disk.clear()
            try await scenario.heals(to: 3) { scenario.serve(3) }
        }
    }

    @Test("What is kept is damaged", arguments: [0, 20, 60, -1])
    func damaged(place: Int) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path
        try await Scenario.run {
            $0.cacheDirectory = "\(path)/cache"
        } _: { _ in
        }
        let name = try #require(try folder.names("cache").first)
        var bytes = try folder.bytes("cache/\(name)")
        bytes[place < 0 ? bytes.count + place : place] ^= 1
        try folder.put(bytes, "cache/\(name)")
        try await Scenario.run {
            $0.cacheDirectory = "\(path)/cache"
        } _: { scenario in
            #expect(scenario.client.status.origin == .network)
            #expect(scenario.client.status.lastError?.part == .cache)
            #expect(scenario.client.status.lastError?.message.contains(name) == true)
            try await scenario.heals { scenario.serve(2) }
        }
        #expect(try folder.names("cache") == [name])
    }

    @Test(
        "A document on disk that is dated in the future isn't fresh",
        arguments: [60_000, 86_400_000, 40_000_000_000_000] as [Int64])
    func future(lead: Int64) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path
        try await Scenario.run {
            $0.cacheDirectory = "\(path)/cache"
        } _: { _ in
        }
        let name = try #require(try folder.names("cache").first)
        try await FaultServer.run({ _ in Answer(status: 503) }) { server in
            let time = VirtualTime()
            try CheckedFile(path: folder.path("cache/\(name)")).touch(at: time.wallTime() + lead)
            var options = Scenario.options(server, time)
            options.network?.retries = 0
            options.cacheDirectory = folder.path("cache")
            let client = GatehouseClient(key: Scenario.key, options: options)
            let outcome = await client.start(within: .seconds(60))
            #expect(outcome.isReady && outcome.age == nil)
            #expect(client.status.isStale)
            server.respond(with: .notModified)
            #expect(await client.refresh().age == .zero)
            #expect(!client.status.isStale)
            await client.shutdown()
        }
    }

    @Test("The network isn't there: what is kept answers, and says how old it is")
    func blackHole() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path
        try await Scenario.run {
            $0.cacheDirectory = "\(path)/cache"
        } _: { _ in
        }
        #expect(try folder.names("cache").allSatisfy { !$0.contains("secret") })

        try await FaultServer.run({ _ in .silence }) { server in
            let time = VirtualTime()
            time.setWallTime(time.wallTime() + 3_600_000)
            var options = Scenario.options(server, time)
            options.cacheDirectory = folder.path("cache")
            let client = GatehouseClient(key: Scenario.key, options: options)
            let outcome = await client.start(within: .seconds(60))
            #expect(outcome.isReady)
            #expect(outcome.origin == .lastKnownGood)
            #expect(outcome.age == .seconds(3_600))
            #expect(client.status.isStale)
            #expect(client.gate("a_gate", for: User(userID: "a")).ruleID == "rule-1")

            // Another key's document isn't anybody's.
            let other = GatehouseClient(key: SDKKey("secret-other"), options: options)
            async let start = other.start(within: .seconds(1))
            try await server.waitForRequests(2)
            await time.advance(by: .seconds(2))
            #expect(await !start.isReady)
            await other.shutdown()
            await client.shutdown()
        }
    }
}
