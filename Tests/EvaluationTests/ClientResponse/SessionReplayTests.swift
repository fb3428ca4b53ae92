// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec
import TestSupport
import Testing

/// Whether a client may record the session.
@Suite("Client-initialize response: session replay")
struct SessionReplayTests {
    private func response(
        _ info: Value, random: Double = 0.5, _ change: (inout ClientResponseOptions) -> Void = { _ in }
    ) throws -> Object {
        var project = Project()
        project.gate("on", Rule("r"))
        project.gate("off", Rule("r", .nobody))
        project.gate("loop", Rule("r", .gate("loop2")))
        project.gate("loop2", Rule("r", .gate("loop")))
        project.gate("odd", Rule("r", .unknown))
        project.members["session_replay_info"] = info
        let context = EvaluationContext(clock: { 0 }, random: { random })
        return try project.ruleset().response(in: context) {
            // A response with the gates that lead back to themselves would be blank.
            $0.gates = ["on"]
            change(&$0)
        }
    }

    @Test("Without information nothing is said")
    func none() throws {
        let response = try response(.null)
        #expect(!response.contains { $0.name.contains("record") })
    }

    @Test("What isn't said isn't repeated")
    func empty() throws {
        let response = try response([:])
        #expect(response["can_record_session"]?.bool == true)
        #expect(response.filter { $0.name.contains("record") }.count == 1)
    }

    @Test("One number decides, and is below a rate or equal to it")
    func sampling() throws {
        for (rate, expected) in [(0.49, false), (0.5, true), (1, true), (0, false)] {
            let response = try response(["sampling_rate": .double(rate)])
            #expect(response["can_record_session"]?.bool == expected)
            #expect(response["session_recording_rate"]?.double == rate)
        }
        #expect(try response(["sampling_rate": 0], random: 0)["can_record_session"]?.bool == true)
    }

    @Test("A block and a gate can forbid it")
    func forbidden() throws {
        let blocked = try response(["recording_blocked": true, "sampling_rate": 1])
        #expect(blocked["can_record_session"]?.bool == false)
        #expect(blocked["recording_blocked"]?.bool == true)
        for (gate, expected) in [("on", true), ("off", false), ("unknown", false), ("loop", false), ("odd", false)] {
            let response = try response(["targeting_gate": .string(gate)])
            #expect(response["passes_session_recording_targeting"]?.bool == expected)
            #expect(response["can_record_session"]?.bool == expected)
            #expect(!response.isBlank)
        }
    }

    @Test("Triggers are repeated, with the outcome in place of the rate")
    func triggers() throws {
        let triggers: Value = [
            "a": ["sampling_rate": 0.4, "values": ["x"], "passes_sampling": true], "b": ["sampling_rate": 0.6],
            "c": [:],
        ]
        let response = try response(
            ["session_recording_event_triggers": triggers, "session_recording_exposure_triggers": triggers]
        ) { $0.nameHash = .djb2 }
        #expect(
            response["session_recording_event_triggers"] == [
                "a": ["values": ["x"], "passes_sampling": false], "b": ["passes_sampling": true], "c": [:],
            ])
        let exposures = response["session_recording_exposure_triggers"]?.object
        #expect(exposures?.map(\.name) == ["97", "98", "99"])
    }

    @Test("Privacy settings are repeated as they are")
    func privacy() throws {
        let settings: Value = [
            "privacy_mode": "mask", "unmasked_elements": [".a"], "masked_elements": [], "blocked_elements": ["#b\""],
        ]
        #expect(
            try response(["session_recording_privacy_settings": settings])["session_recording_privacy_settings"]
                == settings)
        let mode: Value = ["privacy_mode": "min"]
        #expect(
            try response(["session_recording_privacy_settings": mode])["session_recording_privacy_settings"] == mode)
    }

    @Test(
        "Malformed information spoils the document",
        arguments: [
            ["sampling_rate": "1"], ["targeting_gate": 1], ["recording_blocked": 0],
            ["session_recording_event_triggers": ["a": []]],
            ["session_recording_event_triggers": ["a": ["values": [1]]]],
            ["session_recording_privacy_settings": [:]],
            ["session_recording_privacy_settings": ["privacy_mode": "a", "masked_elements": "b"]],
        ] as [Value])
    func malformed(_ info: Value) {
        #expect(throws: DocumentError.self) { _ = try response(info) }
    }
}
