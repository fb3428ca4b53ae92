// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse
import InMemoryLogging
import Logging
import TestServers
import Testing

/// What a client logs of its start and its end.
@Suite("The log of a client's life")
struct LifeLogTests {
    private func logger(_ log: InMemoryLogHandler) -> Logger {
        var logger = Logger(label: "test") { _ in log }
        logger.logLevel = .info
        return logger
    }

    @Test("Source, age, interval and where events go are logged once")
    func start() async throws {
        try await FaultServer.run(Answer(json: Documents.document(time: 7))) { server in
            let log = InMemoryLogHandler()
            var options = Scenario.options(server, VirtualTime())
            options.events = EventOptions(collectorURL: "http://me:swordfish@127.0.0.1:1/v1/log_event?token=swordfish")
            options.logger = logger(log)
            let client = GatehouseClient(key: Scenario.key, options: options)
            for _ in 0..<3 { await client.start(within: .seconds(60)) }
            for _ in 0..<3 { await client.refresh() }
            let begins = log.entries.filter { $0.message == "the client starts" }
            #expect(begins.count == 1)
            let begin = try #require(begins.first)
            #expect(begin.level == .info)
            #expect(begin.metadata["documents"] == "\(server.url)/v2/download_config_specs")
            #expect(begin.metadata["idLists"] == "none")
            #expect(begin.metadata["events"] == "http://127.0.0.1:1/v1/log_event")
            #expect(begin.metadata["pollingInterval"] == "\(Scenario.interval)")
            let started = log.entries.filter { $0.message == "the client has started" }
            #expect(started.count == 1)
            #expect(started.first?.metadata["origin"] == "network" && started.first?.metadata["documentTime"] == "7")
            #expect(started.first?.metadata["age"] != nil)
            #expect(client.status.eventDestination == "http://127.0.0.1:1/v1/log_event")
            await client.shutdown()
            #expect(log.entries.allSatisfy { !"\($0.message) \($0.metadata)".contains("swordfish") })
        }
    }

    @Test("A start without any source is a warning")
    func noSource() async {
        let log = InMemoryLogHandler()
        var options = ClientOptions(network: nil)
        options.logger = logger(log)
        let client = GatehouseClient(key: Scenario.key, options: options)
        #expect(await client.start(within: .seconds(60)).isReady == false)
        #expect(log.entries.count { $0.level == .warning && "\($0.message)".contains("no source of documents") } == 1)
        await client.shutdown()
    }

    @Test("A key with something around it is a warning, and a new key too", arguments: ["\u{FEFF}", " ", "\n"])
    func trimmedKey(blank: String) async throws {
        try await FaultServer.run(Answer(json: Documents.document(time: 1))) { server in
            let log = InMemoryLogHandler()
            var options = Scenario.options(server, VirtualTime())
            options.logger = logger(log)
            let client = GatehouseClient(key: SDKKey("secret-key\(blank)"), options: options)
            await client.start(within: .seconds(60))
            func warnings() -> Int {
                log.entries.count { $0.level == .warning && "\($0.message)".contains("around the SDK key") }
            }
            #expect(warnings() == 1)
            #expect(server.requests.first?[header: "statsig-api-key"] == "secret-key")
            client.replaceKey(SDKKey("secret-key"))
            #expect(warnings() == 1)
            client.replaceKey(SDKKey("\(blank)secret-key"))
            #expect(warnings() == 2)
            await client.shutdown()
        }
    }

    @Test("Events that a shutdown loses are a warning with their number")
    func lostEvents() async throws {
        try await FaultServer.run({ request in
            request.method == "POST" ? Answer(status: 503) : Answer(json: Documents.document(time: 1))
        }) { server in
            let log = InMemoryLogHandler()
            var options = ClientOptions(network: NetworkOptions(specsURL: server.url))
            options.logger = logger(log)
            let client = GatehouseClient(key: Scenario.key, options: options)
            await client.start(within: .seconds(60))
            for index in 0..<3 { client.log(event: "event-\(index)", for: User(userID: "a")) }
            let outcome = await client.shutdown(within: .seconds(2))
            #expect(outcome.undeliveredEvents == 3)
            await client.shutdown()
            let warnings = log.entries.filter { $0.level == .warning && "\($0.message)".contains("shut down before") }
            #expect(warnings.count == 1)
            #expect(warnings.first?.metadata["events"] == "3")
            #expect(warnings.first.map { "\($0.message)".contains("lost") } == true)
            // The time was used to try again.
            #expect(server.requests.count { $0.method == "POST" } > 2)
            #expect(client.eventLedger.isBalanced && client.eventLedger.dropped == [.shutDown: 3])
        }
    }

    @Test("A collector that works again before the deadline of the shutdown gets everything", arguments: [1, 2, 4])
    func heals(failures: Int) async throws {
        try await FaultServer.run { server in
            let log = InMemoryLogHandler()
            var options = ClientOptions(network: NetworkOptions(specsURL: server.url))
            options.logger = logger(log)
            server.respond { request in
                guard request.method == "POST" else { return Answer(json: Documents.document(time: 1)) }
                return server.requests.count { $0.method == "POST" } > failures ? Collector.yes : Answer(status: 503)
            }
            let client = GatehouseClient(key: Scenario.key, options: options)
            await client.start(within: .seconds(60))
            client.log(event: "event", for: User(userID: "a"))
            let outcome = await client.shutdown(within: .seconds(60))
            #expect(outcome.isComplete && outcome.undeliveredEvents == 0)
            #expect(client.eventLedger.delivered == 1)
            #expect(log.entries.contains { $0.message == "the client was shut down" })
            #expect(!log.entries.contains { "\($0.message)".contains("shut down before") })
        }
    }
}
