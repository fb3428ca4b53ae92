// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A gate that an evaluation passed through.
package struct ExposureRow: BitwiseCopyable {
    package let gate: Text
    package let ruleID: Text
    package let value: Bool
    /// Whether it comes from the experiment that decided in a layer's place.
    package var isDelegated = false

    package init(gate: Text, ruleID: Text, value: Bool) {
        self.gate = gate
        self.ruleID = ruleID
        self.value = value
    }
}
