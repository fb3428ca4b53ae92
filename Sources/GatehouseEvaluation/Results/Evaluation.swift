// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The details that results of every kind have in common.
///
/// It retains the ruleset, and copies texts and values out of it only when they are read.
public struct Evaluation: Sendable {
    let ruleset: Ruleset
    // Owns values that don't come from the ruleset.
    let region: Region?
    package let record: Record
    let exposures: SecondaryExposureList
    /// The reason for the result.
    public let reason: EvaluationReason
    /// Whether the evaluation that decided consulted an ID list, itself or in a gate that it asked (Evaluation §13).
    public let consultedIDList: Bool

    @inline(__always)
    init(
        ruleset: Ruleset, region: Region?, record: Record, exposures: SecondaryExposureList, reason: EvaluationReason,
        consultedIDList: Bool
    ) {
        self.ruleset = ruleset
        self.region = region
        self.record = record
        self.exposures = exposures
        self.reason = reason
        self.consultedIDList = consultedIDList
    }

    /// The rule that decided, `default` or `disabled` where none did, empty for unknown names and failed evaluations.
    public var ruleID: String {
        record.ruleIDText
    }

    /// The group of the rule that decided, `nil` when it has none.
    public var groupName: String? { record.groupName.optionalString }

    /// The ID type of the entity, `nil` for an unknown one.
    public var idType: String? { record.idType.optionalString }

    /// The version of the entity, `nil` when the document has none.
    public var version: UInt32? { record.version }

    /// Whether a rule passed.
    ///
    /// For gates this is the value.
    public var passed: Bool { record.bool }

    /// The gates that the evaluation asked on the way, in order, one entry per time.
    public var secondaryExposures: [SecondaryExposure] { exposures.rows.map(SecondaryExposure.init) }

    /// For layers: the secondary exposures that are logged with parameters that no experiment owns.
    public var undelegatedSecondaryExposures: [SecondaryExposure] {
        exposures.rows.enumerated().filter { record.isUndelegated($0.element, at: $0.offset) }
            .map { SecondaryExposure($0.element) }
    }

    /// The config that a config mapping evaluated instead of this one, `nil` without a mapping.
    public var overrideConfigName: String? { record.overrideConfigName.optionalString }

    /// The sampling rate of the rule that decided, `nil` when it has none.
    public var samplingRate: UInt64? { record.samplingRate }

    /// Whether the document asks to log every exposure of the entity, `nil` when it doesn't define that.
    public var forwardsAllExposures: Bool? { record.forwardsAllExposures }

    /// Whether one of the gates asked on the way was decided by a rule without a sampling rate.
    public var hasSeenAnalyticalGates: Bool { record.hasSeenAnalyticalGates }

    /// The value as it stands in the document.
    var returns: ReturnRow? { record.returns }

    /// The value's members, `nil` unless it is an object.
    var object: Object? {
        guard let returns, returns.kind == .object else { return nil }
        return Value(json: returns.json)?.object
    }

    /// The value of one member, `nil` when there is none.
    func parameter(_ name: String) -> Value? {
        guard let returns else { return nil }
        let json = name.withTextBytes { returns.member($0) }
        return json.isMissing ? nil : Value(json: json)
    }

    /// The rule that a layer's parameter is logged with.
    ///
    /// - Parameter parameter: The parameter's name.
    /// - Returns: `nil` where that is the layer's rule.
    package func parameterRuleID(_ parameter: Text) -> Text? {
        guard let ruleIDs = record.parameterRuleIDs, let members = returns?.members else { return nil }
        for (member, ruleID) in zip(members, ruleIDs) where member.name == parameter { return ruleID }
        return nil
    }

    /// The rule that a layer's parameter is logged with.
    ///
    /// - Parameter parameter: The parameter's name.
    /// - Returns: `nil` where that is the layer's rule.
    package func parameterRuleID(_ parameter: String) -> Text? {
        parameter.withTextBytes { parameterRuleID($0) }
    }

    /// Whether the experiment that decided for a layer owns a parameter.
    package func isExplicit(_ parameter: String) -> Bool {
        parameter.withTextBytes { parameter in record.explicitParameters?.contains { $0 == parameter } ?? false }
    }

    /// The rows of the secondary exposures, whose texts point into the ruleset that this retains.
    package var secondaryExposureRows: [SecondaryExposureRow] { exposures.rows }

    /// The time of the document that the evaluation comes from, in ms since 1970.
    package var documentTime: UInt64 { ruleset.metadata.time }
}

/// The reason for the result of an evaluation (Evaluation §19.1).
public enum EvaluationReason: Sendable, Hashable {
    /// The rules decided.
    case recognized
    /// No entity has that name.
    case unrecognized
    /// A condition is of a type, or has an operator, that the engine doesn't know.
    case unsupported
    /// A local override decided.
    case localOverride
    /// A condition compares the country of an IP address, and the context has no country lookup.
    case countryLookupNotLoaded
    /// A sticky value from storage decided.
    case persisted
    /// Gates, delegates or mappings nest too deep, for example in a circle; there is no answer.
    case tooDeep

    /// The reason that a record gives; an override's reason precedes that of an unknown condition.
    init(_ record: Record, _ recognition: Recognition) {
        switch recognition {
        case .tooDeep: self = .tooDeep
        case .unrecognized: self = .unrecognized
        case .recognized:
            self =
                switch record.overrideReason {
                case .localOverride: .localOverride
                case .countryLookupNotLoaded: .countryLookupNotLoaded
                case .none: record.isUnsupported ? .unsupported : .recognized
                }
        }
    }

    /// The reason as text, as the reference's details have it.
    ///
    /// - Parameter source: The source of the ruleset, for example `Network`.
    /// - Returns: The text, for example `Network:Recognized`.
    public func description(source: String) -> String {
        switch self {
        case .recognized: "\(source):Recognized"
        case .unrecognized: "\(source):Unrecognized"
        case .unsupported: "\(source):Unsupported"
        case .localOverride: "LocalOverride:Recognized"
        case .countryLookupNotLoaded: "CountryLookupNotLoaded:Recognized"
        case .persisted: "Persisted"
        case .tooDeep: "Error:Statsig Evaluation Depth Exceeded"
        }
    }
}
