// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Writes events as the reference does (Evaluation §22), members in any order.
///
/// It decides which members an event of the client has; their names and forms are in `JSONWriter+Event.swift`.
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
        let subject = subject(of: exposure, evaluation)
        json.beginEvent(subject.eventName)
        json.eventValue(.null)
        json.exposureMetadata(subject, exposure.name, evaluation, details(of: exposure, evaluation))
        write(exposure.sampling, exposure.user, exposure.snapshot, exposure.time, into: &json)
        let undelegated = if case .layer(_, isExplicit: false) = subject { true } else { false }
        // The reference's bindings and its core differ in this.
        if undelegated, exposure.way != .store, evaluation.lacksUndelegated {
            json.eventWithoutSecondaryExposures(isNull: true)
        } else if exposure.leavesOutSecondary {
            json.eventWithoutSecondaryExposures(isNull: false)
        } else {
            json.eventSecondaryExposures(of: evaluation, undelegated: undelegated)
        }
        json.endEvent()
    }

    private static func subject(of exposure: Exposure, _ evaluation: Evaluation) -> ExposureSubject {
        switch exposure.kind {
        case .gate: .gate(value: evaluation.passed)
        case .dynamicConfig: .config(rulePassed: evaluation.reason == .tooDeep ? nil : evaluation.passed)
        case .experiment: .config(rulePassed: exposure.way == .getter ? evaluation.passed : nil)
        case .layer(let parameter): .layer(parameter: parameter, isExplicit: evaluation.isExplicit(parameter))
        }
    }

    /// How the evaluation came about (Evaluation §19.1).
    private static func details(of exposure: Exposure, _ evaluation: Evaluation) -> ExposureDetails {
        let provenance = exposure.snapshot.provenance
        let hasDocument = provenance.receivedAt != nil
        var details = ExposureDetails(
            reason: hasDocument ? evaluation.reason.description(source: provenance.source) : provenance.source)
        if evaluation.consultedIDList, evaluation.reason == .recognized { details.reason += ":IdListInMemory" }
        details.usesParameterRule = exposure.way != .manual
        if evaluation.reason == .persisted {
            details.configTime = exposure.persistedTime.map { Int128($0) }
            details.receivedAt = exposure.time
        } else if hasDocument, evaluation.reason != .tooDeep {
            details.configTime = Int128(evaluation.documentTime)
            details.receivedAt = provenance.receivedAt
        }
        details.isManual = exposure.way == .manual
        // The reference's getters leave it out for layers.
        let isLayer = if case .layer = exposure.kind { true } else { false }
        details.hasOverrideConfigName = !(isLayer && exposure.way == .getter)
        return details
    }

    private static func write(_ event: SecondaryEvent, into json: inout JSONWriter) {
        json.beginEvent(EventName.gateExposure)
        json.eventValue(.null)
        json.exposureMetadata(event.exposure)
        write(event.sampling, event.user, event.snapshot, event.time, into: &json)
        json.eventWithoutSecondaryExposures(isNull: false)
        json.endEvent()
    }

    /// What all exposures tell behind their metadata, up to the secondary ones.
    private static func write(
        _ sampling: Exposure.Sampling?, _ user: User, _ snapshot: Snapshot, _ time: Int64, into json: inout JSONWriter
    ) {
        json.eventStatsigMetadata { json in
            if let sampling { write(sampling, into: &json) }
        }
        json.eventUser { user.write(in: snapshot.context, snapshot.ruleset, into: &$0) }
        json.eventTime(time)
    }

    private static func write(_ sampling: Exposure.Sampling, into json: inout JSONWriter) {
        json.raw("\"samplingRate\":")
        if let rate = sampling.rate { json.integer(rate) } else { json.raw("null") }
        json.raw(",\"samplingMode\":")
        json.string(sampling.mode.rawValue)
        json.raw(",\"shadowLogged\":")
        json.string(sampling.isSampled ? "logged" : "dropped")
    }

    // MARK: - Others

    private static func write(_ event: CustomEvent, into json: inout JSONWriter) {
        json.beginEvent(event.name)
        switch event.value {
        case .string: json.eventValue(event.value)
        default: json.eventValue(event.value.double.map(Value.double) ?? .null)
        }
        json.eventMetadata(event.metadata)
        json.eventStatsigMetadata(nil)
        json.eventUser { event.user.write(in: event.snapshot.context, event.snapshot.ruleset, into: &$0) }
        json.eventTime(event.time)
        json.eventWithoutSecondaryExposures(isNull: true)
        json.endEvent()
    }

    private static func write(_ counts: [String: Int], _ time: Int64, into json: inout JSONWriter) {
        var checks = JSONWriter()
        checks.value(.object(Object(distinct: counts.map { (name: $0.key, value: .integer(Int64($0.value))) })))
        json.beginEvent(Event.nonExposedChecksName)
        json.eventValue(.null)
        json.eventMetadata(["checks": .string(String(decoding: checks.bytes, as: UTF8.self))])
        json.eventStatsigMetadata(nil)
        json.eventUser { $0.raw("{}") }
        json.eventTime(time)
        json.eventWithoutSecondaryExposures(isNull: true)
        json.endEvent()
    }
}
