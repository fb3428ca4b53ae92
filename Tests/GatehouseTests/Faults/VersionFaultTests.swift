// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse
import InMemoryLogging
import Logging
import TestServers
import TestSupport
import Testing

@Suite("Documents that change nothing", .serialized)
struct VersionFaultTests {
    @Test(
        "Older, equal and empty documents are left, without a fault",
        arguments: [
            ("older", Documents.document(time: 4)), ("the same", Documents.document(time: 5)),
            ("the same checksum with a new time", Documents.document(time: 6, checksum: "5")),
            ("no updates", #"{"has_updates":false}"#), ("no time", Documents.document(time: 0)),
        ])
    func unchanged(name: String, document: String) async throws {
        try await Scenario.run { scenario in
            scenario.asker.accept([1, 5])
            scenario.serve(5)
            try await scenario.round()
            scenario.asker.accept([5])
            scenario.server.respond(with: Answer(json: document))
            try await scenario.round()
            #expect(scenario.client.status.documentTime == 5)
            #expect(scenario.client.status.problems == [])
            #expect(scenario.client.status.age == .zero)
            try await scenario.heals(to: 6) { scenario.serve(6) }
        }
    }

    @Test("A document that an operator restores comes back with the second answer", arguments: [4, 2] as [UInt64])
    func restored(former: UInt64) async throws {
        try await Scenario.run { scenario in
            scenario.asker.accept([1, 5])
            scenario.serve(5)
            try await scenario.round()
            scenario.asker.accept([5, former])
            scenario.serve(former)
            try await scenario.round()
            #expect(scenario.client.status.documentTime == 5)
            try await scenario.round()
            #expect(scenario.client.status.documentTime == former)
            #expect(scenario.client.status.problems == [])
            scenario.asker.accept([former, 6])
            scenario.serve(6)
            try await scenario.round()
            #expect(scenario.client.status.documentTime == 6)
        }
    }

    @Test("A server that lags behind for one answer changes nothing")
    func lagging() async throws {
        try await Scenario.run { scenario in
            scenario.asker.accept([1, 5])
            scenario.serve(5)
            try await scenario.round()
            scenario.asker.accept([5])
            for document in [4, 5, 4, 5, 3, 5] as [UInt64] {
                scenario.serve(document)
                try await scenario.round()
                #expect(scenario.client.status.documentTime == 5)
            }
        }
    }

    @Test("A restored document replaces a later one in the cache of a restarted process, there too")
    func restoredAfterRestart() async throws {
        let folder = try TemporaryFolder()
        let directory = folder.path("cache")
        try await Scenario.run {
            $0.cacheDirectory = directory
        } _: { scenario in
            scenario.asker.accept([1, 9])
            scenario.serve(9)
            try await scenario.round()
        }
        for _ in 0..<2 {
            try await FaultServer.run({ _ in Answer(json: Documents.document(time: 3)) }) { server in
                var options = Scenario.options(server, VirtualTime())
                options.cacheDirectory = directory
                options.startRequirement = .confirmedDocument
                let client = GatehouseClient(key: Scenario.key, options: options)
                #expect(await client.start(within: .seconds(60)).isReady)
                await client.refresh()
                await client.refresh()
                #expect(client.status.documentTime == 3)
                await client.shutdown()
            }
        }
        var options = ClientOptions(network: nil, cacheDirectory: directory)
        options.logger = Scenario.logger
        let later = GatehouseClient(key: Scenario.key, options: options)
        #expect(await later.start(within: .seconds(60)).documentTime == 3)
        await later.shutdown()
    }

    @Test(
        "One document with a time in the future doesn't keep later ones out",
        arguments: [.max, .max - 1, 1 << 53, 4_000_000_000_000] as [UInt64])
    func future(time: UInt64) async throws {
        try await Scenario.run { scenario in
            scenario.asker.accept([1, time])
            scenario.serve(time)
            try await scenario.round()
            // Documents have times up to the largest signed integer.
            #expect(scenario.client.status.documentTime == min(time, UInt64(Int64.max)))
            scenario.asker.accept([time, 2])
            scenario.serve(2)
            try await scenario.round()
            #expect(scenario.client.status.documentTime == 2)
            #expect(scenario.server.requests.last?.path.contains("sinceTime=") == false)
            scenario.asker.accept([2])
        }
    }

    @Test(
        "The same bytes are no change, whatever the server says: nothing is written, logged or published",
        arguments: [
            { $0 }, { $0.gzipped() }, { $0.chunked(1 << 16) }, { $0.with("ETag", "\(UInt64.random(in: 0 ... .max))") },
            { $0.with("Last-Modified", "Sat, 01 Jan 2050 00:00:00 GMT").with("X-Has-Updates", "true") },
        ] as [@Sendable (Answer) -> Answer])
    func sameBytes(variant: @Sendable (Answer) -> Answer) async throws {
        let folder = try TemporaryFolder()
        let directory = folder.path("cache")
        let log = InMemoryLogHandler()
        let document = Documents.document(time: 1).replacing(#","checksum":"1""#, with: "")
        try await Scenario.run {
            $0.cacheDirectory = directory
            $0.logger = Logger(label: "test") { _ in log }
        } _: { scenario in
            scenario.server.respond(with: variant(Answer(json: document)))
            try await scenario.round()
            let name = try #require(try folder.names("cache").first)
            let number = try folder.number("cache/\(name)")
            let (count, received) = (log.entries.count, scenario.client.status.receivedAt)
            let updates = scenario.client.updates
            for _ in 0..<12 { try await scenario.round() }
            #expect(try folder.number("cache/\(name)") == number, "the file was replaced")
            #expect(log.entries.count == count)
            #expect(scenario.client.status.receivedAt == received)
            #expect(scenario.client.status.age == .zero)
            try await scenario.heals { scenario.serve(2) }
            var iterator = updates.makeAsyncIterator()
            #expect(await iterator.next()?.documentTime == 2)
        }
    }

    @Test("Twelve answers with the same 5 MB, without a checksum, are one document: one write and one publication")
    func largeSameBytes() async throws {
        let folder = try TemporaryFolder()
        let directory = folder.path("cache")
        var builder = DocumentBuilder()
        let note = String(repeating: "x", count: 5_000)
        for index in 0..<1_000 {
            builder.config("config-\(index)", .init("rule", .everyone, returns: ["note": .string(note)]))
        }
        let document = builder.document
        #expect(document.count > 5_000_000)
        try await FaultServer.run(Answer(body: document)) { server in
            var options = Scenario.options(server, VirtualTime())
            options.cacheDirectory = directory
            let client = GatehouseClient(key: Scenario.key, options: options)
            let updates = client.updates
            await client.start(within: .seconds(60))
            var files: Set<UInt64> = []
            for _ in 0..<12 {
                await client.refresh()
                for name in try folder.names("cache") { files.insert(try #require(try folder.number("cache/\(name)"))) }
            }
            #expect(server.requestCount >= 12)
            // The cache is one file that was never replaced.
            let names = try folder.names("cache")
            #expect(files.count == 1 && names.count == 1)
            let byteCount = try folder.bytes("cache/\(try #require(names.first))").count
            #expect(byteCount < document.count + 100_000)
            await client.shutdown()
            var count = 0
            for await _ in updates { count += 1 }
            #expect(count == 1)
        }
    }

    @Test("The first answer has no updates")
    func nothingAtFirst() async throws {
        try await FaultServer.run({ _ in Answer(json: #"{"has_updates":false}"#) }) { server in
            let time = VirtualTime()
            let client = GatehouseClient(key: Scenario.key, options: Scenario.options(server, time))
            let outcome = await client.start(within: .seconds(60))
            #expect(!outcome.isReady)
            #expect(outcome.error?.code == .invalidDocument)
            #expect(client.status.isStale)
            await client.shutdown()
        }
    }

    @Test("Malformed entities are dropped and counted, the others answer")
    func issues() async throws {
        try await Scenario.run { scenario in
            let updates = scenario.client.updates
            scenario.asker.accept([1, 2])
            scenario.server.respond(
                with: Answer(
                    json: Documents.document(time: 2).replacing(
                        #""feature_gates":{"#, with: #""feature_gates":{"bad":{"salt":7},"#)))
            try await scenario.round()
            #expect(scenario.client.status.documentTime == 2)
            #expect(scenario.client.status.issueCount == 1)
            var iterator = updates.makeAsyncIterator()
            let update = await iterator.next()
            #expect(update?.documentTime == 2)
            #expect(update?.previousDocumentTime == 1)
            #expect(update?.issues.count == 1)
            #expect(update?.issues.first?.contains("bad") == true)
        }
    }

    @Test("Clocks jump", arguments: [-86_400_000, 86_400_000, -1_783_000_000_000])
    func clock(jump: Int64) async throws {
        try await Scenario.run { scenario in
            scenario.time.setWallTime(scenario.time.wallTime() + jump)
            #expect(scenario.client.status.age == .zero)
            try await scenario.round()
            #expect(!scenario.client.status.isStale)
            try await scenario.heals { scenario.serve(2) }
            #expect(scenario.client.status.receivedAt == scenario.time.wallTime())
        }
    }
}
