// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// An assignment that a user keeps when the rules of an experiment change later (Evaluation §18).
public struct StickyValue: Sendable, Equatable {
    /// Whether a rule passed.
    public var value: Bool
    /// The value that was returned.
    public var json: Value
    /// The rule that decided.
    public var ruleID: String
    /// The group, `nil` when the rule has none.
    public var groupName: String?
    /// The gates that the evaluation asked on the way.
    public var secondaryExposures: [SecondaryExposure]
    /// For layers: the secondary exposures of parameters that no experiment owns.
    public var undelegatedSecondaryExposures: [SecondaryExposure]?
    /// For layers: the experiment that decided.
    public var delegate: String?
    /// The parameters that the experiment owns.
    public var explicitParameters: [String]?
    /// The time of the document that decided: ms since 1970.
    public var time: Int64?
    /// The version of the entity.
    public var version: UInt32?

    /// Makes a sticky value.
    ///
    /// - Parameters:
    ///   - value: Whether a rule passed.
    ///   - json: The value that was returned.
    ///   - ruleID: The rule that decided.
    ///   - groupName: The group.
    ///   - secondaryExposures: The gates that the evaluation asked on the way.
    ///   - undelegatedSecondaryExposures: For layers: the secondary exposures of parameters that no experiment owns.
    ///   - delegate: For layers: the experiment that decided.
    ///   - explicitParameters: The parameters that the experiment owns.
    ///   - time: The time of the document that decided: ms since 1970.
    ///   - version: The version of the entity.
    public init(
        value: Bool, json: Value, ruleID: String, groupName: String? = nil,
        secondaryExposures: [SecondaryExposure] = [], undelegatedSecondaryExposures: [SecondaryExposure]? = nil,
        delegate: String? = nil, explicitParameters: [String]? = nil, time: Int64? = nil, version: UInt32? = nil
    ) {
        self.value = value
        self.json = json
        self.ruleID = ruleID
        self.groupName = groupName
        self.secondaryExposures = secondaryExposures
        self.undelegatedSecondaryExposures = undelegatedSecondaryExposures
        self.delegate = delegate
        self.explicitParameters = explicitParameters
        self.time = time
        self.version = version
    }
}

extension StickyValue {
    /// The value as JSON object, in the member names that the SDKs share.
    public var stored: Object {
        var object = Object()
        object["value"] = .bool(value)
        object["json_value"] = json
        object["rule_id"] = .string(ruleID)
        if let groupName { object["group_name"] = .string(groupName) }
        object["secondary_exposures"] = .array(secondaryExposures.map(\.json))
        if let exposures = undelegatedSecondaryExposures {
            object["undelegated_secondary_exposures"] = .array(exposures.map(\.json))
        }
        if let delegate { object["config_delegate"] = .string(delegate) }
        if let parameters = explicitParameters {
            object["explicit_parameters"] = .array(parameters.map(Value.string))
        }
        object["time"] = time.map(Value.integer) ?? .null
        if let version { object["config_version"] = .integer(Int64(version)) }
        return object
    }

    /// Reads a value that this or another SDK stored.
    ///
    /// The result is `nil` when the object lacks `value`, `secondary_exposures` or `time`, or one has the wrong type.
    ///
    /// - Parameter stored: The JSON object.
    public init?(stored: Object) {
        guard let value = stored["value"]?.bool, let exposures = stored["secondary_exposures"]?.array,
            let time = stored["time"]
        else { return nil }
        self.init(
            value: value, json: stored["json_value"] ?? .null, ruleID: stored["rule_id"]?.string ?? "",
            groupName: stored["group_name"]?.string,
            secondaryExposures: exposures.compactMap(SecondaryExposure.init(json:)),
            undelegatedSecondaryExposures: stored["undelegated_secondary_exposures"]?.array?.compactMap(
                SecondaryExposure.init(json:)),
            delegate: stored["config_delegate"]?.string,
            explicitParameters: stored["explicit_parameters"]?.array?.compactMap(\.string), time: time.integer,
            version: stored["config_version"]?.integer.flatMap(UInt32.init(exactly:)))
    }
}
