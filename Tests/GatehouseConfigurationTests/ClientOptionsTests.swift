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
        "GATEHOUSE_ID_LISTS_ENABLED": "true",
        "GATEHOUSE_ID_LISTS_MANIFEST_URL": "https://lists.example.com/v1/get_id_lists?a=b",
        "GATEHOUSE_ID_LISTS_POLLING_INTERVAL_SECONDS": "30",
        "GATEHOUSE_ID_LISTS_TIMEOUT_SECONDS": "7",
        "GATEHOUSE_ID_LISTS_MAXIMUM_BODY_BYTES": "4096",
    ]

    static func reader(_ environment: [String: String]) -> ConfigReader {
        ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: environment))
            .scoped(to: "gatehouse")
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
        let lists = try #require(options.idLists)
        #expect(lists.manifestURL == "https://lists.example.com/v1/get_id_lists?a=b")
        #expect(lists.pollingInterval == .seconds(30))
        #expect(lists.timeout == .seconds(7))
        #expect(lists.maximumBodyBytes == 4096)
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
                              "password": "pass word"}},
                  "idLists": {
                    "enabled": true, "manifestURL": "https://lists.example.com/v1/get_id_lists?a=b",
                    "pollingIntervalSeconds": 30, "timeoutSeconds": 7, "maximumBodyBytes": 4096}}}
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
