// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

// The parts of an evaluation that events have (Evaluation §22.3).
extension Evaluation {
    /// When the project last changed according to the document that the evaluation comes from, in ms since 1970.
    package var documentTime: UInt64 { ruleset.metadata.time }

    /// Whether the evaluation has no list of secondary exposures for parameters that no experiment owns.
    package var lacksUndelegated: Bool {
        switch record.undelegated {
        case .unset: true
        case .all: exposures.rows.isEmpty
        case .leading, .unmarked: false
        }
    }

    /// Whether the experiment that decided for a layer owns a parameter.
    package func isExplicit(_ parameter: String) -> Bool {
        parameter.withTextBytes { parameter in record.explicitParameters?.contains { $0 == parameter } ?? false }
    }

    /// Writes the secondary exposures as a JSON array.
    ///
    /// - Parameters:
    ///   - undelegated: Whether to write only those of a layer's parameters that no experiment owns.
    ///   - writer: The writer to append to.
    package func write(secondaryExposuresUndelegated undelegated: Bool, into writer: inout JSONWriter) {
        writer.raw("[")
        var isFirst = true
        for (index, row) in exposures.rows.enumerated() where isLogged(row, at: index, undelegated) {
            if !isFirst { writer.raw(",") }
            isFirst = false
            writer.beginSecondaryExposure()
            writer.string(row.gate)
            writer.endSecondaryExposure(row)
        }
        writer.raw("]")
    }

    /// Whether a rule of the document decided, and not the default behind the last rule.
    ///
    /// - Parameter ruleID: The rule to log, `nil` for the evaluation's.
    /// - Returns: `false` for `default`, `disabled` and an empty rule ID.
    package func isDecidedByRule(_ ruleID: Text? = nil) -> Bool {
        (ruleID ?? record.ruleID).namesRule
    }

    /// The secondary exposures, or only those of a layer's parameters that no experiment owns.
    package func loggedExposures(undelegated: Bool) -> [SecondaryExposure] {
        exposures.rows.enumerated().filter { isLogged($0.element, at: $0.offset, undelegated) }
            .map { SecondaryExposure($0.element) }
    }

    private func isLogged(_ row: SecondaryExposureRow, at index: Int, _ undelegated: Bool) -> Bool {
        !undelegated || record.isUndelegated(row, at: index)
    }
}

extension User {
    /// Writes the user as events have it: all values except the private attributes (Evaluation §22.2).
    ///
    /// - Parameters:
    ///   - context: The context with the environment and the custom fields of all users.
    ///   - ruleset: The ruleset, whose default environment is used if the context has none.
    ///   - writer: The writer to append to.
    package func write(in context: EvaluationContext, _ ruleset: Ruleset, into writer: inout JSONWriter) {
        withView { writer.write($0, context, defaultEnvironment: ruleset.program.defaultEnvironment) }
    }
}

extension Text {
    /// Whether a rule ID is that of a rule, and not of the default behind the last rule.
    fileprivate var namesRule: Bool { hasBytes && self != "default" && self != "disabled" }
}

extension SecondaryExposure {
    /// Whether a rule of the document decided, and not the default behind the last rule.
    package var isDecidedByRule: Bool { ruleID.withTextBytes { $0.namesRule } }
}
