// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

// Whether a client may record the session (Evaluation §21.6).
extension ClientResponse {
    mutating func writeSessionReplay(with evaluator: inout Evaluator<NoObserver>) {
        guard let replay = program.pointee.sessionReplay?.pointee, !app.seesNothing else { return }
        var mayRecord = replay.isBlocked != true
        let start = writer.bytes.count
        if !replay.targetingGate.isMissing {
            let passes = evaluator.passesAnew(replay.targetingGate)
            mayRecord = mayRecord && passes
            writer.raw(passes ? Self.passesTargeting : Self.failsTargeting)
        }
        // One random number for all decisions, drawn only if a decision depends on it.
        var drawn: Double?
        func passes(_ rate: Double) -> Bool {
            let random = drawn ?? evaluator.context.random()
            drawn = random
            return random <= rate
        }
        if let rate = replay.samplingRate {
            mayRecord = passes(rate) && mayRecord
            writer.raw(",\"session_recording_rate\":")
            writer.double(rate)
        }
        if let isBlocked = replay.isBlocked {
            writer.raw(",\"recording_blocked\":")
            writer.bool(isBlocked)
        }
        writer.raw(",\"can_record_session\":")
        writer.bool(mayRecord)
        if let triggers = replay.eventTriggers {
            writer.raw(",\"session_recording_event_triggers\":{")
            for trigger in triggers {
                beginMember()
                writer.string(trigger.name)
                write(trigger, passes: trigger.samplingRate.map(passes))
            }
            writer.raw("}")
        }
        if let triggers = replay.exposureTriggers {
            writer.raw(",\"session_recording_exposure_triggers\":{")
            for trigger in triggers {
                beginMember()
                names.write(name: trigger.name, into: &writer)
                write(trigger, passes: trigger.samplingRate.map(passes))
            }
            writer.raw("}")
        }
        if let settings = replay.privacySettings { write(settings) }
        note(from: start)
    }

    private static var passesTargeting: StaticString { ",\"passes_session_recording_targeting\":true" }
    private static var failsTargeting: StaticString { ",\"passes_session_recording_targeting\":false" }

    /// Writes a trigger's members, behind its name.
    private mutating func write(_ trigger: SessionReplayRow.Trigger, passes: Bool?) {
        writer.raw(":{")
        if let values = trigger.values {
            writer.raw("\"values\":")
            write(values)
        }
        if let passes {
            beginMember()
            writer.raw("\"passes_sampling\":")
            writer.bool(passes)
        }
        writer.raw("}")
    }

    private mutating func write(_ settings: SessionReplayRow.PrivacySettings) {
        writer.raw(",\"session_recording_privacy_settings\":{\"privacy_mode\":")
        writer.string(settings.mode)
        if let elements = settings.unmaskedElements {
            writer.raw(",\"unmasked_elements\":")
            write(elements)
        }
        if let elements = settings.maskedElements {
            writer.raw(",\"masked_elements\":")
            write(elements)
        }
        if let elements = settings.blockedElements {
            writer.raw(",\"blocked_elements\":")
            write(elements)
        }
        writer.raw("}")
    }
}

extension Evaluator {
    /// Whether the user passes a gate; `false` for an unknown gate and for one that can't be decided.
    fileprivate mutating func passesAnew(_ gate: Text) -> Bool {
        begin()
        var record = Record(firstExposure: 0)
        let index = program.pointee.gates.index(of: gate)
        return evaluate(.gate, gate, at: index, as: .asked, into: &record) == .recognized && record.bool
    }
}
