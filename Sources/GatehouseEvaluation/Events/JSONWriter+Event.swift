// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The names of the exposure events.
package enum EventName {
    package static let gateExposure = "statsig::gate_exposure"
    package static let configExposure = "statsig::config_exposure"
    package static let layerExposure = "statsig::layer_exposure"
}

/// The entity of an exposure, with those members of the metadata that only its kind has (Evaluation §22.3).
package enum ExposureSubject {
    case gate(value: Bool)
    /// A dynamic config or an experiment; `nil` leaves the member out.
    case config(rulePassed: Bool?)
    /// A parameter of a layer, and whether an experiment owns it.
    case layer(parameter: String, isExplicit: Bool)

    /// The name of the event.
    package var eventName: String {
        switch self {
        case .gate: EventName.gateExposure
        case .config: EventName.configExposure
        case .layer: EventName.layerExposure
        }
    }
}

/// The members of an exposure's metadata that depend on how the program asked, and on where the document comes from.
package struct ExposureDetails {
    /// The reason with the document's source.
    package var reason: String
    /// Whether a layer's parameter is logged with the rule that its value comes from.
    package var usesParameterRule = true
    /// The time of the document or of the sticky assignment; the type holds those of both, which are 64 bits wide with
    /// and without a sign.
    package var configTime: Int128?
    /// ms since 1970.
    package var receivedAt: Int64?
    /// Whether the program logged the result by hand.
    package var isManual = false
    /// Whether to write the config that a config mapping evaluated instead.
    package var hasOverrideConfigName = false

    package init(reason: String) {
        self.reason = reason
    }
}

// The one place that knows the members of an event and their forms (Evaluation §22.1). The client and the console call these
// in the order in which they write the members; readers of events don't depend on that order.
extension JSONWriter {
    /// Begins an event with its name; ``endEvent()`` ends it.
    package mutating func beginEvent(_ name: String) {
        raw("{\"eventName\":")
        string(name)
    }

    package mutating func endEvent() {
        raw("}")
    }

    package mutating func eventValue(_ value: Value) {
        raw(",\"value\":")
        self.value(value)
    }

    /// Writes the user of an event.
    ///
    /// - Parameter write: Writes an object.
    package mutating func eventUser(_ write: (inout JSONWriter) -> Void) {
        raw(",\"user\":")
        write(&self)
    }

    /// Writes the time of an event in ms since 1970.
    package mutating func eventTime(_ time: Int64) {
        raw(",\"time\":")
        integer(time)
    }

    /// Writes the metadata of an event that isn't an exposure.
    package mutating func eventMetadata(_ metadata: Object?) {
        raw(",\"metadata\":")
        value(metadata.map(Value.object) ?? .null)
    }

    /// Writes the members that describe the program which logs the event, and its sampling.
    ///
    /// - Parameter write: Writes the object's members, `nil` to write `null`.
    package mutating func eventStatsigMetadata(_ write: ((inout JSONWriter) -> Void)?) {
        raw(",\"statsigMetadata\":")
        guard let write else { return raw("null") }
        raw("{")
        write(&self)
        raw("}")
    }

    // MARK: - Exposures

    /// Writes the metadata of an exposure; it has strings only.
    package mutating func exposureMetadata(
        _ subject: ExposureSubject, _ name: String, _ evaluation: Evaluation, _ details: ExposureDetails
    ) {
        raw(",\"metadata\":{")
        var ruleID: Text?
        switch subject {
        case .gate(let value):
            raw("\"gate\":")
            string(name)
            exposureFlag(",\"gateValue\":", value)
        case .config(let rulePassed):
            raw("\"config\":")
            string(name)
            if let rulePassed { exposureFlag(",\"rulePassed\":", rulePassed) }
        case .layer(let parameter, let isExplicit):
            raw("\"config\":")
            string(name)
            raw(",\"parameterName\":")
            string(parameter)
            exposureFlag(",\"isExplicitParameter\":", isExplicit)
            raw(",\"allocatedExperiment\":")
            string(isExplicit ? evaluation.record.delegate : Text(""))
            if details.usesParameterRule { ruleID = evaluation.parameterRuleID(parameter) }
        }
        raw(",\"ruleID\":")
        if let ruleID { string(ruleID) } else { string(evaluation.ruleID) }
        raw(",\"reason\":")
        string(details.reason)
        if let time = details.configTime { exposureNumber(",\"lcut\":", time) }
        if let time = details.receivedAt { exposureNumber(",\"receivedAt\":", time) }
        if let version = evaluation.version { exposureNumber(",\"configVersion\":", version) }
        if details.isManual { exposureFlag(",\"isManualExposure\":", true) }
        if details.hasOverrideConfigName, !evaluation.record.overrideConfigName.isMissing {
            raw(",\"overrideConfigName\":")
            string(evaluation.record.overrideConfigName)
        }
        raw("}")
    }

    /// Writes the metadata of a secondary exposure that is logged as an exposure of its own (Evaluation §23.5).
    package mutating func exposureMetadata(_ exposure: SecondaryExposure) {
        raw(",\"metadata\":{\"gate\":")
        string(exposure.gate)
        exposureFlag(",\"gateValue\":", exposure.gateValue)
        raw(",\"ruleID\":")
        string(exposure.ruleID)
        raw("}")
    }

    private mutating func exposureFlag(_ name: StaticString, _ value: Bool) {
        raw(name)
        raw(value ? "\"true\"" as StaticString : "\"false\"")
    }

    private mutating func exposureNumber(_ name: StaticString, _ value: some FixedWidthInteger) {
        raw(name)
        raw("\"")
        integer(value)
        raw("\"")
    }

    // MARK: - Secondary exposures

    /// Writes the secondary exposures of an exposure.
    ///
    /// - Parameters:
    ///   - evaluation: The evaluation.
    ///   - undelegated: Whether to write only those of a layer's parameters that no experiment owns.
    package mutating func eventSecondaryExposures(of evaluation: Evaluation, undelegated: Bool = false) {
        raw(",\"secondaryExposures\":[")
        var isFirst = true
        for (index, row) in evaluation.secondaryExposureRows.enumerated()
        where !undelegated || evaluation.record.isUndelegated(row, at: index) {
            if !isFirst { raw(",") }
            isFirst = false
            beginSecondaryExposure()
            string(row.gate)
            endSecondaryExposure(row)
        }
        raw("]")
    }

    /// Writes an empty list of secondary exposures, or `null`.
    package mutating func eventWithoutSecondaryExposures(isNull: Bool) {
        raw(",\"secondaryExposures\":")
        raw(isNull ? "null" as StaticString : "[]")
    }
}
