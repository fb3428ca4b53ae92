// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseTesting
import Testing

@Suite("Recorded exposures")
struct ExposureTests {
    private let client: GatehouseClient
    private let user = User(userID: "a-user", custom: ["age": 20], privateAttributes: ["secret": 1])

    init() throws {
        client = try GatehouseClient.offline(Shop.project)
    }

    @Test("What a user has been shown is recorded once, in order")
    func kinds() async throws {
        #expect(await client.recordedExposures().isEmpty)
        for _ in 0..<3 {
            #expect(client.checkGate("new_checkout", for: user))
            #expect(!client.checkGate("old_checkout", for: user))
            _ = client.dynamicConfig("limits", for: user)
            _ = client.experiment("button", for: user)
            _ = client.layer("home", for: user)["title", default: ""]
        }
        let exposures = await client.recordedExposures()
        #expect(exposures.map(\.name) == ["new_checkout", "old_checkout", "limits", "button", "home"])
        #expect(exposures.map(\.kind) == [.gate, .gate, .config, .config, .layer])
        #expect(exposures.map(\.gateValue) == [true, false, nil, nil, nil])
        #expect(exposures.map(\.parameter) == [nil, nil, nil, nil, "title"])
        #expect(exposures.allSatisfy { $0.userID == "a-user" })
        #expect(exposures[0].ruleID == "rule_1")
        #expect(exposures[3].ruleID == client.unloggedSnapshot.experiment("button", for: user).groupName)
        #expect(exposures[0].event.user["privateAttributes"] == nil)
        #expect(client.eventLedger.isBalanced && client.eventLedger.delivered == 5)

        #expect(client.checkGate("new_checkout", for: User(userID: "another")))
        #expect(await client.recordedExposures().count == 6)
        #expect(client.eventLedger.isBalanced)
    }

    @Test("Gates that a gate asked are in its exposure")
    func secondary() async throws {
        #expect(client.checkGate("grown_up", for: user))
        let exposure = try #require(await client.recordedExposures().first)
        #expect(exposure.event.secondaryExposures?.map(\.gate) == ["old_checkout"])
        #expect(client.eventLedger.isBalanced)
    }

    @Test("Answers of overrides say so")
    func overrides() async {
        withOverrides {
            $0.setGate("old_checkout", to: true)
        } operation: {
            #expect(client.checkGate("old_checkout", for: user))
        }
        let exposures = await client.recordedExposures()
        #expect(exposures.map(\.ruleID) == ["override"])
        #expect(exposures.map(\.gateValue) == [true])
        #expect(client.eventLedger.isBalanced)
    }

    @Test("Snapshots and checks without exposure leave none, events of the program are recorded too")
    func events() async {
        #expect(client.unloggedSnapshot.checkGate("new_checkout", for: user))
        #expect(client.checkGate("new_checkout", for: user, logsExposure: false))
        client.log(event: "purchase", value: 9.99, metadata: ["item": "book"], for: user)
        let events = await client.recordedEvents()
        #expect(events.filter { $0.name != Event.nonExposedChecksName }.map(\.name) == ["purchase"])
        #expect(await client.recordedExposures().isEmpty)
        #expect(client.eventLedger.isBalanced)
    }

    @Test("A client records unless it is told not to, or has a sink of its own")
    func options() async throws {
        var options = ClientOptions.offline()
        options.events = nil
        let silent = try GatehouseClient.offline(Shop.project, options: options)
        #expect(silent.checkGate("new_checkout", for: user))
        #expect(await silent.recordedExposures().isEmpty)

        let sink = RecordingEventSink()
        options.events = EventOptions(sink: sink)
        let client = try GatehouseClient.offline(Shop.project, options: options)
        #expect(client.checkGate("new_checkout", for: user))
        await client.flush()
        #expect(sink.events.map(\.name) == [Event.gateExposureName])
        #expect(client.eventLedger.isBalanced)
    }

    @Test("Each of a hundred tasks finds the exposures of its client alone")
    func parallel() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<100 {
                group.addTask {
                    let client = try GatehouseClient.offline(Shop.project)
                    let user = User(userID: "user-\(number)")
                    #expect(client.checkGate("new_checkout", for: user))
                    await Task.yield()
                    #expect(await client.recordedExposures().map(\.userID) == ["user-\(number)"])
                    #expect(client.eventLedger.isBalanced)
                }
            }
            try await group.waitForAll()
        }
    }

    @Test("The server collects what its clients log")
    func server() async throws {
        try await LoopbackServer.run(Shop.project) { server in
            let client = GatehouseClient(key: server.key, options: server.options())
            await client.start()
            #expect(client.checkGate("new_checkout", for: user))
            #expect(await client.flush().delivered == 1)
            let events = try await server.waitForEvents(1)
            #expect(events.map { $0["eventName"] } == ["statsig::gate_exposure"])
            #expect(events[0]["metadata"]?.object?["gate"] == "new_checkout")
            #expect(client.eventLedger.isBalanced)
            await client.shutdown()
        }
    }
}
