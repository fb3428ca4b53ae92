// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A gate that an evaluation passed through on its way.
public struct SecondaryExposure: Sendable, Hashable {
    /// The gate's name.
    public let gate: String
    /// What the gate answered, before a `fail_gate` condition inverted it.
    public let gateValue: Bool
    /// The rule of the gate that decided.
    public let ruleID: String

    /// Makes an exposure.
    ///
    /// - Parameters:
    ///   - gate: The gate's name.
    ///   - gateValue: What the gate answered.
    ///   - ruleID: The rule that decided.
    public init(gate: String, gateValue: Bool, ruleID: String) {
        self.gate = gate
        self.gateValue = gateValue
        self.ruleID = ruleID
    }

    init(_ row: ExposureRow) {
        self.init(gate: row.gate.string, gateValue: row.value, ruleID: row.ruleID.string)
    }
}
