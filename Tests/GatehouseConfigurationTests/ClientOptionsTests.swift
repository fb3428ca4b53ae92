// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Configuration
import Foundation
import Gatehouse
import GatehouseConfiguration
import Testing
import TestSupport

@Suite("Options from configuration")
struct ClientOptionsTests {
    /// Every option, by the name of its environment variable, with a value that isn't the default.
    static let environment = [
        "GATEHOUSE_KEY": "secret-abcdefghijkl\n",
        "GATEHOUSE_ENVIRONMENT": "staging",
        "GATEHOUSE_CACHE_DIRECTORY": "/var/cache/service",
        "GATEHOUSE_FILE": "/tmp/specs.json",
        "GATEHOUSE_BOOTSTRAP_FILE": Fixture.path("sample/sample-dcs-v2.json"),
        "GATEHOUSE_START_REQUIREMENT": "confirmedDocument",
        "GATEHOUSE_STALE_AFTER_SECONDS": "90",
        "GATEHOUSE_NETWORK_ENABLED": "yes",
        "GATEHOUSE_NETWORK_SPECS_URL": "https://specs.example.com/v2/download_config_specs",
        "GATEHOUSE_NETWORK_FALLBACK_SPECS_URL": "http://fallback.example.com:8080/specs",
        "GATEHOUSE_NETWORK_POLLING_INTERVAL_SECONDS": "2.5",
        "GATEHOUSE_NETWORK_INITIAL_TIMEOUT_SECONDS": "0.25",
        "GATEHOUSE_NETWORK_TIMEOUT_SECONDS": "4",
        "GATEHOUSE_NETWORK_RETRIES": "0",
        "GATEHOUSE_NETWORK_MAXIMUM_BODY_BYTES": "1048576",
        "GATEHOUSE_NETWORK_SERVICE_NAME": "checkout",
        "GATEHOUSE_NETWORK_PROXY_KIND": "http",
        "GATEHOUSE_NETWORK_PROXY_HOST": "proxy.example.com",
        "GATEHOUSE_NETWORK_PROXY_PORT": "3128",
        "GATEHOUSE_NETWORK_PROXY_USER": "somebody",
        "GATEHOUSE_NETWORK_PROXY_PASSWORD": "pass word",
        "GATEHOUSE_NETWORK_CERTIFICATE_AUTHORITY_FILE": "/etc/ssl/company.pem",
        "GATEHOUSE_NETWORK_READS_ENVIRONMENT": "false",
        "GATEHOUSE_LABEL": "checkout-flags",
        "GATEHOUSE_ID_LISTS_ENABLED": "true",
        "GATEHOUSE_ID_LISTS_MANIFEST_URL": "https://lists.example.com/v1/get_id_lists?a=b",
        "GATEHOUSE_ID_LISTS_POLLING_INTERVAL_SECONDS": "30",
        "GATEHOUSE_ID_LISTS_TIMEOUT_SECONDS": "7",
        "GATEHOUSE_ID_LISTS_MAXIMUM_BODY_BYTES": "4096",
        "GATEHOUSE_EVENTS_ENABLED": "true",
        "GATEHOUSE_EVENTS_DISABLES_ALL_LOGGING": "true",
        "GATEHOUSE_EVENTS_COLLECTOR_URL": "https://events.example.com/v1/log_event",
        "GATEHOUSE_EVENTS_TIMEOUT_SECONDS": "3.5",
        "GATEHOUSE_EVENTS_BATCH_SIZE": "500",
        "GATEHOUSE_EVENTS_MAXIMUM_BATCH_BYTES": "500000",
        "GATEHOUSE_EVENTS_FLUSH_INTERVAL_SECONDS": "60",
        "GATEHOUSE_EVENTS_MAXIMUM_WAITING_BATCHES": "20",
        "GATEHOUSE_EVENTS_MAXIMUM_WAITING_BYTES": "65536",
        "GATEHOUSE_EVENTS_DEDUPE_KEYS": "1000",
        "GATEHOUSE_EVENTS_SPOOL_DIRECTORY": "/var/spool/service",
        "GATEHOUSE_EVENTS_SPOOL_MAXIMUM_BYTES": "8192",
    ]

    static func reader(_ environment: [String: String]) -> ConfigReader {
        ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: environment))
            .scoped(to: "gatehouse")
    }

    private static func temporaryFile() -> String {
        FileManager.default.temporaryDirectory.appending(path: "gatehouse-\(UUID().uuidString).jsonl").path
    }

    func expectAllOptions(_ configuration: ConfigReader) throws {
        #expect(try SDKKey(configuration: configuration) == SDKKey("secret-abcdefghijkl"))
        let options = try ClientOptions(configuration: configuration)
        #expect(options.environment == "staging")
        #expect(options.cacheDirectory == "/var/cache/service")
        #expect(options.file == "/tmp/specs.json")
        #expect(options.bootstrap == (try Fixture.bytes("sample/sample-dcs-v2.json")))
        #expect(options.startRequirement == .confirmedDocument)
        #expect(options.staleAfter == .seconds(90))
        let network = try #require(options.network)
        #expect(network.specsURL == "https://specs.example.com/v2/download_config_specs")
        #expect(network.fallbackSpecsURL == "http://fallback.example.com:8080/specs")
        #expect(network.pollingInterval == .milliseconds(2500))
        #expect(network.initialTimeout == .milliseconds(250))
        #expect(network.timeout == .seconds(4))
        #expect(network.retries == 0)
        #expect(network.maximumBodyBytes == 1 << 20)
        #expect(network.serviceName == "checkout")
        let proxy = try #require(network.proxy)
        #expect(proxy.kind == .http)
        #expect(proxy.host == "proxy.example.com")
        #expect(proxy.port == 3128)
        #expect(proxy.credentials?.user == "somebody")
        #expect(proxy.credentials?.password == "pass word")
        #expect(network.certificateAuthorityFile == "/etc/ssl/company.pem")
        #expect(!network.readsEnvironment)
        #expect(options.label == "checkout-flags")
        let lists = try #require(options.idLists)
        #expect(lists.manifestURL == "https://lists.example.com/v1/get_id_lists?a=b")
        #expect(lists.pollingInterval == .seconds(30))
        #expect(lists.timeout == .seconds(7))
        #expect(lists.maximumBodyBytes == 4096)
        let events = try #require(options.events)
        #expect(events.sink == nil)
        #expect(events.disablesAllLogging)
        #expect(events.collectorURL == "https://events.example.com/v1/log_event")
        #expect(events.timeout == .milliseconds(3500))
        #expect(events.batchSize == 500)
        #expect(events.maximumBatchBytes == 500_000)
        #expect(events.flushInterval == .seconds(60))
        #expect(events.maximumWaitingBatches == 20)
        #expect(events.maximumWaitingBytes == 65_536)
        #expect(events.dedupeKeys == 1000)
        #expect(events.spool?.directory == "/var/spool/service")
        #expect(events.spool?.maximumBytes == 8192)
    }

    @Test("Every option comes from the environment variable that the table names")
    func environmentVariables() throws {
        try expectAllOptions(ClientOptionsTests.reader(ClientOptionsTests.environment))
    }

    @Test("Every option comes from a JSON file")
    func jsonFile() async throws {
        try expectAllOptions(
            await JSONFile.reader(
                """
                {"gatehouse": {
                  "key": "secret-abcdefghijkl", "environment": "staging", "cacheDirectory": "/var/cache/service",
                  "file": "/tmp/specs.json", "bootstrapFile": "\(Fixture.path("sample/sample-dcs-v2.json"))",
                  "startRequirement": "confirmedDocument", "staleAfterSeconds": 90,
                  "network": {
                    "enabled": true, "specsURL": "https://specs.example.com/v2/download_config_specs",
                    "fallbackSpecsURL": "http://fallback.example.com:8080/specs", "pollingIntervalSeconds": 2.5,
                    "initialTimeoutSeconds": 0.25, "timeoutSeconds": 4, "retries": 0,
                    "maximumBodyBytes": 1048576, "serviceName": "checkout",
                    "proxy": {"kind": "http", "host": "proxy.example.com", "port": 3128, "user": "somebody",
                              "password": "pass word"},
                    "certificateAuthorityFile": "/etc/ssl/company.pem", "readsEnvironment": false},
                  "label": "checkout-flags",
                  "idLists": {
                    "enabled": true, "manifestURL": "https://lists.example.com/v1/get_id_lists?a=b",
                    "pollingIntervalSeconds": 30, "timeoutSeconds": 7, "maximumBodyBytes": 4096},
                  "events": {
                    "enabled": true, "disablesAllLogging": true,
                    "collectorURL": "https://events.example.com/v1/log_event", "timeoutSeconds": 3.5,
                    "batchSize": 500, "maximumBatchBytes": 500000, "flushIntervalSeconds": 60, "maximumWaitingBatches": 20,
                    "maximumWaitingBytes": 65536, "dedupeKeys": 1000,
                    "spool": {"directory": "/var/spool/service", "maximumBytes": 8192}}}}
                """))
    }

    @Test("What isn't there keeps its default, and so does what is empty")
    func defaults() throws {
        let empty = ClientOptionsTests.environment.mapValues { _ in "" }
        for environment in [[:], empty] {
            let options = try ClientOptions(configuration: ClientOptionsTests.reader(environment))
            let expected = ClientOptions()
            #expect(options.environment == nil)
            #expect(options.cacheDirectory == nil)
            #expect(options.file == nil)
            #expect(options.bootstrap == nil)
            #expect(options.idLists == nil)
            #expect(options.startRequirement == expected.startRequirement)
            #expect(options.staleAfter == nil)
            let (network, other) = (try #require(options.network), try #require(expected.network))
            #expect(network.specsURL == other.specsURL)
            #expect(network.fallbackSpecsURL == nil)
            #expect(network.pollingInterval == other.pollingInterval)
            #expect(network.initialTimeout == other.initialTimeout)
            #expect(network.timeout == other.timeout)
            #expect(network.retries == other.retries)
            #expect(network.maximumBodyBytes == other.maximumBodyBytes)
            #expect(network.serviceName == other.serviceName)
            #expect(network.proxy == nil)
            #expect(network.certificateAuthorityFile == nil && network.readsEnvironment)
            #expect(options.label == nil)
            let (events, others) = (try #require(options.events), try #require(expected.events))
            #expect(events.sink == nil)
            #expect(events.disablesAllLogging == others.disablesAllLogging)
            #expect(events.collectorURL == nil)
            #expect(events.timeout == others.timeout)
            #expect(events.batchSize == others.batchSize)
            #expect(events.maximumBatchBytes == others.maximumBatchBytes)
            #expect(events.flushInterval == others.flushInterval)
            #expect(events.maximumWaitingBatches == others.maximumWaitingBatches)
            #expect(events.maximumWaitingBytes == others.maximumWaitingBytes)
            #expect(events.dedupeKeys == others.dedupeKeys)
            #expect(events.spool == nil)
        }
    }

    @Test("Values of a program's own are read as they are, whole numbers of seconds too")
    func memory() throws {
        let configuration = ConfigReader(
            provider: InMemoryProvider(values: [
                "network.pollingIntervalSeconds": 30, "network.timeoutSeconds": 2.5, "idLists.enabled": true,
            ]))
        let options = try ClientOptions(configuration: configuration)
        #expect(options.network?.pollingInterval == .seconds(30))
        #expect(options.network?.timeout == .milliseconds(2500))
        #expect(options.idLists?.pollingInterval == .seconds(60))
    }

    @Test("The first provider that has an option decides")
    func precedence() async throws {
        let configuration = ConfigReader(providers: [
            EnvironmentVariablesProvider(environmentVariables: ["GATEHOUSE_NETWORK_RETRIES": "1"]),
            try await JSONFile.provider(#"{"gatehouse": {"network": {"retries": 2, "timeoutSeconds": 5}}}"#),
        ]).scoped(to: "gatehouse")
        let options = try ClientOptions(configuration: configuration)
        #expect(options.network?.retries == 1)
        #expect(options.network?.timeout == .seconds(5))
    }

    @Test("The network can be switched off; its other options are checked all the same")
    func noNetwork() throws {
        var environment = ["GATEHOUSE_NETWORK_ENABLED": "false", "GATEHOUSE_NETWORK_RETRIES": "1"]
        #expect(try ClientOptions(configuration: ClientOptionsTests.reader(environment)).network == nil)
        environment["GATEHOUSE_NETWORK_RETRIES"] = "x"
        #expect(throws: OptionError.self) {
            try ClientOptions(configuration: ClientOptionsTests.reader(environment))
        }
    }

    @Test("Logging can be switched off, wholly or but for the counts")
    func noEvents() async throws {
        let bootstrap = Fixture.path("sample/sample-dcs-v2.json")
        for (variable, enqueued) in [("ENABLED", 0), ("DISABLES_ALL_LOGGING", 1)] {
            let file = ClientOptionsTests.temporaryFile()
            defer { try? FileManager.default.removeItem(atPath: file) }
            let reader = ClientOptionsTests.reader([
                "GATEHOUSE_EVENTS_\(variable)": variable == "ENABLED" ? "false" : "true",
                "GATEHOUSE_BOOTSTRAP_FILE": bootstrap, "GATEHOUSE_NETWORK_ENABLED": "false",
                "GATEHOUSE_EVENTS_FILE": file,
            ])
            let client = GatehouseClient(key: SDKKey("secret-key"), options: try ClientOptions(configuration: reader))
            await client.start()
            _ = client.checkGate("new_home", for: User(userID: "qa2"))
            _ = client.checkGate("new_home", for: User(userID: "qa2"), logsExposure: false)
            let ledger = await client.flush()
            #expect(ledger.enqueued == enqueued && ledger.delivered == enqueued && ledger.isBalanced)
            await client.shutdown()
        }
    }

    @Test("Events go to a file, a line each, when there is one")
    func eventFile() async throws {
        let file = ClientOptionsTests.temporaryFile()
        defer { try? FileManager.default.removeItem(atPath: file) }
        let reader = ClientOptionsTests.reader([
            "GATEHOUSE_BOOTSTRAP_FILE": Fixture.path("sample/sample-dcs-v2.json"),
            "GATEHOUSE_NETWORK_ENABLED": "false", "GATEHOUSE_EVENTS_FILE": file,
        ])
        let client = GatehouseClient(key: SDKKey("secret-key"), options: try ClientOptions(configuration: reader))
        await client.start()
        _ = client.checkGate("new_home", for: User(userID: "qa2"))
        let ledger = await client.flush()
        #expect(ledger.delivered == 1 && ledger.isBalanced)
        let lines = String(decoding: try Data(contentsOf: URL(filePath: file)), as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 1)
        #expect(lines.first?.contains(#""gate":"new_home""#) == true)
        await client.shutdown()
        let output = ClientOptionsTests.reader(["GATEHOUSE_EVENTS_FILE": "-"])
        #expect(try ClientOptions(configuration: output).events?.sink is LineEventSink)
    }

    @Test("A client made from the environment answers from the document that it names")
    func client() async throws {
        let configuration = ClientOptionsTests.reader([
            "GATEHOUSE_KEY": "secret-key", "GATEHOUSE_NETWORK_ENABLED": "false",
            "GATEHOUSE_BOOTSTRAP_FILE": Fixture.path("sample/sample-dcs-v2.json"),
        ])
        let client = GatehouseClient(
            key: try SDKKey(configuration: configuration), options: try ClientOptions(configuration: configuration))
        #expect(await client.start().origin == .bootstrap)
        #expect(client.checkGate("new_home", for: User(userID: "qa2")))
        await client.shutdown()
    }
}
