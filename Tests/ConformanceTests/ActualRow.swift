// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation

/// What Gatehouse answers, in the members of a row.
struct ActualRow {
    /// The JSON of each member by the order of ``RowField``; empty where it is null, not there, or an empty list.
    private(set) var members = [[UInt8]](repeating: [], count: RowField.allCases.count)

    init(_ result: GateEvaluation) {
        set(.value, result.value)
        setDetails(of: result)
        set(.overrideConfigName, result.evaluation.overrideConfigName)
    }

    init(_ result: DynamicConfigEvaluation) {
        setValue(of: result)
        setDetails(of: result)
        setPassed(of: result)
    }

    init(_ result: ExperimentEvaluation) {
        setValue(of: result)
        setDetails(of: result)
        setPassed(of: result)
        set(.groupName, result.groupName)
        if result.reason != .tooDeep { set(.isExperimentActive, result.isActive) }
    }

    init(_ result: LayerEvaluation) {
        setValue(of: result)
        setDetails(of: result)
        set(.groupName, result.groupName)
        // The rows tell it of whatever was evaluated last, even where no experiment decided.
        if result.reason != .tooDeep { set(.isExperimentActive, result.evaluation.record.isExperimentActive) }
        set(.allocatedExperiment, result.allocatedExperiment)
        set(.undelegatedExposures, result.undelegatedSecondaryExposures)
        let undelegated = result.ruleID(of: "__not_a_param__")
        if !undelegated.utf8.elementsEqual(result.ruleID.utf8) { set(.undelegatedRuleID, undelegated) }
    }

    /// The typed reads of a store's parameter that return something other than their fallback.
    init(parameter name: String, of store: ParameterStoreEvaluation) {
        var reads = Object()
        let value = store.read(name).value ?? .null
        if let string = value.string { reads["string"] = .string(string) }
        if let double = value.double { reads["float"] = .double(double) }
        if let integer = value.integer { reads["integer"] = .integer(integer) }
        if let bool = value.bool { reads["bool"] = .bool(bool) }
        if let array = value.array { reads["array"] = .array(array.map(ActualRow.asRead)) }
        if let object = value.object { reads["map"] = .object(object) }
        set(.value, object: reads)
    }

    /// An element of an array as the rows have it: the binding that made them reads a number that isn't a signed 64-bit
    /// integer as 0.
    private static func asRead(_ element: Value) -> Value {
        switch element {
        case .double, .unsigned: 0
        case .array(let elements): .array(elements.map(asRead))
        default: element
        }
    }

    // MARK: - Members

    private mutating func setDetails(of result: some EvaluationResult) {
        set(.ruleID, result.ruleID)
        let suffix = result.evaluation.consultedIDList && result.reason == .recognized ? ":IdListInMemory" : ""
        set(.reason, result.reason.description(source: "Network") + suffix)
        set(.idType, result.idType)
        if let version = result.version { members[ActualRow.index(.version)] = Array(String(version).utf8) }
        set(.exposures, result.secondaryExposures)
    }

    private mutating func setValue(of result: some ParameterizedResult) {
        let json = result.json
        if json.utf8.first == UInt8(ascii: "{") { members[ActualRow.index(.value)] = Array(json.utf8) }
    }

    private mutating func setPassed(of result: some EvaluationResult) {
        set(.passed, result.evaluation.passed)
        set(.overrideConfigName, result.evaluation.overrideConfigName)
    }

    private static func index(_ field: RowField) -> Int { RowField.allCases.firstIndex(of: field) ?? 0 }

    private mutating func set(_ field: RowField, _ value: Bool) {
        members[ActualRow.index(field)] = Array((value ? "true" : "false").utf8)
    }

    private mutating func set(_ field: RowField, _ value: String?) {
        guard let value else { return }
        var writer = JSONWriter()
        writer.string(value)
        members[ActualRow.index(field)] = writer.bytes
    }

    private mutating func set(_ field: RowField, object: Object) {
        members[ActualRow.index(field)] = Value.object(object).jsonBytes
    }

    private mutating func set(_ field: RowField, _ exposures: [SecondaryExposure]) {
        if exposures.isEmpty { return }
        var writer = JSONWriter()
        writer.raw("[")
        for (index, exposure) in exposures.enumerated() {
            writer.raw(index == 0 ? "[" : ",[")
            writer.string(exposure.gate)
            writer.raw(exposure.gateValue ? ",\"true\"," : ",\"false\",")
            writer.string(exposure.ruleID)
            writer.raw("]")
        }
        writer.raw("]")
        members[ActualRow.index(field)] = writer.bytes
    }
}
