// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

package import GatehouseEvaluation

/// Writes evaluations in the members of the row format (`fixtures/README.md`).
package struct RowWriter: Sendable {
    private let ruleset: Ruleset
    private let context: EvaluationContext
    // The store that was read last: its parameters follow one another, and finding it again would cost more than reading.
    private var store: (user: Int, evaluation: ParameterStoreEvaluation)?

    package init(_ ruleset: Ruleset, in context: EvaluationContext) {
        self.ruleset = ruleset
        self.context = context
    }

    /// Evaluates an entry for a user and writes its row, with the line feed.
    package mutating func row(_ entry: CatalogEntry, for user: User, index: Int, into writer: inout JSONWriter) {
        start(entry, index: index, into: &writer)
        writer.raw(",\"value\":" as StaticString)
        if entry.kind == .parameter {
            ParameterRow.write(reading(entry, for: user, index: index).value, into: &writer)
        } else {
            evaluate(entry, for: user, into: &writer)
        }
        writer.raw("}\n" as StaticString)
    }

    /// The members that say what a row is about, without the closing brace.
    func start(_ entry: CatalogEntry, index: Int, into writer: inout JSONWriter) {
        writer.raw("{\"u\":" as StaticString)
        writer.integer(index)
        writer.raw(",\"kind\":\"" as StaticString)
        writer.raw(entry.kind.rawValue)
        writer.raw("\",\"name\":" as StaticString)
        writer.string(entry.name)
    }

    /// Evaluates an entry for a user and writes an object of the row's members but those that say what it is about.
    mutating func object(_ entry: CatalogEntry, for user: User, index: Int, into writer: inout JSONWriter) {
        writer.raw("{\"value\":" as StaticString)
        if entry.kind == .parameter {
            writer.value(reading(entry, for: user, index: index).value ?? .null)
        } else {
            evaluate(entry, for: user, into: &writer)
        }
        writer.raw("}" as StaticString)
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
        // The row tells whether the entity that was evaluated last runs, even where no experiment decided.
        let isActive = result.evaluation.record.isExperimentActive
        group(result.groupName, isActive: isActive, of: result.evaluation, into: &writer)
        optional("allocated_experiment", result.allocatedExperiment, into: &writer)
        exposures("sx", result.secondaryExposures, into: &writer)
        exposures("usx", result.undelegatedSecondaryExposures, into: &writer)
        // What the exposure of a parameter that nothing owns is logged with.
        let undelegated = result.ruleID(of: "__not_a_param__")
        if undelegated != result.ruleID { optional("undelegated_rule_id", undelegated, into: &writer) }
    }

    // MARK: - Members

    // The record's texts point into memory that the evaluation keeps alive. Going by way of strings would take most of the
    // time of writing large values.

    /// The value, `null` unless it is an object.
    private func object(_ evaluation: Evaluation, into writer: inout JSONWriter) {
        withExtendedLifetime(evaluation) {
            if let returns = evaluation.record.returns, returns.kind == .object {
                writer.compact(returns.json)
            } else {
                writer.raw("null" as StaticString)
            }
        }
    }

    private func common(_ evaluation: Evaluation, into writer: inout JSONWriter) {
        writer.raw(",\"rule_id\":" as StaticString)
        writer.string(evaluation.ruleID)
        optional("id_type", evaluation.idType, into: &writer)
        if let version = evaluation.version {
            writer.raw(",\"version\":" as StaticString)
            writer.integer(version)
        }
        writer.raw(",\"reason\":\"" as StaticString)
        writer.raw(evaluation.reason.description(source: "File"))
        if evaluation.consultedIDList, evaluation.reason != .tooDeep {
            writer.raw(":IdListInMemory" as StaticString)
        }
        writer.raw("\"" as StaticString)
    }

    private func group(
        _ name: String?, isActive: Bool, of evaluation: Evaluation, into writer: inout JSONWriter
    ) {
        optional("group_name", name, into: &writer)
        // Without an answer nothing is known about the experiment.
        if evaluation.reason == .tooDeep { return }
        writer.raw(",\"is_experiment_active\":" as StaticString)
        writer.bool(isActive)
    }

    private func passed(_ evaluation: Evaluation, into writer: inout JSONWriter) {
        writer.raw(",\"passed\":" as StaticString)
        writer.bool(evaluation.passed)
        optional("override_config_name", evaluation.overrideConfigName, into: &writer)
    }

    /// A member that is left out when there is nothing to tell.
    private func optional(_ name: StaticString, _ value: String?, into writer: inout JSONWriter) {
        guard let value else { return }
        writer.raw(",\"" as StaticString)
        writer.raw(name)
        writer.raw("\":" as StaticString)
        writer.string(value)
    }

    private func exposures(_ name: StaticString, _ exposures: [SecondaryExposure], into writer: inout JSONWriter) {
        writer.raw(",\"" as StaticString)
        writer.raw(name)
        writer.raw("\":[" as StaticString)
        var separator: StaticString = "["
        for exposure in exposures {
            writer.raw(separator)
            writer.string(exposure.gate)
            writer.raw(exposure.gateValue ? ",\"true\"," : ",\"false\"," as StaticString)
            writer.string(exposure.ruleID)
            writer.raw("]" as StaticString)
            separator = ",["
        }
        writer.raw("]" as StaticString)
    }
}
