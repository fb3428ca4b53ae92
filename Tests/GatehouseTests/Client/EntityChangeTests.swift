// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse
import TestServers
import TestSupport
import Testing

@Suite("Changes of one entity")
struct EntityChangeTests {
    /// A document with gates that are on for a percentage, and a config.
    private func document(_ time: UInt64, _ gates: [String: Double], limit: Int64? = nil) -> [UInt8] {
        var document = DocumentBuilder(time: time)
        // Without conditions, since the builder numbers them: an entity that comes or goes would change the others.
        for (name, percentage) in gates.sorted(by: { $0.key < $1.key }) {
            document.gate(name, .init("rule", percentage: .double(percentage)), version: 1)
        }
        if let limit {
            document.config("limits", .init("rule", returns: ["limit": .integer(limit)]))
        }
        return Array(document.text.utf8)
    }

    private func client() -> GatehouseClient {
        var options = ClientOptions(network: nil)
        options.logger = Scenario.logger
        return GatehouseClient(key: Scenario.key, options: options)
    }

    private func kinds(_ changes: AsyncStream<EntityChange>) async -> [String] {
        await changes.reduce(into: []) { $0.append("\($1.kind.rawValue) \($1.update.documentTime)") }
    }

    @Test("A listener hears of its entity alone: added, changed, removed and added again")
    func changes() async throws {
        let client = client()
        let (a, b) = (client.changes(of: .gate, named: "a"), client.changes(of: .segment, named: "b"))
        let limits = client.changes(of: .experiment, named: "limits")
        let layer = client.changes(of: .layer, named: "a")
        try client.use(document(1, ["a": 10], limit: 1))
        try client.use(document(2, ["a": 10, "b": 10], limit: 1))
        try client.use(document(3, ["a": 20, "b": 10], limit: 1))
        try client.use(document(4, ["b": 10], limit: 2))
        try client.use(document(5, ["a": 20, "b": 10], limit: 2))
        await client.shutdown()
        #expect(await kinds(a) == ["added 1", "changed 3", "removed 4", "added 5"])
        #expect(await kinds(b) == ["added 2"])
        #expect(await kinds(limits) == ["added 1", "changed 4"])
        #expect(await kinds(layer).isEmpty)
    }

    @Test("A listener that is slow misses changes of its own entity only")
    func buffer() async throws {
        let client = client()
        try client.use(document(1, ["a": 10, "b": 1]))
        let changes = client.changes(of: .gate, named: "a")
        try client.use(document(2, ["a": 20, "b": 1]))
        for number in 3...60 { try client.use(document(UInt64(number), ["a": 20, "b": Double(number)])) }
        await client.shutdown()
        #expect(await kinds(changes) == ["changed 2"])
    }

    @Test("A name is compared by its bytes")
    func bytes() async throws {
        let client = client()
        let (composed, decomposed) = ("caf\u{e9}", "cafe\u{301}")
        let changes = client.changes(of: .gate, named: decomposed)
        try client.use(document(1, [composed: 10]))
        try client.use(document(2, [composed: 20]))
        await client.shutdown()
        #expect(await kinds(changes).isEmpty)
    }
}
