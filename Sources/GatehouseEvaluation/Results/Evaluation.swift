// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// What every evaluation can tell, whatever was asked for.
///
/// Texts and values stay in the ruleset, which this keeps alive, until they are read.
public struct Evaluation: Sendable {
    let ruleset: Ruleset
    // Values that don't come from the ruleset.
    let region: Region?
    package let record: Record
    let exposures: ExposureList
    /// How the answer came about.
    public let reason: EvaluationReason
    /// Whether an ID list was consulted.
    public let consultedIDList: Bool

    @inline(__always)
    init(
        ruleset: Ruleset, region: Region?, record: Record, exposures: ExposureList, reason: EvaluationReason,
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

    /// The gates that were passed through, in order, repeated as often as they were.
    public var secondaryExposures: [SecondaryExposure] { exposures.rows.map(SecondaryExposure.init) }

    /// For layers: the exposures of parameters that no experiment owns.
    public var undelegatedSecondaryExposures: [SecondaryExposure] {
        exposures.rows.enumerated().filter { record.isUndelegated($0.element, at: $0.offset) }
            .map { SecondaryExposure($0.element) }
    }

    /// The config that a config mapping put in this one's place, `nil` without one.
    public var overrideConfigName: String? { record.overrideConfigName.optionalString }

    /// The sampling rate of the rule that decided, `nil` when it has none.
    public var samplingRate: UInt64? { record.samplingRate }

    /// Whether the document asks to log every exposure of the entity, `nil` when it doesn't say.
    public var forwardsAllExposures: Bool? { record.forwardsAllExposures }

    /// Whether a gate was passed through whose rule has no sampling rate.
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
}
