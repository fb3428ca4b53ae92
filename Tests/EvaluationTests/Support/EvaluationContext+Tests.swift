// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import TestSupport

extension EvaluationContext {
    /// A context in which nothing depends on when or where the test runs.
    static let plain = EvaluationContext(clock: { 1_700_000_000_000 }, random: { 0.5 })
}

extension Ruleset {
    /// Whether the gate called `gate` lets the user pass.
    func passes(_ user: User, in context: EvaluationContext = .plain) -> Bool {
        checkGate("gate", for: user, in: context)
    }
}

/// Secondary exposures in a short form: `name=value rule`.
func texts(of exposures: [SecondaryExposure]) -> [String] {
    exposures.map { "\($0.gate)=\($0.gateValue) \($0.ruleID)" }
}
