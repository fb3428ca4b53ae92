// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// An exposure of the console's own evaluations, as the event that an SDK would send.
struct Exposure {
    let name: String
    /// The user of the request, without private attributes.
    let user: Object
    /// In ms since 1970.
    let time: Int64
    /// The whole event.
    let json: String

    static func gate(_ gate: GateEvaluation, _ user: Object, at time: Int64) -> Exposure {
        Exposure(.gate(value: gate.value), gate, user, time)
    }

    static func config(_ config: some ParameterizedResult, _ user: Object, at time: Int64) -> Exposure {
        Exposure(.config(rulePassed: nil), config, user, time)
    }

    static func layer(_ layer: LayerEvaluation, parameter: String, _ user: Object, at time: Int64) -> Exposure {
        let isExplicit = layer.evaluation.isExplicit(parameter)
        return Exposure(.layer(parameter: parameter, isExplicit: isExplicit), layer, user, time)
    }

    private init(_ subject: ExposureSubject, _ result: some EvaluationResult, _ user: Object, _ time: Int64) {
        let user = user.withoutPrivateAttributes
        let undelegated = if case .layer(_, isExplicit: false) = subject { true } else { false }
        var json = JSONWriter()
        json.beginEvent(subject.eventName)
        json.eventUser { $0.value(.object(user)) }
        json.eventValue(.null)
        json.exposureMetadata(
            subject, result.name, result.evaluation,
            ExposureDetails(reason: result.reason.description(source: "Network")))
        json.eventTime(time)
        json.eventStatsigMetadata { json in
            json.raw("\"sdkType\":")
            json.string(Release.consoleType)
        }
        json.eventSecondaryExposures(of: result.evaluation, undelegated: undelegated)
        json.endEvent()
        name = subject.eventName
        self.user = user
        self.time = time
        self.json = String(decoding: json.bytes, as: UTF8.self)
    }
}

extension Object {
    /// A user as events have it.
    var withoutPrivateAttributes: Object {
        var user = self
        user["privateAttributes"] = nil
        return user
    }
}
