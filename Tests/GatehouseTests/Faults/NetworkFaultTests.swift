// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse
import TestServers
import Testing

@Suite("Faults of the network", .serialized)
struct NetworkFaultTests {
    static let document = Answer(json: Documents.document(time: 2))

    @Test("Connections are refused")
    func refused() async throws {
        try await Scenario.run { scenario in
            try await scenario.endures(.unreachable) {
                try await scenario.server.stop()
            } cure: {
                scenario.serve(2)
                try await scenario.server.restart()
            }
        }
    }

    @Test(
        "Connections break",
        arguments: [
            ("reset in the body", document.cut(after: 100, .reset)), ("closed in the body", document.cut(after: 100)),
            ("reset before the head", .reset), ("closed before the head", .hangUp), ("not HTTP", .garbage),
            ("cut in a chunk", document.chunked(64).cut(after: 100)),
        ])
    func broken(name: String, answer: Answer) async throws {
        try await Scenario.run { try await $0.endures(.unreachable, answer: answer) }
    }

    @Test(
        "The server takes for ever",
        arguments: [
            ("silent", Answer.silence), ("silent in the body", document.cut(after: 100, .stall)),
            ("a byte now and then", document.dripping(1, every: .milliseconds(200))),
        ])
    func slow(name: String, answer: Answer) async throws {
        try await Scenario.run {
            $0.network?.retries = 0
        } _: { scenario in
            try await scenario.endures(.timeout, stall: .seconds(10), answer: answer)
        }
    }

    @Test("Compressed answers lack their end", arguments: [1, 8, 40])
    func truncated(count: Int) async throws {
        try await Scenario.run { scenario in
            try await scenario.endures(.unreachable, answer: NetworkFaultTests.document.gzipped(withoutLast: count))
        }
    }

    @Test(
        "Answers are too large",
        arguments: [Answer.bomb(ofBytes: 64 << 20), Answer(body: .init(repeating: 32, count: 2 << 20))])
    func large(answer: Answer) async throws {
        try await Scenario.run {
            $0.network?.maximumBodyBytes = 1 << 20
        } _: { scenario in
            try await scenario.endures(.tooLarge, answer: answer)
        }
    }

    @Test("The server's name isn't known, and the fallback answers")
    func name() async throws {
        try await FaultServer.run { server in
            let time = VirtualTime()
            server.respond(with: Answer(json: Documents.document(time: 1)))
            var options = Scenario.options(server, time)
            options.network?.specsURL = "http://does-not-exist.invalid"
            let alone = GatehouseClient(key: Scenario.key, options: options)
            async let start = alone.start(within: .seconds(60))
            while alone.status.consecutiveFailures == 0 {
                if let pause = alone.status.nextAttempt { await time.advance(by: pause) }
                try await Task.sleep(for: .milliseconds(1))
            }
            let outcome = await start
            #expect(!outcome.isReady)
            #expect(outcome.error?.code == .unreachable)
            #expect(outcome.error?.message.contains("does-not-exist.invalid") == true)
            await alone.shutdown()

            options.network?.fallbackSpecsURL = server.url
            let client = GatehouseClient(key: Scenario.key, options: options)
            #expect(await client.start(within: .seconds(60)).isReady)
            #expect(client.status.usesFallback)
            #expect(client.status.problems == [])
            #expect(client.status.lastError?.code == .unreachable)
            await client.shutdown()
        }
    }
}
