// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension StickyValue {
    /// The value as JSON object, in the member names that the SDKs share.
    public var stored: Object {
        var object = Object()
        object["value"] = .bool(value)
        object["json_value"] = json
        object["rule_id"] = .string(ruleID)
        if let groupName { object["group_name"] = .string(groupName) }
        object["secondary_exposures"] = StickyValue.tree(secondaryExposures)
        if let exposures = undelegatedSecondaryExposures {
            object["undelegated_secondary_exposures"] = StickyValue.tree(exposures)
        }
        if let delegate { object["config_delegate"] = .string(delegate) }
        if let parameters = explicitParameters {
            object["explicit_parameters"] = .array(parameters.map(Value.string))
        }
        object["time"] = time.map(Value.integer) ?? .null
        if let version { object["config_version"] = .integer(Int64(version)) }
        return object
    }

    /// Reads a value that was stored by this or another SDK.
    ///
    /// - Parameter stored: The JSON object.
    /// - Returns: `nil` when it lacks `value`, `secondary_exposures` or `time`, or they have the wrong type.
    public init?(stored: Object) {
        guard let value = stored["value"]?.bool, let exposures = stored["secondary_exposures"]?.array,
            let time = stored["time"]
        else { return nil }
        self.init(
            value: value, json: stored["json_value"] ?? .null, ruleID: stored["rule_id"]?.string ?? "",
            groupName: stored["group_name"]?.string, secondaryExposures: StickyValue.exposures(exposures),
            undelegatedSecondaryExposures: stored["undelegated_secondary_exposures"]?.array.map(StickyValue.exposures),
            delegate: stored["config_delegate"]?.string,
            explicitParameters: stored["explicit_parameters"]?.array?.compactMap(\.string), time: time.integer,
            version: stored["config_version"]?.integer.flatMap(UInt32.init(exactly:)))
    }

    private static func tree(_ exposures: [SecondaryExposure]) -> Value {
        .array(
            exposures.map { exposure in
                .object([
                    "gate": .string(exposure.gate), "gateValue": .string(exposure.gateValue ? "true" : "false"),
                    "ruleID": .string(exposure.ruleID),
                ])
            })
    }

    private static func exposures(_ values: [Value]) -> [SecondaryExposure] {
        values.compactMap { value in
            guard let gate = value.object?["gate"]?.string else { return nil }
            return SecondaryExposure(
                gate: gate, gateValue: value.object?["gateValue"]?.string == "true",
                ruleID: value.object?["ruleID"]?.string ?? "")
        }
    }
}
