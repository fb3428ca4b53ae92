// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

// What only client responses need.
extension DocumentReader {
    /// The apps that client keys belong to (Evaluation §1.2).
    mutating func clientKeys() throws(DecodingFailure) -> [(key: JSONString, app: Text)] {
        var result: [(key: JSONString, app: Text)] = []
        try members { (reader, key) throws(DecodingFailure) in result.append((key, try reader.raw())) }
        return result
    }

    /// Which sessions clients may record (Evaluation §21.6).
    mutating func sessionReplay() throws(DecodingFailure) -> WireSessionReplay {
        var replay = WireSessionReplay()
        var log = MemberLog()
        try members { (reader, name) throws(DecodingFailure) in
            if name == "sampling_rate" {
                try log.note(0, reader)
                replay.samplingRate = try reader.optional { (r) throws(DecodingFailure) in try r.double() }
            } else if name == "targeting_gate" {
                try log.note(1, reader)
                replay.targetingGate = try reader.optional { (r) throws(DecodingFailure) in try r.string() }
            } else if name == "recording_blocked" {
                try log.note(2, reader)
                replay.isBlocked = try reader.optional { (r) throws(DecodingFailure) in try r.bool() }
            } else if name == "session_recording_event_triggers" {
                try log.note(3, reader)
                replay.eventTriggers = try reader.optional { (r) throws(DecodingFailure) in try r.triggers() }
            } else if name == "session_recording_exposure_triggers" {
                try log.note(4, reader)
                replay.exposureTriggers = try reader.optional { (r) throws(DecodingFailure) in try r.triggers() }
            } else if name == "session_recording_privacy_settings" {
                try log.note(5, reader)
                replay.privacySettings = try reader.optional { (r) throws(DecodingFailure) in
                    try r.privacySettings()
                }
            } else {
                try reader.skip()
            }
        }
        return replay
    }

    private mutating func triggers() throws(DecodingFailure) -> [WireSessionReplay.Trigger] {
        var result: [WireSessionReplay.Trigger] = []
        try members { (reader, name) throws(DecodingFailure) in
            var trigger = WireSessionReplay.Trigger(name: name)
            var log = MemberLog()
            try reader.members { (reader, name) throws(DecodingFailure) in
                if name == "sampling_rate" {
                    try log.note(0, reader)
                    trigger.samplingRate = try reader.optional { (r) throws(DecodingFailure) in try r.double() }
                } else if name == "values" {
                    try log.note(1, reader)
                    trigger.values = try reader.optional { (r) throws(DecodingFailure) in try r.strings() }
                } else if name == "passes_sampling" {
                    try log.note(2, reader)
                    _ = try reader.optional { (r) throws(DecodingFailure) in try r.bool() }
                } else {
                    try reader.skip()
                }
            }
            result.append(trigger)
        }
        return result
    }

    private mutating func privacySettings() throws(DecodingFailure) -> WireSessionReplay.PrivacySettings {
        let start = position
        var settings = WireSessionReplay.PrivacySettings()
        var log = MemberLog()
        try members { (reader, name) throws(DecodingFailure) in
            if name == "privacy_mode" {
                try log.note(0, reader)
                settings.mode = try reader.string()
            } else if name == "unmasked_elements" {
                try log.note(1, reader)
                settings.unmaskedElements = try reader.optional { (r) throws(DecodingFailure) in try r.strings() }
            } else if name == "masked_elements" {
                try log.note(2, reader)
                settings.maskedElements = try reader.optional { (r) throws(DecodingFailure) in try r.strings() }
            } else if name == "blocked_elements" {
                try log.note(3, reader)
                settings.blockedElements = try reader.optional { (r) throws(DecodingFailure) in try r.strings() }
            } else {
                try reader.skip()
            }
        }
        try log.require(["privacy_mode"], self, at: start)
        return settings
    }
}
