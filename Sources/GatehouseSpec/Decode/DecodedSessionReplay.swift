// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Which sessions clients may record, as decoded (Evaluation §21.6).
struct DecodedSessionReplay {
    struct Trigger {
        var name: JSONString
        var samplingRate: Double?
        var values: [JSONString]?
    }

    struct PrivacySettings {
        var mode = JSONString.empty
        var unmaskedElements: [JSONString]?
        var maskedElements: [JSONString]?
        var blockedElements: [JSONString]?
    }

    var samplingRate: Double?
    var targetingGate: JSONString?
    var isBlocked: Bool?
    var eventTriggers: [Trigger]?
    var exposureTriggers: [Trigger]?
    var privacySettings: PrivacySettings?
}

private enum ReplayMember {
    case samplingRate, targetingGate, recordingBlocked, eventTriggers, exposureTriggers, privacySettings

    static let table = MemberTable<ReplayMember>(
        optional: [
            ("sampling_rate", .samplingRate), ("targeting_gate", .targetingGate),
            ("recording_blocked", .recordingBlocked), ("session_recording_event_triggers", .eventTriggers),
            ("session_recording_exposure_triggers", .exposureTriggers),
            ("session_recording_privacy_settings", .privacySettings),
        ])
}

private enum TriggerMember {
    case samplingRate, values, passesSampling

    static let table = MemberTable<TriggerMember>(
        optional: [("sampling_rate", .samplingRate), ("values", .values), ("passes_sampling", .passesSampling)])
}

private enum PrivacyMember {
    case mode, unmaskedElements, maskedElements, blockedElements

    static let table = MemberTable<PrivacyMember>(
        required: [("privacy_mode", .mode)],
        optional: [
            ("unmasked_elements", .unmaskedElements), ("masked_elements", .maskedElements),
            ("blocked_elements", .blockedElements),
        ])
}

extension DocumentReader {
    mutating func sessionReplay() throws(DecodingFailure) -> DecodedSessionReplay? {
        if try isNull() { return nil }
        var replay = DecodedSessionReplay()
        try members(of: ReplayMember.table) { (reader, member) throws(DecodingFailure) in
            switch member {
            case .samplingRate: replay.samplingRate = try reader.optionalDouble()
            case .targetingGate: replay.targetingGate = try reader.optionalString()
            case .recordingBlocked: replay.isBlocked = try reader.optionalBool()
            case .eventTriggers: replay.eventTriggers = try reader.triggers()
            case .exposureTriggers: replay.exposureTriggers = try reader.triggers()
            case .privacySettings: replay.privacySettings = try reader.privacySettings()
            }
        }
        return replay
    }

    private mutating func triggers() throws(DecodingFailure) -> [DecodedSessionReplay.Trigger]? {
        if try isNull() { return nil }
        var result: [DecodedSessionReplay.Trigger] = []
        try members { (reader, name) throws(DecodingFailure) in
            var trigger = DecodedSessionReplay.Trigger(name: name)
            try reader.members(of: TriggerMember.table) { (reader, member) throws(DecodingFailure) in
                switch member {
                case .samplingRate: trigger.samplingRate = try reader.optionalDouble()
                case .values: trigger.values = try reader.optionalStrings()
                case .passesSampling: _ = try reader.optionalBool()
                }
            }
            result.append(trigger)
        }
        return result
    }

    private mutating func privacySettings() throws(DecodingFailure) -> DecodedSessionReplay.PrivacySettings? {
        if try isNull() { return nil }
        var settings = DecodedSessionReplay.PrivacySettings()
        try members(of: PrivacyMember.table) { (reader, member) throws(DecodingFailure) in
            switch member {
            case .mode: settings.mode = try reader.string()
            case .unmaskedElements: settings.unmaskedElements = try reader.optionalStrings()
            case .maskedElements: settings.maskedElements = try reader.optionalStrings()
            case .blockedElements: settings.blockedElements = try reader.optionalStrings()
            }
        }
        return settings
    }
}
