// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Configuration
import Gatehouse
import GatehouseConfiguration
import Synchronization
import Testing

@Suite("Options that can't be used")
struct OptionErrorTests {
    @Test(
        "An error names the option, its value, and what is allowed",
        arguments: [
            ("NETWORK_RETRIES", "abc", "network.retries", "a whole number from 0 to 100"),
            ("NETWORK_RETRIES", "-1", "network.retries", "a whole number from 0 to 100"),
            ("NETWORK_RETRIES", "1.5", "network.retries", "a whole number from 0 to 100"),
            ("NETWORK_RETRIES", "99999999999999999999", "network.retries", "a whole number from 0 to 100"),
            ("NETWORK_POLLING_INTERVAL_SECONDS", "0.5", "network.pollingIntervalSeconds", "from 1.0 to 86400.0"),
            ("NETWORK_POLLING_INTERVAL_SECONDS", "1e300", "network.pollingIntervalSeconds", "from 1.0 to 86400.0"),
            ("NETWORK_TIMEOUT_SECONDS", "nan", "network.timeoutSeconds", "a number of seconds"),
            ("NETWORK_TIMEOUT_SECONDS", "inf", "network.timeoutSeconds", "a number of seconds"),
            ("NETWORK_TIMEOUT_SECONDS", "10s", "network.timeoutSeconds", "a number of seconds"),
            ("NETWORK_INITIAL_TIMEOUT_SECONDS", "0", "network.initialTimeoutSeconds", "a number of seconds"),
            ("NETWORK_MAXIMUM_BODY_BYTES", "0", "network.maximumBodyBytes", "from 1 to 1073741824"),
            ("NETWORK_ENABLED", "maybe", "network.enabled", "true or false"),
            ("NETWORK_SPECS_URL", "specs.example.com", "network.specsURL", "an http or https URL"),
            ("NETWORK_SPECS_URL", "ftp://specs.example.com/", "network.specsURL", "an http or https URL"),
            ("NETWORK_SPECS_URL", "https:///x", "network.specsURL", "an http or https URL"),
            ("NETWORK_FALLBACK_SPECS_URL", "http://a/?b=c", "network.fallbackSpecsURL", "without query"),
            ("NETWORK_SERVICE_NAME", "two\nlines", "network.serviceName", "printable ASCII"),
            ("NETWORK_PROXY_KIND", "socks4", "network.proxy.kind", "http or socks5"),
            ("NETWORK_PROXY_PORT", "70000", "network.proxy.port", "from 1 to 65535"),
            ("ID_LISTS_MANIFEST_URL", "/lists", "idLists.manifestURL", "an http or https URL"),
            ("ID_LISTS_POLLING_INTERVAL_SECONDS", "x", "idLists.pollingIntervalSeconds", "from 1.0"),
            ("EVENTS_ENABLED", "perhaps", "events.enabled", "true or false"),
            ("EVENTS_DISABLES_ALL_LOGGING", "2", "events.disablesAllLogging", "true or false"),
            ("EVENTS_COLLECTOR_URL", "events.example.com", "events.collectorURL", "an http or https URL"),
            ("EVENTS_TIMEOUT_SECONDS", "0", "events.timeoutSeconds", "a number of seconds"),
            ("EVENTS_BATCH_SIZE", "2001", "events.batchSize", "from 1 to 2000"),
            ("EVENTS_FLUSH_INTERVAL_SECONDS", "0.9", "events.flushIntervalSeconds", "from 1.0 to 86400.0"),
            ("EVENTS_MAXIMUM_WAITING_BATCHES", "0", "events.maximumWaitingBatches", "from 1 to 100000"),
            ("EVENTS_MAXIMUM_WAITING_BYTES", "-5", "events.maximumWaitingBytes", "from 1 to 1073741824"),
            ("EVENTS_DEDUPE_KEYS", "many", "events.dedupeKeys", "from 1 to 67108864"),
            ("EVENTS_SPOOL_MAXIMUM_BYTES", "1 GB", "events.spool.maximumBytes", "from 1 to 1099511627776"),
            ("START_REQUIREMENT", "any", "startRequirement", "anyDocument or confirmedDocument"),
            ("STALE_AFTER_SECONDS", "-1", "staleAfterSeconds", "from 1.0"),
            ("BOOTSTRAP_FILE", "/nowhere/specs.json", "bootstrapFile", "a file that can be read"),
        ])
    func environment(variable: String, value: String, key: String, allowed: String) throws {
        let reader = ClientOptionsTests.reader(["GATEHOUSE_\(variable)": value])
        let error = try #require(throws: OptionError.self) { try ClientOptions(configuration: reader) }
        #expect(error.key == key)
        #expect(error.value.map { $0 == value || Double($0) == Double(value) || Double(value)?.isNaN == true } == true)
        #expect(error.allowed.contains(allowed))
        #expect(error.variable == "GATEHOUSE_\(variable)")
        #expect(
            "\(error)"
                == "option \(key) (GATEHOUSE_\(variable)) is \"\(error.value ?? "")\", but has to be \(error.allowed)")
    }

    @Test(
        "A value of a kind that JSON has and the option hasn't is an error",
        arguments: [
            (#"{"network": {"retries": "3"}}"#, "network.retries", "3"),
            (#"{"network": {"retries": [3]}}"#, "network.retries", "[3.0]"),
            (#"{"network": {"retries": 2.5}}"#, "network.retries", "2.5"),
            (#"{"network": {"enabled": "true"}}"#, "network.enabled", "true"),
            (#"{"network": {"timeoutSeconds": ["a"]}}"#, "network.timeoutSeconds", #"["a"]"#),
            (#"{"environment": 5}"#, "environment", "5"),
            (#"{"file": []}"#, "file", "[]"),
        ])
    func json(json: String, key: String, value: String) async throws {
        let reader = try await JSONFile.reader(#"{"gatehouse": \#(json)}"#)
        let error = try #require(throws: OptionError.self) { try ClientOptions(configuration: reader) }
        #expect(error.key == key)
        #expect(error.value == value)
    }

    @Test("Values that no text can say are errors too")
    func memory() throws {
        for content: ConfigContent in [.bytes([1, 2]), .byteChunkArray([[1]]), .boolArray([true]), .intArray([1])] {
            let reader = ConfigReader(
                provider: InMemoryProvider(values: ["environment": ConfigValue(content, isSecret: false)]))
            let error = try #require(throws: OptionError.self) { try ClientOptions(configuration: reader) }
            #expect(error.key == "environment")
            #expect(error.value != nil)
        }
    }

    @Test("Half a proxy is an error that says what is missing")
    func proxy() throws {
        func key(_ variables: [String: String]) throws -> String? {
            let environment = Dictionary(
                uniqueKeysWithValues: variables.map { ("GATEHOUSE_NETWORK_PROXY_\($0.key)", $0.value) })
            let reader = ClientOptionsTests.reader(environment)
            return try #require(throws: OptionError.self) { try ClientOptions(configuration: reader) }.key
        }
        #expect(try key(["PORT": "1"]) == "network.proxy.host")
        #expect(try key(["KIND": "socks5"]) == "network.proxy.host")
        #expect(try key(["HOST": "h"]) == "network.proxy.port")
        #expect(try key(["HOST": "h", "PORT": "1", "USER": "u"]) == "network.proxy.password")
        #expect(try key(["HOST": "h", "PORT": "1", "PASSWORD": "p"]) == "network.proxy.user")
        let socks = ["KIND": "socks5", "HOST": "h", "PORT": "1", "USER": "u", "PASSWORD": "p"]
        #expect(try key(socks) == "network.proxy.user")
    }

    @Test("Options of events that need or exclude another one are errors that say so")
    func events() throws {
        let bound = ClientOptionsTests.reader(["GATEHOUSE_EVENTS_SPOOL_MAXIMUM_BYTES": "8192"])
        let noDirectory = try #require(throws: OptionError.self) { try ClientOptions(configuration: bound) }
        #expect(
            "\(noDirectory)"
                == "option events.spool.directory (GATEHOUSE_EVENTS_SPOOL_DIRECTORY) has to be there for "
                + "events.spool.maximumBytes")
        let two = ClientOptionsTests.reader([
            "GATEHOUSE_EVENTS_FILE": "events.jsonl", "GATEHOUSE_EVENTS_COLLECTOR_URL": "http://events.example.com/",
        ])
        let both = try #require(throws: OptionError.self) { try ClientOptions(configuration: two) }
        #expect(both.key == "events.file" && both.allowed.contains("events.collectorURL"))
    }

    // MARK: Secrets

    @Test("A key has to be there, and isn't shown when it can't be used")
    func key() async throws {
        for environment in [[:], ["GATEHOUSE_KEY": ""], ["GATEHOUSE_KEY": " \n"]] {
            let reader = ClientOptionsTests.reader(environment)
            let error = try #require(throws: OptionError.self) { try SDKKey(configuration: reader) }
            #expect(error.key == "key")
            #expect(error.value == nil)
            #expect(
                "\(error)"
                    == "option key (GATEHOUSE_KEY) has to be a server key (secret-…) or a client key (client-…)")
        }
        // The variable is that of the reader's scope.
        let provider = EnvironmentVariablesProvider(environmentVariables: [:])
        for (scope, variable) in [(nil, "KEY"), ("myApp.flags", "MY_APP_FLAGS_KEY")] as [(String?, String)] {
            let reader = ConfigReader(provider: provider)
            let scoped = scope.map { reader.scoped(to: ConfigKey($0)) } ?? reader
            #expect(try #require(throws: OptionError.self) { try SDKKey(configuration: scoped) }.variable == variable)
        }
        let reader = try await JSONFile.reader(#"{"gatehouse": {"key": 271828}}"#)
        let error = try #require(throws: OptionError.self) { try SDKKey(configuration: reader) }
        #expect(!"\(error)".contains("271828"))
    }

    @Test(
        "A client that asks no server needs no key",
        arguments: [
            (["FILE": "specs.json"], false), (["FILE": "specs.json", "NETWORK_ENABLED": "true"], false),
            (["BOOTSTRAP_FILE": "specs.json", "NETWORK_ENABLED": "false"], false),
            (["BOOTSTRAP_FILE": "specs.json"], true), (["NETWORK_ENABLED": "false"], true),
            (["FILE": "specs.json", "EVENTS_COLLECTOR_URL": "http://localhost/"], true),
            (["FILE": "specs.json", "ID_LISTS_MANIFEST_URL": "http://localhost/"], true), (["FILE": ""], true),
        ])
    func unneededKey(variables: [String: String], isNeeded: Bool) throws {
        func reader(_ variables: [String: String]) -> ConfigReader {
            ClientOptionsTests.reader(
                Dictionary(uniqueKeysWithValues: variables.map { ("GATEHOUSE_\($0.key)", $0.value) }))
        }
        if isNeeded {
            let error = try #require(throws: OptionError.self) { try SDKKey(configuration: reader(variables)) }
            #expect(error.variable == "GATEHOUSE_KEY")
        } else {
            #expect(try SDKKey(configuration: reader(variables)) == .unneeded)
            #expect("\(try SDKKey(configuration: reader(variables)))" == "none")
        }
        // A key that is there is used.
        let withKey = variables.merging(["KEY": "secret-1"]) { $1 }
        #expect(try SDKKey(configuration: reader(withKey)) == SDKKey("secret-1"))
    }

    @Test("A password of a proxy or a URL isn't shown")
    func passwords() async throws {
        let json = #"{"gatehouse": {"network": {"proxy": {"host": "h", "port": 1, "user": "u", "password": 271828}}}}"#
        let proxy = try await JSONFile.reader(json)
        let url = ClientOptionsTests.reader(["GATEHOUSE_NETWORK_SPECS_URL": "htps://me:271828@specs.example.com/"])
        for reader in [proxy, url] {
            let error = try #require(throws: OptionError.self) { try ClientOptions(configuration: reader) }
            #expect(!"\(error)".contains("271828"))
            #expect("\(error)".contains("network."))
        }
    }

    @Test("Those who listen to what is read don't see secrets, and each absent option once")
    func accessReports() throws {
        let log = AccessLog()
        let provider = InMemoryProvider(values: [
            "key": "secret-271828", "network.proxy.host": "h", "network.proxy.port": 1, "network.proxy.user": "u",
            "network.proxy.password": "271828",
        ])
        let reader = ConfigReader(provider: provider, accessReporter: log)
        _ = try SDKKey(configuration: reader)
        _ = try ClientOptions(configuration: reader)
        let wrong = ConfigReader(provider: InMemoryProvider(values: ["key": 271_828]), accessReporter: log)
        #expect(throws: OptionError.self) { try SDKKey(configuration: wrong) }
        #expect(!log.lines.isEmpty)
        #expect(log.lines.allSatisfy { !$0.contains("271828") })
        #expect(log.lines.count { $0.hasPrefix("environment ") } == 1)
    }
}

/// Keeps what was read as text, secrets left out where they are marked.
private final class AccessLog: AccessReporter {
    private let entries = Mutex<[String]>([])

    var lines: [String] { entries.withLock { $0 } }

    func report(_ event: AccessEvent) {
        entries.withLock { $0.append("\(event.metadata.key) \(event.result) \(event.providerResults)") }
    }
}
