// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Writes events as the reference does (Evaluation §22), members in any order.
struct EventWriter: Sendable {
    /// Writes one event, with the evaluation where it is an exposure.
    static func write(_ event: QueuedEvent, _ evaluation: UnretainedEvaluation?, into json: inout JSONWriter) {
        switch event {
        case .exposure(let exposure):
            guard let evaluation = evaluation?.retained(by: exposure.snapshot.ruleset) else { return }
            write(exposure, evaluation, into: &json)
        case .secondary(let event): write(event, into: &json)
        case .custom(let event): write(event, into: &json)
        case .nonExposedChecks(let counts, let time): write(counts, time, into: &json)
        }
    }

    // MARK: - Exposures

    private static func write(_ exposure: Exposure, _ evaluation: Evaluation, into json: inout JSONWriter) {
        json.raw("{\"eventName\":")
        var undelegated = false
        switch exposure.kind {
        case .gate:
            json.raw("\"statsig::gate_exposure\",\"value\":null,\"metadata\":{\"gate\":")
            json.string(exposure.name)
            json.raw(",\"gateValue\":")
            flag(evaluation.passed, into: &json)
        case .dynamicConfig:
            json.raw("\"statsig::config_exposure\",\"value\":null,\"metadata\":{\"config\":")
            json.string(exposure.name)
            if evaluation.reason != .tooDeep {
                json.raw(",\"rulePassed\":")
                flag(evaluation.passed, into: &json)
            }
        case .experiment:
            json.raw("\"statsig::config_exposure\",\"value\":null,\"metadata\":{\"config\":")
            json.string(exposure.name)
            if exposure.way == .getter {
                json.raw(",\"rulePassed\":")
                flag(evaluation.passed, into: &json)
            }
        case .layer(let parameter):
            json.raw("\"statsig::layer_exposure\",\"value\":null,\"metadata\":{\"config\":")
            json.string(exposure.name)
            undelegated = !write(parameter, of: evaluation, into: &json)
        }
        writeDetails(of: exposure, evaluation, into: &json)
        write(exposure.sampling, exposure.user, exposure.snapshot, exposure.time, into: &json)
        // The reference's bindings and its core differ in this.
        if undelegated, exposure.way != .store, evaluation.lacksUndelegated {
            json.raw("null")
        } else if exposure.leavesOutSecondary {
            json.raw("[]")
        } else {
            evaluation.write(secondaryExposuresUndelegated: undelegated, into: &json)
        }
        json.raw("}")
    }

    /// - Returns: Whether an experiment owns the parameter.
    private static func write(_ parameter: String, of layer: Evaluation, into json: inout JSONWriter) -> Bool {
        let isExplicit = layer.isExplicit(parameter)
        json.raw(",\"parameterName\":")
        json.string(parameter)
        json.raw(",\"isExplicitParameter\":")
        flag(isExplicit, into: &json)
        json.raw(",\"allocatedExperiment\":")
        json.string(isExplicit ? layer.record.delegate : Text(""))
        return isExplicit
    }

    /// What all exposures tell: rule, version and how the evaluation came about (Evaluation §19.1).
    private static func writeDetails(
        of exposure: Exposure, _ evaluation: Evaluation, into json: inout JSONWriter
    ) {
        let provenance = exposure.snapshot.provenance
        json.raw(",\"ruleID\":")
        if case .layer(let parameter) = exposure.kind, exposure.way != .manual,
            let ruleID = evaluation.parameterRuleID(parameter)
        {
            json.string(ruleID)
        } else {
            json.string(evaluation.ruleID)
        }
        json.raw(",\"reason\":")
        let hasDocument = provenance.receivedAt != nil
        var reason = hasDocument ? evaluation.reason.description(source: provenance.source) : provenance.source
        if evaluation.consultedIDList, evaluation.reason == .recognized { reason += ":IdListInMemory" }
        json.string(reason)
        if evaluation.reason == .persisted {
            if let time = exposure.persistedTime { member(",\"lcut\":", time, into: &json) }
            member(",\"receivedAt\":", exposure.time, into: &json)
        } else if hasDocument, evaluation.reason != .tooDeep {
            member(",\"lcut\":", evaluation.documentTime, into: &json)
            if let receivedAt = provenance.receivedAt { member(",\"receivedAt\":", receivedAt, into: &json) }
        }
        if let version = evaluation.version { member(",\"configVersion\":", version, into: &json) }
        if exposure.way == .manual { json.raw(",\"isManualExposure\":\"true\"") }
        // The reference's getters leave it out for layers.
        let isLayer = if case .layer = exposure.kind { true } else { false }
        if !evaluation.record.overrideConfigName.isMissing, !(isLayer && exposure.way == .getter) {
            json.raw(",\"overrideConfigName\":")
            json.string(evaluation.record.overrideConfigName)
        }
    }

    private static func write(_ sampling: Exposure.Sampling, into json: inout JSONWriter) {
        json.raw("\"samplingRate\":")
        if let rate = sampling.rate { json.integer(rate) } else { json.raw("null") }
        json.raw(",\"samplingMode\":")
        json.string(sampling.mode.rawValue)
        json.raw(",\"shadowLogged\":")
        json.string(sampling.isSampled ? "logged" : "dropped")
    }

    private static func write(_ event: SecondaryEvent, into json: inout JSONWriter) {
        json.raw("{\"eventName\":\"statsig::gate_exposure\",\"value\":null,\"metadata\":{\"gate\":")
        json.string(event.exposure.gate)
        json.raw(",\"gateValue\":")
        flag(event.exposure.gateValue, into: &json)
        json.raw(",\"ruleID\":")
        json.string(event.exposure.ruleID)
        write(event.sampling, event.user, event.snapshot, event.time, into: &json)
        json.raw("[]}")
    }

    /// What all exposures tell behind their metadata, up to the secondary ones.
    private static func write(
        _ sampling: Exposure.Sampling?, _ user: User, _ snapshot: Snapshot, _ time: Int64, into json: inout JSONWriter
    ) {
        json.raw("},\"statsigMetadata\":{")
        if let sampling { write(sampling, into: &json) }
        json.raw("},\"user\":")
        user.write(in: snapshot.context, snapshot.ruleset, into: &json)
        json.raw(",\"time\":")
        json.integer(time)
        json.raw(",\"secondaryExposures\":")
    }

    // MARK: - Others

    private static func write(_ event: CustomEvent, into json: inout JSONWriter) {
        json.raw("{\"eventName\":")
        json.string(event.name)
        json.raw(",\"value\":")
        switch event.value {
        case .string(let text): json.string(text)
        default: if let number = event.value.double { json.double(number) } else { json.raw("null") }
        }
        json.raw(",\"metadata\":")
        if let metadata = event.metadata { json.value(.object(metadata)) } else { json.raw("null") }
        json.raw(",\"statsigMetadata\":null,\"user\":")
        event.user.write(in: event.snapshot.context, event.snapshot.ruleset, into: &json)
        json.raw(",\"time\":")
        json.integer(event.time)
        json.raw(",\"secondaryExposures\":null}")
    }

    private static func write(_ counts: [String: Int], _ time: Int64, into json: inout JSONWriter) {
        var checks = JSONWriter()
        checks.value(.object(Object(distinct: counts.map { (name: $0.key, value: .integer(Int64($0.value))) })))
        json.raw("{\"eventName\":\"statsig::non_exposed_checks\",\"value\":null,\"metadata\":{\"checks\":")
        json.string(String(decoding: checks.bytes, as: UTF8.self))
        json.raw("},\"statsigMetadata\":null,\"user\":{},\"time\":")
        json.integer(time)
        json.raw(",\"secondaryExposures\":null}")
    }

    // MARK: - Parts

    /// Exposures have strings only.
    private static func flag(_ value: Bool, into json: inout JSONWriter) {
        json.raw(value ? "\"true\"" as StaticString : "\"false\"")
    }

    private static func member(_ name: StaticString, _ value: some FixedWidthInteger, into json: inout JSONWriter) {
        json.raw(name)
        json.raw("\"")
        json.integer(value)
        json.raw("\"")
    }
}
