// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

// What an event tells of an evaluation (Evaluation §22.3).
extension Evaluation {
    /// Whether nothing says which exposures parameters log that no experiment owns.
    package var lacksUndelegated: Bool {
        switch record.undelegated {
        case .unset: true
        case .all: exposures.rows.isEmpty
        case .leading, .unmarked: false
        }
    }

    /// Whether the experiment that decided in a layer's place owns a parameter.
    package func isExplicit(_ parameter: String) -> Bool {
        parameter.withTextBytes { parameter in record.explicitParameters?.contains { $0 == parameter } ?? false }
    }

    /// Writes the gates that were passed through, or for a layer those that parameters log which no experiment owns.
    package func write(secondaryExposures undelegated: Bool, into writer: inout JSONWriter) {
        writer.raw("[")
        var isFirst = true
        for (index, row) in exposures.rows.enumerated() where isLogged(row, at: index, undelegated) {
            writer.raw(isFirst ? "{\"gate\":" as StaticString : ",{\"gate\":")
            isFirst = false
            writer.string(row.gate)
            writer.raw(",\"gateValue\":")
            writer.string(plain: Text(row.value ? "true" : "false"))
            writer.raw(",\"ruleID\":")
            writer.string(row.ruleID)
            writer.raw("}")
        }
        writer.raw("]")
    }

    /// Whether the rule to log is one of the document's, and not the end of the list.
    ///
    /// - Parameter ruleID: The rule, where it isn't the evaluation's.
    package func isDecidedByRule(_ ruleID: Text? = nil) -> Bool {
        (ruleID ?? record.ruleID).namesRule
    }

    /// The gates that were passed through, or for a layer those that parameters log which no experiment owns.
    package func loggedExposures(undelegated: Bool) -> [SecondaryExposure] {
        exposures.rows.enumerated().filter { isLogged($0.element, at: $0.offset, undelegated) }
            .map { SecondaryExposure($0.element) }
    }

    private func isLogged(_ row: ExposureRow, at index: Int, _ undelegated: Bool) -> Bool {
        !undelegated || record.isUndelegated(row, at: index)
    }
}

extension User {
    /// Writes what events tell of the user: everything but the private attributes (Evaluation §22.2).
    ///
    /// - Parameters:
    ///   - context: The environment, and the custom fields of all users.
    ///   - ruleset: The environment where the context has none.
    ///   - writer: Where to.
    package func write(in context: EvaluationContext, _ ruleset: Ruleset, into writer: inout JSONWriter) {
        withView { writer.write($0, context, defaultEnvironment: ruleset.program.defaultEnvironment) }
    }
}

extension Text {
    /// Whether a rule ID is that of a rule, and not of the end of the list.
    fileprivate var namesRule: Bool { hasBytes && self != "default" && self != "disabled" }
}

extension SecondaryExposure {
    /// Whether the rule that decided is one of the document's, and not the end of the list.
    package var isDecidedByRule: Bool { ruleID.withTextBytes { $0.namesRule } }
}
