// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Gatehouse
import TestServers
import Testing

@Suite("Exposures")
struct ExposureTests {
    let user = User(userID: "a-user", email: "a@example.com", privateAttributes: ["secret": "s"])

    @Test("Each getter logs what it answers")
    func getters() async throws {
        let subject = await EventClient()
        let client = subject.client
        #expect(client.checkGate("open", for: user))
        #expect(client.dynamicConfig("pricing", for: user)["price", default: 0.0] == 9.5)
        #expect(client.experiment("button", for: user)["text", default: ""] == "Buy")
        #expect(!client.gate("nowhere", for: user).value)
        let events = await subject.events()
        #expect(
            events.map(\.name) == [
                Event.gateExposureName, Event.configExposureName, Event.configExposureName, Event.gateExposureName,
            ])
        let time = subject.time.wallTime()
        let common: Object = [
            "reason": "Bootstrap:Recognized", "lcut": "7", "receivedAt": .string("\(time)"), "configVersion": "3",
        ]
        func expected(_ own: Object) -> Object {
            Object((Array(own) + Array(common)).map { ($0.name, $0.value) })
        }
        #expect(events[0].metadata == expected(["gate": "open", "gateValue": "true", "ruleID": "open-rule"]))
        #expect(events[0].secondaryExposures == [SecondaryExposure(gate: "base", gateValue: true, ruleID: "base-rule")])
        #expect(events[1].metadata == expected(["config": "pricing", "rulePassed": "true", "ruleID": "pricing-rule"]))
        #expect(events[1].secondaryExposures == [])
        #expect(events[3].metadata?["gateValue"] == "false")
        #expect(events[3].metadata?["reason"] == "Bootstrap:Unrecognized")
        #expect(events.allSatisfy { $0.value == .null && $0.statsigMetadata == [:] && $0.time == time })
        // Private attributes never leave.
        #expect(events.allSatisfy { $0.user == ["userID": "a-user", "email": "a@example.com"] })
        await subject.end()
    }

    @Test("A layer logs the parameters that are read, if they exist and convert")
    func layer() async throws {
        let subject = await EventClient()
        let layer = subject.client.layer("screen", for: user)
        #expect(await subject.events() == [])
        #expect(layer["nothing", default: "none"] == "none")
        #expect(layer["color", default: 1] == 1)
        #expect(layer.value?["color"] == "red")
        #expect(await subject.events() == [])
        #expect(layer["color", default: ""] == "red")
        #expect(layer["color", default: ""] == "red")
        #expect(layer["size", default: 0] == 3)
        let events = await subject.events()
        #expect(events.map { $0.metadata?["parameterName"] } == ["color", "size"])
        #expect(events.map { $0.metadata?["isExplicitParameter"] } == ["true", "false"])
        #expect(events.map { $0.metadata?["allocatedExperiment"] } == ["paint", ""])
        #expect(events.map { $0.metadata?["ruleID"] } == ["paint-b", "paint-b"])
        #expect(events.allSatisfy { $0.secondaryExposures?.map(\.gate) == ["base"] })
        #expect(subject.client.eventLedger.deduplicated == 1)

        struct Screen: Decodable {
            var color: String
            var size: Int
        }
        let other = subject.client.layer("screen", for: User(userID: "another"))
        #expect(try other.decode(as: Screen.self).size == 3)
        #expect(await subject.events().count == 4)
        await subject.end()
    }

    @Test("A parameter store logs what it asks")
    func parameterStore() async throws {
        let subject = await EventClient()
        let store = subject.client.parameterStore("store", for: user)
        #expect(store["price", default: 0.0] == 9.5)
        #expect(store["isOpen", default: false])
        #expect(store["color", default: 1] == 1)
        #expect(store["color", default: ""] == "red")
        #expect(store["fixed", default: ""] == "x")
        #expect(store["nothing", default: ""] == "")
        let names = await subject.events().map(\.name)
        #expect(
            names == [
                Event.configExposureName, Event.gateExposureName, Event.layerExposureName, Event.nonExposedChecksName,
            ])
        await subject.end()
    }

    @Test("An exposure is logged once until the project's time is over")
    func deduplication() async throws {
        let subject = await EventClient(sdkConfigs: #"{"exposure_dedupe_ttl_ms":3000}"#)
        let client = subject.client
        let gate = client.handle(for: .gate, named: "open")
        for _ in 0..<3 { _ = client.checkGate("open", for: user) }
        _ = client.checkGate(gate, for: user)
        _ = client.gate("open", for: user)
        #expect(await subject.events().count == 1)
        #expect(client.eventLedger.deduplicated == 4)
        // By ID only.
        _ = client.checkGate("open", for: User(userID: "a-user", email: "else@example.com"))
        #expect(client.eventLedger.deduplicated == 5)
        _ = client.checkGate("open", for: User(userID: "a-user", customIDs: ["companyID": "c"]))
        _ = client.checkGate("open", for: User(userID: "b-user"))
        #expect(await subject.events().count == 3)
        // What is logged by hand isn't the same.
        let flags = client.scope(for: user)
        let shown = flags.gate("open")
        flags.log(shown)
        flags.log(shown)
        let events = await subject.events()
        #expect(events.count == 4)
        #expect(events.last?.metadata?["isManualExposure"] == "true")

        try await subject.time.waitForSleepers(1)
        for _ in 0..<4 { await subject.time.advance(by: .seconds(1)) }
        try await waitForExposure(of: "open", in: subject)
        await subject.end()
    }

    /// Waits until an exposure that was logged before is logged again.
    private func waitForExposure(of gate: String, in subject: EventClient) async throws {
        let count = subject.sink.events.count
        for _ in 0..<200 {
            _ = subject.client.checkGate(gate, for: user)
            if await subject.events().count > count { return }
            await subject.time.advance(by: .seconds(1))
        }
        Issue.record("never logged again")
    }

    @Test("What isn't to be logged is counted by name")
    func optOut() async throws {
        let subject = await EventClient()
        let client = subject.client
        for _ in 0..<3 { _ = client.checkGate("open", for: user, logsExposure: false) }
        _ = client.dynamicConfig("pricing", for: user, logsExposure: false)
        let layer = client.layer("screen", for: user, logsExposure: false)
        _ = layer["color"]
        let events = await subject.events()
        #expect(events.map(\.name) == [Event.nonExposedChecksName])
        let checks = try #require(events.first?.metadata?["checks"]?.string)
        let counts = try JSONDecoder().decode([String: Int].self, from: Data(checks.utf8))
        #expect(counts == ["open": 3, "pricing": 1, "screen": 2])
        #expect(events.first?.user == [:])
        // Now and then it is shown after all.
        let flags = client.scope(for: user)
        flags.log(layer, parameter: "color")
        flags.log(flags.experiment("button", logsExposure: false))
        flags.log(flags.dynamicConfig("pricing", logsExposure: false))
        #expect(await subject.events().count { $0.metadata?["isManualExposure"] == "true" } == 3)
        await subject.end()
    }

    @Test("Events of the program are logged as they are")
    func customEvents() async throws {
        let subject = await EventClient { options in
            options.environment = "staging"
            options.globalCustomFields = ["region": "eu"]
        }
        subject.client.log(event: "purchase", value: 9.5, metadata: ["item": "book", "count": 2], for: user)
        subject.client.log(event: "purchase", value: "text", for: user)
        subject.client.identify(user)
        let events = await subject.events()
        #expect(events.map(\.name) == ["purchase", "purchase", "statsig::identify"])
        #expect(events.map(\.value) == [9.5, "text", nil])
        #expect(events.map(\.metadata) == [["item": "book", "count": 2], nil, nil])
        #expect(events.allSatisfy { $0.statsigMetadata == nil && $0.secondaryExposures == nil })
        #expect(events[0].user["statsigEnvironment"] == ["tier": "staging"])
        #expect(events[0].user["custom"] == ["region": "eu"])
        await subject.end()
    }

    @Test("All logging can be turned off, but for the counts")
    func disabled() async throws {
        let subject = await EventClient { $0.events?.disablesAllLogging = true }
        #expect(subject.client.checkGate("open", for: user))
        _ = subject.client.layer("screen", for: user)["color"]
        subject.client.log(event: "purchase", for: user)
        _ = subject.client.checkGate("open", for: user, logsExposure: false)
        #expect(await subject.events().map(\.name) == [Event.nonExposedChecksName])
        await subject.end()

        let silent = await EventClient { $0.events = nil }
        #expect(silent.client.checkGate("open", for: user))
        silent.client.log(event: "purchase", for: user)
        #expect(await silent.client.flush() == EventLedger())
        await silent.client.shutdown()
    }

    @Test("Exposures are sampled as the project says, and the ledger tells")
    func sampling() async throws {
        let subject = await EventClient(sdkConfigs: #"{"sampling_mode":"on","special_case_sampling_rate":0}"#)
        for number in 0..<100 {
            _ = subject.client.checkGate("nowhere", for: User(userID: "\(number)"))
            _ = subject.client.experiment("button", for: User(userID: "\(number)"))
        }
        let events = await subject.events()
        // The first of a rule is always logged.
        #expect(events.count { $0.name == Event.gateExposureName } == 1)
        #expect(events.count { $0.name == Event.configExposureName } == 100)
        #expect(subject.client.eventLedger.sampledOut == 99)
        #expect(events.first { $0.name == Event.configExposureName }?.statsigMetadata == [:])
        #expect(events.last?.statsigMetadata?["samplingRate"] == 1)
        #expect(events.last?.statsigMetadata?["samplingMode"] == "on")
        await subject.end()

        let shadow = await EventClient(sdkConfigs: #"{"sampling_mode":"shadow","special_case_sampling_rate":0}"#)
        for number in 0..<3 { _ = shadow.client.checkGate("nowhere", for: User(userID: "\(number)")) }
        #expect(
            await shadow.events().map { $0.statsigMetadata?["shadowLogged"] } == [nil, "dropped", "dropped"])
        await shadow.end()
    }

    @Test("Listeners see every answer, logged or not")
    func evaluations() async throws {
        let subject = await EventClient { $0.events = nil }
        let evaluations = subject.client.evaluations
        #expect(subject.client.checkGate("open", for: user))
        _ = subject.client.experiment("button", for: user, logsExposure: false)
        _ = subject.client.layer("screen", for: user)
        await subject.client.shutdown()
        var seen: [String] = []
        for await evaluation in evaluations { seen.append("\(evaluation.kind) \(evaluation.result.name)") }
        #expect(seen == ["gate open", "experiment button", "layer screen"])
    }
}
