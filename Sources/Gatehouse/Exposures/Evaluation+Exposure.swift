// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

// The parts of an evaluation that events have (Evaluation §22.3).
extension Evaluation {
    /// Whether the evaluation has no list of secondary exposures for parameters that no experiment owns.
    var lacksUndelegated: Bool {
        switch record.undelegated {
        case .unset: true
        case .all: secondaryExposureRows.isEmpty
        case .leading, .unmarked: false
        }
    }

    /// Whether a rule of the document decided, and not the default behind the last rule.
    ///
    /// - Parameter ruleID: The rule to log, `nil` for the evaluation's.
    /// - Returns: `false` for `default`, `disabled` and an empty rule ID.
    func isDecidedByRule(_ ruleID: Text? = nil) -> Bool {
        (ruleID ?? record.ruleID).namesRule
    }

    /// The secondary exposures, or only those of a layer's parameters that no experiment owns.
    func loggedExposures(undelegated: Bool) -> [SecondaryExposure] {
        undelegated ? undelegatedSecondaryExposures : secondaryExposures
    }
}

extension Text {
    /// Whether a rule ID is that of a rule, and not of the default behind the last rule.
    fileprivate var namesRule: Bool { hasBytes && self != "default" && self != "disabled" }
}

extension SecondaryExposure {
    /// Whether a rule of the document decided, and not the default behind the last rule.
    var isDecidedByRule: Bool { !ruleID.isEmpty && ruleID != "default" && ruleID != "disabled" }
}
