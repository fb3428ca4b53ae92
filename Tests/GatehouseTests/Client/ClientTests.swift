// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse
import Logging
import Testing
import TestServers

@Suite("A client")
struct ClientTests {
    static let key = SDKKey("secret-0123456789abcdefghijklmnopqrstuvwxyz")
    let time = VirtualTime()
    let user = User(userID: "a-user")

    func client(_ server: FaultServer, _ change: (inout ClientOptions) -> Void = { _ in }) -> GatehouseClient {
        var options = ClientOptions(network: NetworkOptions(specsURL: server.url))
        options.events = nil
        options.time = time
        options.logger.logLevel = .critical
        change(&options)
        return GatehouseClient(key: ClientTests.key, options: options)
    }

    @Test("downloads, evaluates and keeps fresh")
    func poll() async throws {
        try await FaultServer.run { server in
            server.respond(with: Answer(json: Documents.document(time: 1)))
            let client = client(server)
            #expect(!client.checkGate("a_gate", for: user))
            let outcome = await client.start()
            #expect(outcome.isReady)
            #expect(outcome.origin == .network)
            #expect(outcome.error == nil)
            #expect(client.checkGate("a_gate", for: user))

            server.respond(with: Answer(json: Documents.document(time: 2, isOn: false)))
            try await time.waitForSleepers(1)
            await time.advance(by: .seconds(10))
            try await server.waitForRequests(2)
            try await waitUntil("the gate is off") { !client.checkGate("a_gate", for: user) }
            #expect(
                server.requests[1].path
                    == "/v2/download_config_specs/\(ClientTests.key.secret).json?sinceTime=1&checksum=1")
            #expect(await client.shutdown().isComplete)
            #expect(!client.checkGate("a_gate", for: user))
        }
    }
}
