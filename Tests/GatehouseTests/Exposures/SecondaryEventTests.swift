// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse
import GatehouseEvaluation
import TestServers
import Testing

@Suite("Secondary exposures that are logged by themselves")
struct SecondaryEventTests {
    private let user = User(userID: "a-user")

    /// A client whose ID is 307th of a thousand.
    private func client(_ sdkConfigs: String) async -> EventClient {
        await EventClient(sdkConfigs: sdkConfigs) { $0.events?.secondaryExposureID = "abc123" }
    }

    @Test("Each gate that was passed through is an event, once, and the others have no secondary exposures")
    func events() async throws {
        let subject = await client(#"{"sec_expo_number":308}"#)
        for _ in 0..<2 { #expect(subject.client.checkGate("open", for: user)) }
        let handle = subject.client.handle(for: .gate, named: "open")
        #expect(subject.client.checkGate(handle, for: user))
        let events = await subject.events()
        #expect(events.map(\.name) == [Event.gateExposureName, Event.gateExposureName])
        #expect(Set(events.compactMap { $0.metadata?["gate"]?.string }) == ["open", "base"])
        let base = try #require(events.first { $0.metadata?["gate"] == "base" })
        #expect(base.metadata == ["gate": "base", "gateValue": "true", "ruleID": "base-rule"])
        #expect(base.user == ["userID": "a-user"] && base.statsigMetadata == [:])
        #expect(events.allSatisfy { $0.secondaryExposures == [] })
        // Two more checks, each of two exposures.
        #expect(subject.client.eventLedger.deduplicated == 4)
        await subject.end()
    }

    @Test("They are sampled by themselves, even where the exposure itself was logged before")
    func sampling() async throws {
        let subject = await client(
            #"{"sec_expo_number":1000,"sampling_mode":"shadow","special_case_sampling_rate":0}"#)
        for name in ["a", "b"] { _ = subject.client.checkGate("open", for: User(userID: name)) }
        let events = await subject.events()
        #expect(events.count == 4)
        // The first of each rule is logged without being sampled; then there is no rate.
        #expect(events.filter { $0.statsigMetadata == [:] }.map { $0.user["userID"] } == ["a", "a"])
        #expect(events.compactMap { $0.statsigMetadata?["shadowLogged"] } == ["logged", "logged"])
        await subject.end()
    }

    @Test(
        "Without the project's wish nothing is different",
        arguments: ["{}", #"{"sec_expo_number":307}"#, #"{"sec_expo_number":"1000"}"#])
    func off(_ sdkConfigs: String) async throws {
        let subject = await client(sdkConfigs)
        #expect(subject.client.checkGate("open", for: user))
        let events = await subject.events()
        #expect(events.map { $0.metadata?["gate"] } == ["open"])
        #expect(events.first?.secondaryExposures?.map(\.gate) == ["base"])
        await subject.end()
    }
}
