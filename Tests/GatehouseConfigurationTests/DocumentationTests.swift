// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Gatehouse
import GatehouseConfiguration
import Testing
import TestSupport

@Suite("The documentation")
struct DocumentationTests {
    static let clientPages = "../Sources/Gatehouse/Gatehouse.docc"
    static let configurationPage =
        "../Sources/GatehouseConfiguration/GatehouseConfiguration.docc/GatehouseConfiguration.md"

    static func text(_ path: String) throws -> String {
        String(decoding: try Fixture.bytes(path), as: UTF8.self)
    }

    static func trimmedLines(_ text: some StringProtocol) -> [String] {
        text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    }

    @Test(
        "Every line of Swift in it is compiled, in a sample of these tests or in the sample service",
        arguments: [
            "\(clientPages)/Gatehouse.md", "\(clientPages)/EmbedInYourService.md", configurationPage,
        ])
    func code(page: String) throws {
        let sources = [
            "../Tests/GatehouseConfigurationTests/DocumentationSamples.swift",
            "../Examples/Service/Sources/SampleService/SampleService.swift",
            "../Examples/Service/Sources/SampleService/Routes.swift",
        ]
        let compiled = Set(try sources.flatMap { DocumentationTests.trimmedLines(try DocumentationTests.text($0)) })
        let blocks = try DocumentationTests.text(page).components(separatedBy: "```swift\n").dropFirst()
        #expect(!blocks.isEmpty)
        for block in blocks {
            let code = block.prefix(upTo: block.range(of: "```")?.lowerBound ?? block.endIndex)
            // Manifests are for SwiftPM.
            if code.hasPrefix(".package(") { continue }
            for line in DocumentationTests.trimmedLines(code) where !line.isEmpty {
                #expect(compiled.contains(line))
            }
        }
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
