// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse
import TestServers
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
