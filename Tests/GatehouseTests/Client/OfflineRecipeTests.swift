// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Gatehouse
import InMemoryLogging
import Logging
import TestServers
import Testing

/// A client whose document doesn't come from the network makes no connection that its options don't name.
///
/// Every connection to another machine would go to the proxy of the environment, which records it.
@Suite("Nothing leaves a client without being asked to")
struct OfflineRecipeTests {
    /// Runs a client that logs exposures and wants ID lists, and counts the connections that it tries to make.
    private func connections(
        _ options: ClientOptions, to proxy: FaultServer, log: InMemoryLogHandler = InMemoryLogHandler()
    ) async throws -> Int {
        var options = options
        options.network?.environment = ["HTTP_PROXY": proxy.url, "HTTPS_PROXY": proxy.url]
        options.network?.initialTimeout = .seconds(20)
        options.events?.flushInterval = .seconds(1)
        options.logger = Logger(label: "test") { _ in log }
        let client = GatehouseClient(key: SDKKey("secret-of-the-vendor"), options: options)
        await client.start(within: .seconds(60))
        let user = User(userID: "a", email: "a@example.com", ip: "1.2.3.4")
        for number in 0..<20 { _ = client.checkGate("a_gate", for: User(userID: "user-\(number)")) }
        _ = client.checkGate("a_gate", for: user)
        client.log(event: "purchase", for: user)
        await client.refresh()
        await client.flush()
        await client.shutdown()
        return proxy.connectionCount
    }

    private func file(_ folder: TemporaryFolder) throws -> String {
        try folder.put(Array(Documents.document(time: 1).utf8), "specs.json")
        return folder.path("specs.json")
    }

    @Test("The recorder sees what a client with the default options tries")
    func control() async throws {
        try await FaultServer.run(Answer(status: 502)) { proxy in
            var options = ClientOptions()
            options.network?.retries = 0
            options.idLists = IDListOptions()
            let count = try await connections(options, to: proxy)
            #expect(count >= 3)
            let hosts = Set(proxy.requests.map(\.path))
            #expect(hosts == ["api.statsigcdn.com:443", "prodregistryv2.org:443"])
        }
    }

    @Test("A watched file")
    func file() async throws {
        let folder = try TemporaryFolder()
        try await FaultServer.run { proxy in
            var options = ClientOptions()
            options.file = try file(folder)
            options.idLists = IDListOptions()
            let log = InMemoryLogHandler()
            let count = try await connections(options, to: proxy, log: log)
            #expect(count == 0)
            let begin = try #require(log.entries.first { $0.message == "the client starts" })
            #expect(begin.metadata["events"] == "none" && begin.metadata["idLists"] == "none")
            #expect(begin.metadata["documents"] == "\(folder.path("specs.json"))")
            #expect(log.entries.allSatisfy { $0.level < .warning })
        }
    }

    @Test("A watched file, with a storage, a cache and a bootstrap document beside it")
    func everythingAtHand() async throws {
        let folder = try TemporaryFolder()
        try await FaultServer.run { proxy in
            var options = ClientOptions(cacheDirectory: folder.path("cache"))
            options.file = try file(folder)
            options.bootstrap = Array(Documents.document(time: 1).utf8)
            options.storage = StorageOptions(FileStorage(directory: folder.path("storage")))
            options.idLists = IDListOptions()
            options.events?.spool = SpoolOptions(directory: folder.path("spool"))
            let count = try await connections(options, to: proxy)
            #expect(count == 0)
        }
    }

    @Test("Bytes that the program brings along")
    func bootstrap() async throws {
        try await FaultServer.run { proxy in
            var options = ClientOptions(network: nil)
            options.bootstrap = Array(Documents.document(time: 1).utf8)
            options.idLists = IDListOptions()
            let count = try await connections(options, to: proxy)
            #expect(count == 0)
        }
    }

    @Test("A local console, which gets the events itself")
    func localConsole() async throws {
        try await FaultServer.run { proxy in
            try await FaultServer.run({ request in
                switch request.path {
                case "/v1/get_id_lists": Answer(json: "{}")
                case "/v1/log_event": Collector.yes
                default: Answer(json: Documents.document(time: 1))
                }
            }) { console in
                var options = ClientOptions(
                    network: NetworkOptions(specsURL: "\(console.url)/v2/download_config_specs"))
                options.idLists = IDListOptions()
                let count = try await connections(options, to: proxy)
                #expect(count == 0)
                let paths = Set(console.requests.map { String($0.path.prefix { $0 != "?" }) })
                #expect(
                    paths == [
                        "/v2/download_config_specs/secret-of-the-vendor.json", "/v1/get_id_lists", "/v1/log_event",
                    ])
            }
        }
    }

    @Test("Tests of a service, offline and with overrides")
    func offline() async throws {
        try await FaultServer.run { proxy in
            var options = ClientOptions.offline()
            options.bootstrap = Array(Documents.document(time: 1).utf8)
            options.network?.environment = ["HTTPS_PROXY": proxy.url]
            let client = try GatehouseClient.offline(options: options) { TestGate("a_gate", on: true) }
            #expect(client.checkGate("a_gate", for: User(userID: "a")))
            await client.flush()
            #expect(client.status.eventDestination == "RecordingEventSink")
            await client.shutdown()
            #expect(proxy.connectionCount == 0)
        }
    }

    @Test("With a file and a collector that is named, events go there and nowhere else")
    func named() async throws {
        let folder = try TemporaryFolder()
        try await FaultServer.run { proxy in
            try await FaultServer.run(Collector.yes) { collector in
                var options = ClientOptions()
                options.file = try file(folder)
                options.events?.collectorURL = "\(collector.url)/v1/log_event"
                let count = try await connections(options, to: proxy)
                #expect(count == 0)
                #expect(collector.requestCount > 0)
                #expect(collector.requests.allSatisfy { $0.path == "/v1/log_event" })
            }
        }
    }
}
