// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

package import GatehouseEvaluation

/// Writes evaluations in the members of the row format (`fixtures/README.md`).
package struct RowWriter: Sendable {
    private let ruleset: Ruleset
    private let context: EvaluationContext
    // The last store that was read. Its parameters are consecutive entries, and a second look-up costs more than a read.
    private var store: (user: Int, evaluation: ParameterStoreEvaluation)?

    /// The maximum size of the value of a config, experiment or layer in bytes, `nil` for none.
    private let maximumValueBytes: Int?

    /// - Parameters:
    ///   - ruleset: The ruleset.
    ///   - context: Time, environment and so on.
    ///   - maximumValueBytes: The maximum size of a value in bytes; a larger one is written as null and its size.
    package init(_ ruleset: Ruleset, in context: EvaluationContext, maximumValueBytes: Int? = nil) {
        self.ruleset = ruleset
        self.context = context
        self.maximumValueBytes = maximumValueBytes
    }

    /// Evaluates an entry for a user and writes its row, with the line feed.
    package mutating func row(_ entry: CatalogEntry, for user: User, index: Int, into writer: inout JSONWriter) {
        start(entry, index: index, into: &writer)
        writer.raw(",\"value\":")
        if entry.kind == .parameter {
            ParameterRow.write(reading(entry, for: user, index: index).value, into: &writer)
        } else {
            evaluate(entry, for: user, into: &writer)
        }
        writer.raw("}\n")
    }

    /// Appends the members that name the user and the entry, without the closing brace.
    func start(_ entry: CatalogEntry, index: Int, into writer: inout JSONWriter) {
        writer.raw("{\"u\":")
        writer.integer(index)
        writer.raw(",\"kind\":\"")
        writer.raw(text: entry.kind.rawValue)
        writer.raw("\",\"name\":")
        writer.string(entry.name)
    }

    /// Evaluates an entry for a user and writes the row's members except those that name the user and the entry.
    mutating func object(_ entry: CatalogEntry, for user: User, index: Int, into writer: inout JSONWriter) {
        writer.raw("{\"value\":")
        if entry.kind == .parameter {
            writer.value(reading(entry, for: user, index: index).value ?? .null)
        } else {
            evaluate(entry, for: user, into: &writer)
        }
        writer.raw("}")
    }

    private mutating func reading(
        _ entry: CatalogEntry, for user: User, index: Int
    ) -> ParameterStoreEvaluation.Reading {
        if let store, store.user == index, Catalog.areSame(store.evaluation.name, entry.store) {
            return store.evaluation.read(entry.parameter)
        }
        let evaluation = ruleset.parameterStore(entry.store, for: user, in: context)
        store = (index, evaluation)
        return evaluation.read(entry.parameter)
    }

    private func evaluate(_ entry: CatalogEntry, for user: User, into writer: inout JSONWriter) {
        switch entry.kind {
        case .gate: gate(ruleset.gate(entry.name, for: user, in: context), into: &writer)
        case .dynamicConfig: config(ruleset.dynamicConfig(entry.name, for: user, in: context), into: &writer)
        case .experiment: experiment(ruleset.experiment(entry.name, for: user, in: context), into: &writer)
        case .layer: layer(ruleset.layer(entry.name, for: user, in: context), into: &writer)
        case .parameter: break
        }
    }

    // MARK: - Kinds

    private func gate(_ result: GateEvaluation, into writer: inout JSONWriter) {
        writer.bool(result.value)
        common(result.evaluation, into: &writer)
        exposures("sx", result.secondaryExposures, into: &writer)
        optional("override_config_name", result.evaluation.overrideConfigName, into: &writer)
    }

    private func config(_ result: DynamicConfigEvaluation, into writer: inout JSONWriter) {
        object(result.evaluation, into: &writer)
        common(result.evaluation, into: &writer)
        exposures("sx", result.secondaryExposures, into: &writer)
        passed(result.evaluation, into: &writer)
    }

    private func experiment(_ result: ExperimentEvaluation, into writer: inout JSONWriter) {
        object(result.evaluation, into: &writer)
        common(result.evaluation, into: &writer)
        group(result.groupName, isActive: result.isActive, of: result.evaluation, into: &writer)
        exposures("sx", result.secondaryExposures, into: &writer)
        passed(result.evaluation, into: &writer)
    }

    private func layer(_ result: LayerEvaluation, into writer: inout JSONWriter) {
        object(result.evaluation, into: &writer)
        common(result.evaluation, into: &writer)
        // The member is about the last entity that was evaluated, even when no experiment decided.
        let isActive = result.evaluation.record.isExperimentActive
        group(result.groupName, isActive: isActive, of: result.evaluation, into: &writer)
        optional("allocated_experiment", result.allocatedExperiment, into: &writer)
        exposures("sx", result.secondaryExposures, into: &writer)
        exposures("usx", result.undelegatedSecondaryExposures, into: &writer)
        // The rule that the exposure of a parameter without an owning experiment is logged with.
        let undelegated = result.ruleID(of: "__not_a_param__")
        if undelegated != result.ruleID { optional("undelegated_rule_id", undelegated, into: &writer) }
    }

    // MARK: - Members

    // The record's texts point into memory that the evaluation owns. Conversion to strings would take most of the time of
    // writing large values.

    /// The value, `null` unless it is an object.
    private func object(_ evaluation: Evaluation, into writer: inout JSONWriter) {
        withExtendedLifetime(evaluation) {
            if let returns = evaluation.record.returns, returns.kind == .object {
                if let maximumValueBytes, returns.json.count > maximumValueBytes {
                    writer.raw("null,\"value_bytes\":")
                    writer.integer(returns.json.count)
                } else {
                    writer.compact(returns.json)
                }
            } else {
                writer.raw("null")
            }
        }
    }

    private func common(_ evaluation: Evaluation, into writer: inout JSONWriter) {
        writer.raw(",\"rule_id\":")
        writer.string(evaluation.ruleID)
        optional("id_type", evaluation.idType, into: &writer)
        if let version = evaluation.version {
            writer.raw(",\"version\":")
            writer.integer(version)
        }
        writer.raw(",\"reason\":\"")
        writer.raw(text: evaluation.reason.description(source: "File"))
        if evaluation.consultedIDList, evaluation.reason == .recognized {
            writer.raw(":IdListInMemory")
        }
        writer.raw("\"")
    }

    private func group(
        _ name: String?, isActive: Bool, of evaluation: Evaluation, into writer: inout JSONWriter
    ) {
        optional("group_name", name, into: &writer)
        // An evaluation that stopped has not reached the experiment.
        if evaluation.reason == .tooDeep { return }
        writer.raw(",\"is_experiment_active\":")
        writer.bool(isActive)
    }

    private func passed(_ evaluation: Evaluation, into writer: inout JSONWriter) {
        writer.raw(",\"passed\":")
        writer.bool(evaluation.passed)
        optional("override_config_name", evaluation.overrideConfigName, into: &writer)
    }

    /// Appends a member unless its value is missing.
    private func optional(_ name: StaticString, _ value: String?, into writer: inout JSONWriter) {
        guard let value else { return }
        writer.raw(",\"")
        writer.raw(name)
        writer.raw("\":")
        writer.string(value)
    }

    private func exposures(_ name: StaticString, _ exposures: [SecondaryExposure], into writer: inout JSONWriter) {
        writer.raw(",\"")
        writer.raw(name)
        writer.raw("\":[")
        var separator: StaticString = "["
        for exposure in exposures {
            writer.raw(separator)
            writer.string(exposure.gate)
            writer.raw(exposure.gateValue ? ",\"true\"," : ",\"false\",")
            writer.string(exposure.ruleID)
            writer.raw("]")
            separator = ",["
        }
        writer.raw("]")
    }
}

/// Writes a store's parameter in the row format: a member for each type that the parameter can be read as.
package enum ParameterRow {
    package static func write(_ value: Value?, into writer: inout JSONWriter) {
        switch value {
        case nil, .null:
            writer.raw("{}")
            return
        case .bool(let value):
            writer.raw("{\"bool\":")
            writer.bool(value)
        case .integer(let value):
            writer.raw("{\"float\":")
            writer.double(Double(value))
            writer.raw(",\"integer\":")
            writer.integer(value)
        case .unsigned(let value):
            writer.raw("{\"float\":")
            writer.double(Double(value))
        case .double(let value):
            writer.raw("{\"float\":")
            writer.double(value)
        case .string(let value):
            writer.raw("{\"string\":")
            writer.string(value)
        case .array(let elements):
            writer.raw("{\"array\":")
            array(elements, into: &writer)
        case .object(let object):
            writer.raw("{\"map\":")
            writer.value(.object(object))
        }
        writer.raw("}")
    }

    // The rows equal those of the reference's Python binding, which has a quirk that the engine hasn't: in arrays, and in
    // arrays directly within them, a number that isn't a signed 64-bit integer becomes 0. Objects in arrays are exact.
    private static func array(_ elements: [Value], into writer: inout JSONWriter) {
        writer.raw("[")
        for (index, element) in elements.enumerated() {
            if index > 0 { writer.raw(",") }
            switch element {
            case .double, .unsigned: writer.raw("0")
            case .array(let elements): array(elements, into: &writer)
            default: writer.value(element)
            }
        }
        writer.raw("]")
    }
}
