// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Configuration
import Gatehouse
import GatehouseConfiguration
import InMemoryLogging
import Logging
import TestServers
import TestSupport
import Testing

/// Clients of the recipes without a network, made from variables alone, behind a proxy that records every connection.
///
/// `Examples/Service/check` does the same with the sample service in a process of its own.
@Suite("Recipes without a network, by variables")
struct OfflineRecipeTests {
    private static let document = Fixture.path("sample/sample-dcs-v2.json")

    /// Runs a client as a service does, and returns what it logged.
    private func run(_ variables: [String: String], behind proxy: FaultServer) async throws -> InMemoryLogHandler {
        let environment = Dictionary(uniqueKeysWithValues: variables.map { ("GATEHOUSE_\($0.key)", $0.value) })
        let reader = ClientOptionsTests.reader(environment)
        var options = try ClientOptions(configuration: reader)
        options.network?.environment = ["HTTP_PROXY": proxy.url, "HTTPS_PROXY": proxy.url]
        options.network?.retries = 0
        let log = InMemoryLogHandler()
        options.logger = Logger(label: "test") { _ in log }
        let client = GatehouseClient(key: try SDKKey(configuration: reader), options: options)
        await client.start()
        let flags = client.scope(for: User(userID: "qa2", email: "qa2@example.com", ip: "1.2.3.4"))
        _ = (flags.checkGate("new_home"), flags.experiment("color_test"), flags.layer("shop")["color"])
        flags.log(event: "purchase", value: 9.99)
        await client.refresh()
        await client.flush()
        await client.shutdown()
        return log
    }

    @Test(
        "No connection is made, and the log says that events go nowhere",
        arguments: [
            ["FILE": document], ["FILE": document, "KEY": "secret-sample", "ID_LISTS_ENABLED": "true"],
            ["BOOTSTRAP_FILE": document, "NETWORK_ENABLED": "false", "ID_LISTS_ENABLED": "true"],
        ])
    func offline(variables: [String: String]) async throws {
        try await FaultServer.run { proxy in
            let log = try await run(variables, behind: proxy)
            #expect(proxy.connectionCount == 0)
            let begin = try #require(log.entries.first { $0.message == "the client starts" })
            #expect(begin.metadata["events"] == "none" && begin.metadata["idLists"] == "none")
            #expect(log.entries.allSatisfy { $0.level < .warning })
        }
    }

    @Test("The recorder sees a client with a key alone")
    func control() async throws {
        try await FaultServer.run(Answer(status: 502)) { proxy in
            _ = try await run(["KEY": "secret-sample"], behind: proxy)
            #expect(proxy.connectionCount > 0)
        }
    }
}
