// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A rule of a document, before it is written in one of the formats.
struct CompiledRule {
    var id: String
    var groupName: String?
    var passPercentage = 100.0
    var returnValue: Value
    var salt = ""
    var idType: String
    var conditions: [Object]
    var isExperimentGroup = false
    var delegate: String?
    /// Whether a gate is false where it holds, which each format says in its own way.
    var isRefusal = false

    /// The rule in a format.
    ///
    /// - Parameters:
    ///   - isNewer: Whether it is for the newer format.
    ///   - conditions: The conditions as the format has them.
    func object(isNewer: Bool, conditions: [Value]) -> Object {
        var object: Object = ["name": .string(id)]
        object["groupName"] = groupName.map(Value.string)
        object["passPercentage"] = isRefusal && !isNewer ? 0 : .number(passPercentage)
        object["conditions"] = .array(conditions)
        object["returnValue"] = isRefusal && isNewer ? false : returnValue
        object["id"] = .string(id)
        object["salt"] = .string(salt)
        if isExperimentGroup { object["isExperimentGroup"] = true }
        object["configDelegate"] = delegate.map(Value.string)
        object["idType"] = .string(idType)
        if !isNewer { object["isDeviceBased"] = .bool(idType.isStableID) }
        return object
    }
}

extension String {
    /// Whether the unit is that of devices, which the older format marks.
    var isStableID: Bool { lowercased() == "stableid" }
}
