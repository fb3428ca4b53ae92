// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The parts of a dcs-v2 document as JSON text.
///
/// Names and texts are used as they are: nothing here contains a character that JSON escapes, except where the caller
/// has escaped it.
enum SpecText {
    static func strings(_ texts: [String]) -> String {
        "[" + texts.map { "\"\($0)\"" }.joined(separator: ",") + "]"
    }

    /// A condition; `target` and `additionalValues` are JSON.
    static func condition(
        _ type: String, operator comparison: String? = nil, field: String? = nil, target: String = "null",
        salt: String? = nil, idType: String = "userID"
    ) -> String {
        let comparison = comparison.map { "\"\($0)\"" } ?? "null"
        let field = field.map { "\"\($0)\"" } ?? "null"
        let additional = salt.map { "{\"salt\":\"\($0)\"}" } ?? "{}"
        return """
            {"type":"\(type)","targetValue":\(target),"operator":\(comparison),"field":\(field),\
            "additionalValues":\(additional),"idType":"\(idType)"}
            """
    }

    /// A rule; `returns` is JSON.
    static func rule(
        _ id: String, group: String? = nil, percentage: Int = 100, conditions: [String], returns: String,
        salt: String = "", delegate: String? = nil, isExperimentGroup: Bool = false
    ) -> String {
        let group = group.map { "\"groupName\":\"\($0)\"," } ?? ""
        let delegate = delegate.map { ",\"configDelegate\":\"\($0)\"" } ?? ""
        let isGroup = isExperimentGroup ? ",\"isExperimentGroup\":true" : ""
        return """
            {"name":"\(id)",\(group)"passPercentage":\(percentage),"conditions":\(strings(conditions)),\
            "returnValue":\(returns),"id":"\(id)","salt":"\(salt)","idType":"userID"\(isGroup)\(delegate)}
            """
    }

    /// A gate, config or layer; `defaultValue` is JSON.
    static func spec(
        type: String, entity: String, salt: String, defaultValue: String, rules: [String], version: Int,
        experiment: (isActive: Bool, hasSharedParameters: Bool, explicitParameters: [String])? = nil
    ) -> String {
        var tail = ""
        if let experiment {
            tail = ",\"isActive\":\(experiment.isActive),\"hasSharedParams\":\(experiment.hasSharedParameters)"
            if !experiment.explicitParameters.isEmpty {
                tail += ",\"explicitParameters\":\(strings(experiment.explicitParameters))"
            }
        }
        return """
            {"type":"\(type)","salt":"\(salt)","enabled":true,"defaultValue":\(defaultValue),\
            "rules":[\(rules.joined(separator: ","))],"idType":"userID","entity":"\(entity)",\
            "version":\(version)\(tail)}
            """
    }

    /// A gate, segment or holdout.
    static func gate(_ rules: [String], salt: String, entity: String = "feature_gate", version: Int = 1) -> String {
        spec(
            type: "feature_gate", entity: entity, salt: salt, defaultValue: "false", rules: rules, version: version)
    }
}
