// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import TestServers

@testable import Gatehouse

@Suite("Scopes")
struct ScopeTests {
    let user = User(userID: "a-user", email: "a@example.com")

    /// A document like that of ``EventClient``, later by one, where no rule passes.
    private static let closed = Array(
        EventDocument.json(time: 8).replacingOccurrences(of: #""passPercentage":100"#, with: #""passPercentage":0"#)
            .utf8)

    // MARK: - One scope per request

    @Test("Each answer of a scope is an exposure, and none is marked as logged by hand")
    func request() async throws {
        let subject = await EventClient()
        let flags = subject.client.scope(for: user)
        #expect(flags.checkGate("open"))
        #expect(flags.dynamicConfig("pricing")["price", default: 0.0] == 9.5)
        #expect(flags.experiment("button")["text", default: ""] == "Buy")
        #expect(flags.layer("screen")["color", default: ""] == "red")
        #expect(flags.documentTime == 7)
        let events = await subject.events()
        #expect(
            events.map(\.name) == [
                Event.gateExposureName, Event.configExposureName, Event.configExposureName, Event.layerExposureName,
            ])
        #expect(events.allSatisfy { $0.metadata?["isManualExposure"] == nil && $0.user["userID"] == "a-user" })
        await subject.end()
    }

    @Test("A scope and the client log the same exposures")
    func same() async throws {
        let subjects = (await EventClient(), await EventClient())
        let flags = subjects.0.client.scope(for: user)
        let client = subjects.1.client
        #expect(flags.gate("open").value == client.gate("open", for: user).value)
        _ = (flags.dynamicConfig("pricing"), client.dynamicConfig("pricing", for: user))
        _ = (flags.experiment("button"), client.experiment("button", for: user))
        _ = (flags.layer("screen")["size"], client.layer("screen", for: user)["size"])
        _ = (flags.parameterStore("store")["price"], client.parameterStore("store", for: user)["price"])
        _ = (flags.checkGate("nowhere"), client.checkGate("nowhere", for: user))
        let events = await subjects.0.events()
        #expect(events.count == 7)
        #expect(events == (await subjects.1.events()))
        // What was logged by one is a duplicate for the other.
        _ = client.scope(for: user).gate("open")
        #expect(client.eventLedger.deduplicated == 1)
        await subjects.0.end()
        await subjects.1.end()
    }

    @Test(
        "What the client logged is a duplicate for a scope, and what a scope logged is one for the client",
        arguments: [
            User(userID: "a-user"), User(),
            User(userID: "a-user", customIDs: ["companyID": "a-company", "stableID": "a-device"]),
            User(customIDs: ["stableID": 7]),
        ])
    func keys(_ user: User) async throws {
        let subject = await EventClient()
        let client = subject.client
        let flags = client.scope(for: user)
        let inner = flags.overriding { $0.setGate("another", to: true) }
        #expect(client.checkGate("open", for: user) == flags.checkGate("open"))
        _ = (inner.checkGate("open"), flags.gate("open"), client.gate("open", for: user))
        #expect(client.eventLedger.deduplicated == 4)
        let handle = client.handle(for: .gate, named: "nowhere")
        #expect(flags.checkGate(handle) == client.checkGate(handle, for: user))
        _ = (inner.checkGate(handle), client.checkGate("nowhere", for: user))
        #expect(client.eventLedger.deduplicated == 7)
        _ = (flags.dynamicConfig("pricing"), client.dynamicConfig("pricing", for: user))
        _ = (client.experiment("button", for: user), flags.experiment("button"))
        #expect(client.eventLedger.deduplicated == 9)
        #expect(await subject.events().count == 4)
        await subject.end()
    }

    // MARK: - Another document between answer and log

    @Test("What is logged later is what was shown, whatever document has come since")
    func later() async throws {
        let subject = await EventClient()
        let client = subject.client
        let flags = client.scope(for: user)
        let gate = flags.gate("open", logsExposure: false)
        let config = flags.dynamicConfig("pricing", logsExposure: false)
        let experiment = flags.experiment("button", logsExposure: false)
        let layer = flags.layer("screen", logsExposure: false)
        #expect(gate.value && config["price"] == 9.5 && experiment.groupName == "B" && layer.result["color"] == "red")

        try client.use(ScopeTests.closed)
        #expect(!client.checkGate("open", for: user, logsExposure: false))
        flags.log(gate)
        flags.log(config)
        flags.log(experiment)
        flags.log(layer, parameter: "color")
        let events = await subject.events().filter { $0.name != Event.nonExposedChecksName }
        #expect(events.map { $0.metadata?["ruleID"] } == ["open-rule", "pricing-rule", "button-a", "paint-b"])
        #expect(events[0].metadata?["gateValue"] == "true")
        #expect(events[3].metadata?["parameterName"] == "color")
        #expect(events.allSatisfy { $0.metadata?["lcut"] == "7" && $0.metadata?["isManualExposure"] == "true" })
        await subject.end()
    }

    @Test("A scope goes on answering from its document, and logs what it answers")
    func pinned() async throws {
        let subject = await EventClient()
        let flags = subject.client.scope(for: user)
        let (layer, store) = (flags.layer("screen"), flags.parameterStore("store"))
        let handle = subject.client.handle(for: .gate, named: "open")
        try subject.client.use(ScopeTests.closed)
        #expect(flags.checkGate("open") && flags.checkGate(handle))
        #expect(layer["color", default: ""] == "red")
        #expect(store["price", default: 0.0] == 9.5)
        #expect(!subject.client.scope(for: User(userID: "b-user")).checkGate(handle))
        let events = await subject.events().filter { $0.name != Event.nonExposedChecksName }
        #expect(events.map { $0.metadata?["lcut"] } == ["7", "7", "7", "8"])
        #expect(events.map { $0.metadata?["gateValue"] } == ["true", nil, nil, "false"])
        await subject.end()
    }

    @Test("A result of another scope is logged with the document that it comes from")
    func foreign() async throws {
        let subject = await EventClient()
        let gate = subject.client.scope(for: user).gate("open", logsExposure: false)
        try subject.client.use(ScopeTests.closed)
        subject.client.scope(for: user).log(gate)
        let event = await subject.events().first { $0.name == Event.gateExposureName }
        #expect(event?.metadata?["gateValue"] == "true")
        #expect(event?.metadata?["lcut"] == "7")
        await subject.end()
    }

    @Test("A replaced document is freed as soon as no scope holds it")
    func lifetime() async throws {
        let subject = await EventClient { $0.events = nil }
        let store = subject.client.store
        var scopes = [subject.client.scope(for: user)]
        try subject.client.use(ScopeTests.closed)
        #expect(store.reclaim() == 1)
        #expect(scopes[0].checkGate("open"))
        scopes = []
        #expect(store.reclaim() == 0)
        await subject.client.shutdown()
    }

    // MARK: - Every getter

    /// A getter, and the name that its answer is logged or counted by.
    struct Getter: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let name: String
        /// How often the answer is counted if it isn't to be logged.
        var counts = 1
        /// What a parameter store asks beside being counted itself.
        var store: String?
        let ask: @Sendable (GatehouseClient, User, _ logsExposure: Bool) -> Void
    }

    private static let getters: [Getter] = [
        Getter(testDescription: "checkGate", name: "open") { $0.scope(for: $1).checkGate("open", logsExposure: $2) },
        Getter(testDescription: "checkGate by handle", name: "open") { client, user, logs in
            client.scope(for: user).checkGate(client.handle(for: .gate, named: "open"), logsExposure: logs)
        },
        Getter(testDescription: "gate", name: "open") { _ = $0.scope(for: $1).gate("open", logsExposure: $2) },
        Getter(testDescription: "dynamicConfig", name: "pricing") {
            _ = $0.scope(for: $1).dynamicConfig("pricing", logsExposure: $2)
        },
        Getter(testDescription: "experiment", name: "button") {
            _ = $0.scope(for: $1).experiment("button", logsExposure: $2)
        },
        Getter(testDescription: "layer", name: "screen", counts: 2) {
            _ = $0.scope(for: $1).layer("screen", logsExposure: $2)["color"]
        },
        Getter(testDescription: "parameterStore", name: "pricing", store: "store") {
            _ = $0.scope(for: $1).parameterStore("store", logsExposure: $2)["price"]
        },
        Getter(testDescription: "sticky experiment", name: "button") {
            _ = $0.scope(for: $1).experiment("button", sticky: StickyOptions(values: [:]), logsExposure: $2)
        },
        Getter(testDescription: "sticky layer", name: "screen", counts: 2) {
            _ = $0.scope(for: $1).layer("screen", sticky: StickyOptions(values: [:]), logsExposure: $2)["color"]
        },
        Getter(testDescription: "client, checkGate", name: "open") {
            _ = $0.checkGate("open", for: $1, logsExposure: $2)
        },
        Getter(testDescription: "client, gate", name: "open") { _ = $0.gate("open", for: $1, logsExposure: $2) },
        Getter(testDescription: "client, dynamicConfig", name: "pricing") {
            _ = $0.dynamicConfig("pricing", for: $1, logsExposure: $2)
        },
        Getter(testDescription: "client, experiment", name: "button") {
            _ = $0.experiment("button", for: $1, logsExposure: $2)
        },
        Getter(testDescription: "client, layer", name: "screen", counts: 2) {
            _ = $0.layer("screen", for: $1, logsExposure: $2)["color"]
        },
        Getter(testDescription: "client, parameterStore", name: "pricing", store: "store") {
            _ = $0.parameterStore("store", for: $1, logsExposure: $2)["price"]
        },
    ]

    @Test("Each getter logs its answer once, and only counts it if the caller says so", arguments: getters)
    func everyGetter(_ getter: Getter) async throws {
        let storage = AssignmentStorage()
        let subject = await EventClient { $0.stickyStorage = storage }
        for _ in 0..<2 { getter.ask(subject.client, user, true) }
        let logged = await subject.events().filter { $0.name != Event.nonExposedChecksName }
        #expect(logged.map { $0.metadata?["gate"] ?? $0.metadata?["config"] } == [.string(getter.name)])
        #expect(subject.client.eventLedger.deduplicated == 1)
        await subject.end()

        let other = await EventClient { $0.stickyStorage = storage }
        getter.ask(other.client, user, false)
        let events = await other.events()
        #expect(events.map(\.name) == [Event.nonExposedChecksName])
        let checks = try #require(events.first?.metadata?["checks"]?.string)
        var expected = [getter.name: getter.counts]
        if let store = getter.store { expected[store] = 1 }
        #expect(try JSONDecoder().decode([String: Int].self, from: Data(checks.utf8)) == expected)
        await other.end()
    }

    @Test("Explanations, ranks and client-initialize responses are no exposures")
    func silent() async {
        let subject = await EventClient()
        let flags = subject.client.scope(for: user)
        #expect(flags.explain(.gate, "open").value == "true")
        #expect(flags.rankedGroups(ofAutotune: "nowhere").isEmpty)
        #expect(flags.clientInitializeResponse().first == UInt8(ascii: "{"))
        #expect(subject.client.unloggedSnapshot.checkGate("open", for: user))
        #expect(await subject.events() == [])
        await subject.end()
    }

    @Test("Listeners see the answers of a scope, logged or not")
    func listeners() async {
        let subject = await EventClient { $0.events = nil }
        let evaluations = subject.client.evaluations
        let flags = subject.client.scope(for: user)
        _ = flags.checkGate("open")
        _ = flags.layer("screen", logsExposure: false)
        await subject.client.shutdown()
        var seen: [String] = []
        for await evaluation in evaluations { seen.append("\(evaluation.kind) \(evaluation.result.name)") }
        #expect(seen == ["gate open", "layer screen"])
    }

    @Test("Events of the program are those of the scope's user")
    func events() async {
        let subject = await EventClient()
        subject.client.scope(for: user).log(event: "purchase", value: 9.5, metadata: ["item": "book"])
        let event = await subject.events().first
        #expect(event?.name == "purchase" && event?.value == 9.5 && event?.metadata == ["item": "book"])
        #expect(event?.user["userID"] == "a-user")
        await subject.end()
    }

    // MARK: - Overrides

    @Test("Overrides of a scope hold for that scope alone, and exposures tell what it answered")
    func overrides() async {
        let subject = await EventClient()
        let client = subject.client
        client.updateOverrides { $0.setGate("base", to: true, for: "a-user") }
        let plain = client.scope(for: user)
        let flags = plain.overriding {
            $0.setGate("open", to: false)
            $0.setGate("base", to: false)
            $0.setDynamicConfig("pricing", to: ["price": 1])
            $0.setLayer("screen", to: ["color": "green"])
        }
        #expect(!flags.checkGate("open") && !flags.checkGate("base"))
        #expect(flags.dynamicConfig("pricing")["price"] == 1)
        #expect(flags.layer("screen")["color", default: ""] == "green")
        let events = await subject.events()
        #expect(events.map { $0.metadata?["ruleID"] } == ["override", "override", "override", "override"])
        #expect(events.map { $0.metadata?["gateValue"] } == ["false", "false", nil, nil])

        #expect(plain.checkGate("open") && client.checkGate("base", for: user))
        #expect(client.layer("screen", for: user)["color", default: ""] == "red")
        // Later ones win over earlier ones, and the rest stays.
        let both = flags.overriding { $0.setGate("open", to: true) }
        #expect(both.checkGate("open") && !both.checkGate("base"))
        #expect(client.overrides.isEmpty == false)
        await subject.end()
    }

    @Test("A scope keeps the overrides that it was made with")
    func earlierOverrides() async {
        let subject = await EventClient()
        let flags = subject.client.scope(for: user)
        subject.client.updateOverrides { $0.setGate("open", to: false) }
        #expect(flags.checkGate("open"))
        #expect(!subject.client.scope(for: user).checkGate("open"))
        await subject.end()
    }
}
