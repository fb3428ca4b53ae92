// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Gatehouse
import Logging
import TestSupport
import Testing

@testable import GatehouseConfiguration

@Suite("The documentation")
struct DocumentationTests {
    static let configurationPage =
        "../Sources/GatehouseConfiguration/GatehouseConfiguration.docc/GatehouseConfiguration.md"

    static func text(_ path: String) throws -> String {
        String(decoding: try Fixture.bytes(path), as: UTF8.self)
    }

    @Test("The table of options names each option, its variable and its default")
    func table() throws {
        let rows = try DocumentationTests.text(DocumentationTests.configurationPage).split(separator: "\n")
            .filter { $0.hasPrefix("| `") }
            .map { $0.split(separator: "|").map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " `")) } }
        // A file excludes the collector, so it isn't among all options.
        #expect(
            Set(rows.map { $0[1] }) == Set(ClientOptionsTests.environment.keys).union(["GATEHOUSE_EVENTS_FILE"]))
        let network = NetworkOptions()
        let lists = IDListOptions()
        for row in rows { #expect(OptionError.variable(of: "gatehouse.\(row[0])") == row[1]) }
        let defaults = Dictionary(uniqueKeysWithValues: rows.map { ($0[0], $0[3]) })
        #expect(defaults["startRequirement"] == ClientOptions().startRequirement.rawValue)
        #expect(defaults["network.pollingIntervalSeconds"] == "\(network.pollingInterval.components.seconds)")
        #expect(defaults["network.initialTimeoutSeconds"] == "\(network.initialTimeout.components.seconds)")
        #expect(defaults["network.timeoutSeconds"] == "\(network.timeout.components.seconds)")
        #expect(defaults["network.retries"] == "\(network.retries)")
        #expect(defaults["network.maximumBodyBytes"] == "\(network.maximumBodyBytes)")
        #expect(defaults["network.serviceName"] == network.serviceName)
        #expect(defaults["idLists.pollingIntervalSeconds"] == "\(lists.pollingInterval.components.seconds)")
        #expect(defaults["idLists.timeoutSeconds"] == "\(lists.timeout.components.seconds)")
        #expect(defaults["idLists.maximumBodyBytes"] == "\(lists.maximumBodyBytes)")
        let events = EventOptions()
        #expect(defaults["events.disablesAllLogging"] == "\(events.disablesAllLogging)")
        #expect(defaults["events.timeoutSeconds"] == "\(events.timeout.components.seconds)")
        #expect(defaults["events.batchSize"] == "\(events.batchSize)")
        #expect(defaults["events.maximumBatchBytes"] == "\(events.maximumBatchBytes)")
        #expect(defaults["events.flushIntervalSeconds"] == "\(events.flushInterval.components.seconds)")
        #expect(defaults["events.maximumWaitingBatches"] == "\(events.maximumWaitingBatches)")
        #expect(defaults["events.maximumWaitingBytes"] == "\(events.maximumWaitingBytes)")
        #expect(defaults["events.dedupeKeys"] == "\(events.dedupeKeys)")
        #expect(defaults["events.spool.maximumBytes"] == "\(SpoolOptions(directory: "").maximumBytes)")
    }

    @Test("The samples for overrides and sticky assignments do what they say")
    func samples() async throws {
        var options = ClientOptions(network: nil)
        options.bootstrap = try Fixture.bytes("sample/sample-dcs-v2.json")
        let storage = StickyShelf()
        DocumentationSamples.keep(storage, &options)
        let client = GatehouseClient(key: SDKKey("secret-key"), options: options)
        await client.start()
        let tester = User(userID: "tester-1")
        DocumentationSamples.overrides(client)
        #expect(client.checkGate("new_checkout", for: tester))
        #expect(!client.checkGate("new_checkout", for: User(userID: "somebody")))
        #expect(client.experiment("color_test", for: tester)["color", default: ""] == "blue")
        #expect(await DocumentationSamples.sticky(client, tester).evaluation.reason == .unrecognized)
        #expect(await storage.loads == 1)
        await client.shutdown()
    }

    @Test("The samples for options make a client with these options")
    func options() async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        #expect(DocumentationSamples.options(logger: logger).status.phase == .idle)
        var options = ClientOptions()
        try DocumentationSamples.fleet(&options)
        DocumentationSamples.network(&options, password: "a-password")
        #expect(options.storage != nil && options.idLists != nil && options.network?.proxy?.port == 3128)
        #expect(options.network?.readsEnvironment == false)
        let overrides = FileManager.default.temporaryDirectory.appending(path: "overrides-\(UUID()).json")
        defer { try? FileManager.default.removeItem(at: overrides) }
        var written = LocalOverrides()
        written.setGate("new_home", to: true)
        try JSONEncoder().encode(written).write(to: overrides)
        try DocumentationSamples.overrides(&options, in: overrides)
        #expect(options.overrides.isEmpty == false)
        // The environment of this process has no key.
        if ProcessInfo.processInfo.environment["GATEHOUSE_KEY"] == nil {
            let error = try #require(throws: OptionError.self) {
                try DocumentationSamples.configuration(logger: logger)
            }
            #expect(error.variable == "GATEHOUSE_KEY")
        }
    }

    @Test("The samples for changes and hooks do what they say")
    func changes() async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        var options = ClientOptions(network: nil)
        options.logger = logger
        DocumentationSamples.hooks(&options)
        let client = GatehouseClient(key: .unneeded, options: options)
        let limiter = RateLimiter()
        // The sample's sequence begins when its task does.
        let first = client.changes(of: .dynamicConfig, named: "rate_limits")
        let listening = Task { await DocumentationSamples.changes(client, limiter, logger: logger) }
        for number in 1... {
            var document = DocumentBuilder(time: UInt64(number))
            document.config("rate_limits", .init("rule", .everyone, returns: ["limit": .integer(Int64(number))]))
            try client.use(Array(document.text.utf8))
            if limiter.current > 0 || number == 1_000 { break }
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(limiter.current > 0)
        #expect(DocumentationSamples.override(client, User(userID: "a")).checkGate("new_home"))
        await client.shutdown()
        await listening.value
        #expect(await first.first { _ in true }?.kind == .added)
    }
}

/// Sticky assignments in memory.
private actor StickyShelf: StickyStorage {
    private var values: [String: [String: StickyValue]] = [:]
    private(set) var loads = 0

    func load(_ key: String) -> [String: StickyValue] {
        loads += 1
        return values[key] ?? [:]
    }

    func save(_ value: StickyValue, for entity: String, under key: String) {
        values[key, default: [:]][entity] = value
    }

    func delete(_ entity: String, under key: String) {
        values[key]?[entity] = nil
    }
}
