// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Gatehouse
import TestServers
import Testing

/// What is on disk is the document in use, whatever was there before.
@Suite("The cache on disk is kept", .serialized)
struct CacheUpkeepTests {
    private let folder: TemporaryFolder
    private let directory: String

    init() throws {
        folder = try TemporaryFolder()
        directory = folder.path("cache")
    }

    /// The version that a client without a network finds on disk, and how long ago it was confirmed.
    private func kept(_ time: VirtualTime = VirtualTime()) async -> (document: UInt64?, age: Duration?) {
        var options = ClientOptions(network: nil, cacheDirectory: directory)
        options.time = time
        options.logger = Scenario.logger
        let client = GatehouseClient(key: Scenario.key, options: options)
        let outcome = await client.start(within: .seconds(60))
        await client.shutdown()
        return (outcome.documentTime, outcome.age)
    }

    @Test("What the program brought along is kept when a server has confirmed it")
    func bootstrap() async throws {
        let directory = directory
        try await Scenario.run {
            $0.cacheDirectory = directory
            $0.bootstrap = Array(Documents.document(time: 1).utf8)
            $0.startRequirement = .confirmedDocument
        } _: { scenario in
            #expect(scenario.client.status.origin == .bootstrap)
            #expect(scenario.client.status.problems == [])
            try await scenario.round()
            #expect(scenario.client.status.problems == [])
        }
        #expect(await kept().document == 1)
    }

    @Test("An older document on disk isn't taken for the one that a server confirmed")
    func olderThanBootstrap() async throws {
        let directory = directory
        try await Scenario.run {
            $0.cacheDirectory = directory
        } _: { _ in
        }
        #expect(await kept().document == 1)
        try await FaultServer.run({ _ in Answer(json: #"{"has_updates":false}"#) }) { server in
            var options = Scenario.options(server, VirtualTime())
            options.cacheDirectory = directory
            options.bootstrap = Array(Documents.document(time: 7).utf8)
            options.startRequirement = .confirmedDocument
            let client = GatehouseClient(key: Scenario.key, options: options)
            #expect(await client.start(within: .seconds(60)).error == nil)
            await client.shutdown()
        }
        #expect(await kept().document == 7)
    }

    @Test("A damaged document on disk is replaced, though the one in use stays")
    func damagedBesideBootstrap() async throws {
        let directory = directory
        try await Scenario.run {
            $0.cacheDirectory = directory
        } _: { _ in
        }
        let name = try #require(try folder.names("cache").first)
        try folder.put(Array("garbage".utf8), "cache/\(name)")
        try await Scenario.run {
            $0.cacheDirectory = directory
            $0.bootstrap = Array(Documents.document(time: 1).utf8)
            $0.startRequirement = .confirmedDocument
        } _: { scenario in
            #expect(scenario.client.status.lastError?.part == .cache)
            #expect(scenario.client.status.problems == [])
        }
        #expect(await kept().document == 1)
    }

    @Test("A removed cache file is written again within an interval", arguments: [true, false])
    func removed(withDirectory: Bool) async throws {
        let (directory, folder) = (directory, folder)
        try await Scenario.run {
            $0.cacheDirectory = directory
        } _: { scenario in
            scenario.serve(1)
            try await scenario.round()
            let name = try #require(try folder.names("cache").first)
            try FileManager.default.removeItem(atPath: withDirectory ? directory : "\(directory)/\(name)")
            try await scenario.round()
            #expect(scenario.client.status.problems.map(\.code) == [.unwritable])
            #expect(scenario.client.status.consecutiveFailures == 0)
            try await scenario.round()
            #expect(scenario.client.status.problems == [])
            // The whole document was asked for once.
            try await scenario.round()
            let queries = scenario.server.requests.map { $0.path.contains("sinceTime=1") }
            #expect(queries == [false, true, true, false, true])
            #expect(try folder.names("cache") == [name])
        }
        #expect(await kept().document == 1)
    }

    @Test("What can't be written now is written when it can, though nothing new comes")
    func healed() async throws {
        let (directory, folder) = (directory, folder)
        try folder.put([1], "cache")
        try await Scenario.run {
            $0.cacheDirectory = "\(directory)/below"
        } _: { scenario in
            #expect(scenario.client.status.problems.map(\.part) == [.cache])
            scenario.server.respond(with: .notModified)
            try await scenario.round()
            #expect(scenario.client.status.problems.map(\.part) == [.cache])
            try FileManager.default.removeItem(atPath: directory)
            try await scenario.round()
            #expect(scenario.client.status.problems == [])
            #expect(try folder.names("cache/below").count == 1)
        }
    }

    @Test("A document that a server confirms again and again is as young on disk")
    func age() async throws {
        let directory = directory
        let time = VirtualTime()
        try await FaultServer.run({ _ in Answer(json: Documents.document(time: 1)) }) { server in
            var options = Scenario.options(server, time)
            options.cacheDirectory = directory
            let client = GatehouseClient(key: Scenario.key, options: options)
            await client.start(within: .seconds(60))
            for _ in 0..<5 {
                try await waitUntil("the client waits") {
                    client.status.nextAttempt != nil && client.status.nextAttempt == time.nextWakeUp
                }
                let attempts = client.status.attempts
                await time.advanceToNextWakeUp()
                try await waitUntil("the server has answered") {
                    client.status.attempts > attempts && client.status.nextAttempt != nil
                }
            }
            #expect(time.elapsed() > .seconds(40))
            await client.shutdown()
        }
        #expect(await kept(time).age == .zero)
    }

    @Test("Two processes share a directory, and neither spoils it")
    func shared() async throws {
        let directory = directory
        try await Scenario.run {
            $0.cacheDirectory = directory
        } _: { first in
            try await Scenario.run {
                $0.cacheDirectory = directory
            } _: { second in
                #expect(second.client.status.problems == [])
                try await first.heals { first.serve(2) }
                try await second.heals { second.serve(2) }
            }
        }
        #expect(await kept().document == 2)
    }
}
