// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Gatehouse
import TestServers
import TestSupport
import Testing

@Suite("All answers of a document")
struct AllEvaluationsTests {
    private func client() async throws -> (GatehouseClient, RecordingEventSink) {
        let sink = RecordingEventSink()
        var options = ClientOptions(network: nil)
        options.bootstrap = try Fixture.bytes("sample/sample-dcs-v2.json")
        options.events = EventOptions(sink: sink)
        options.logger = Scenario.logger
        let client = GatehouseClient(key: Scenario.key, options: options)
        await client.start()
        return (client, sink)
    }

    @Test("They are those of the getters, for each entity that the client names, and none is logged")
    func all() async throws {
        let (client, sink) = try await client()
        let entities = client.entities
        #expect(Set(entities.map(\.kind)).isSuperset(of: [.gate, .segment, .dynamicConfig, .experiment, .layer]))
        for userID in ["qa2", "user-1", "user-2"] {
            let user = User(userID: userID, email: "\(userID)@example.com")
            let all = client.evaluateAll(for: user)
            let count =
                all.gates.count + all.dynamicConfigs.count + all.experiments.count + all.layers.count
                + all.parameterStores.count
            #expect(count == entities.count)
            let flags = client.scope(for: user)
            for (name, gate) in all.gates {
                let other = flags.gate(name, logsExposure: false)
                #expect(gate.value == other.value && gate.ruleID == other.ruleID)
            }
            for (name, config) in all.dynamicConfigs {
                let other = flags.dynamicConfig(name, logsExposure: false)
                #expect(config.value == other.value && config.ruleID == other.ruleID)
            }
            for (name, experiment) in all.experiments {
                let other = flags.experiment(name, logsExposure: false)
                #expect(experiment.value == other.value && experiment.ruleID == other.ruleID)
            }
            for (name, layer) in all.layers {
                let other = flags.layer(name, logsExposure: false)
                #expect(layer.value == other.value)
            }
        }
        await client.flush()
        #expect(sink.events.allSatisfy { $0.name == "statsig::non_exposed_checks" })
        await client.shutdown()
    }

    @Test("Overrides of a scope hold for its answers and for its one response")
    func overrides() async throws {
        let (client, _) = try await client()
        let flags = client.scope(for: User(userID: "nobody"))
        let name = try #require(client.entities.first { $0.kind == .gate }?.name)
        let isOn = flags.checkGate(name, logsExposure: false)
        let changed = flags.overriding { $0.setGate(name, to: !isOn) }
        #expect(flags.evaluateAll().gates[name]?.value == isOn)
        #expect(changed.evaluateAll().gates[name]?.value == !isOn)
        var options = ClientResponseOptions()
        options.nameHash = .none
        func value(_ scope: EvaluationScope) throws -> Bool? {
            let response = scope.clientInitializeResponse(options: options)
            let json = try JSONDecoder().decode(Object.self, from: Data(response))
            return json["feature_gates"]?.object?[name]?.object?["value"]?.bool
        }
        #expect(try value(changed) == !isOn)
        #expect(try value(flags) == isOn)
        #expect(try value(client.scope(for: User(userID: "nobody"))) == isOn)
        await client.shutdown()
    }

    @Test("An update says which entities have changed")
    func updates() async throws {
        let client = GatehouseClient(key: Scenario.key, options: .offline())
        var updates = client.updates.makeAsyncIterator()
        try client.use(Array(Documents.document(time: 1).utf8))
        #expect(await updates.next()?.changes == nil)
        try client.use(Array(Documents.document(time: 2).utf8))
        let changes = try #require(await updates.next()?.changes)
        #expect(changes.gates.changed == ["a_gate"] && changes.gates.added == [] && changes.gates.removed == [])
        try client.use(Array(Documents.segments("x").utf8))
        let others = try #require(await updates.next()?.changes)
        #expect(others.gates.added == ["in_x"] && others.gates.removed == ["a_gate"])
        await client.shutdown()
    }
}
