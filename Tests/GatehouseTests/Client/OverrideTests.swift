// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Gatehouse
import TestServers
import Testing

@Suite("Overrides of a client", .serialized)
struct OverrideTests {
    private let user = User(userID: "tester")

    private func client(_ change: (inout ClientOptions) -> Void = { _ in }) -> GatehouseClient {
        var options = ClientOptions(network: nil)
        options.time = VirtualTime()
        options.logger = Scenario.logger
        options.bootstrap = Array(Documents.document(time: 1).utf8)
        change(&options)
        return GatehouseClient(key: Scenario.key, options: options)
    }

    @Test("They hold as soon as the call returns, before the start and after the end too")
    func atOnce() async {
        let client = client()
        client.updateOverrides { $0.setGate("unknown", to: true) }
        #expect(client.checkGate("unknown", for: user))
        await client.start(within: .seconds(60))
        #expect(client.checkGate("unknown", for: user))
        for isOn in [false, true, false] {
            client.updateOverrides { $0.setGate("a_gate", to: isOn, for: "tester") }
            #expect(client.checkGate("a_gate", for: user) == isOn)
            #expect(client.checkGate("a_gate", for: User(userID: "other")))
        }
        await client.shutdown()
        client.updateOverrides { $0.removeAll(named: "a_gate") }
        #expect(client.checkGate("a_gate", for: user))
        #expect(client.overrides.isEmpty == false)
    }

    @Test("Those of the options hold from the start")
    func options() {
        let client = client { $0.overrides.setGate("a_gate", to: true) }
        #expect(client.checkGate("a_gate", for: user))
        #expect(client.gate("a_gate", for: user).reason == .localOverride)
    }

    @Test("A snapshot keeps those that it was made with")
    func snapshot() async {
        let client = client()
        await client.start(within: .seconds(60))
        let before = client.unloggedSnapshot
        client.updateOverrides { $0.setGate("a_gate", to: false) }
        #expect(before.checkGate("a_gate", for: user))
        #expect(!client.unloggedSnapshot.checkGate("a_gate", for: user))
        await client.shutdown()
    }

    @Test("Changes from many threads are all kept, and each is seen by who made it")
    func threads() async {
        let client = client()
        DispatchQueue.concurrentPerform(iterations: 200) { number in
            client.updateOverrides { $0.setGate("gate-\(number)", to: true) }
            if !client.checkGate("gate-\(number)", for: user) { Issue.record("\(number)") }
        }
        #expect((0..<200).allSatisfy { client.checkGate("gate-\($0)", for: user) })
    }
}
