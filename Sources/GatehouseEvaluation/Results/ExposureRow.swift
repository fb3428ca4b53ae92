// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A gate that an evaluation passed through.
package struct ExposureRow: BitwiseCopyable {
    // Not texts but their parts, whose counts are cut short: results keep some rows inline.
    private let gateBase: UnsafePointer<UInt8>?
    private let ruleIDBase: UnsafePointer<UInt8>?
    private let gateCount: UInt32
    private let ruleIDCount: UInt32
    package let value: Bool
    /// Whether it comes from the experiment that decided in a layer's place.
    package var isDelegated = false

    package init(gate: Text, ruleID: Text, value: Bool) {
        gateBase = gate.base
        gateCount = UInt32(clamping: gate.count)
        ruleIDBase = ruleID.base
        ruleIDCount = UInt32(clamping: ruleID.count)
        self.value = value
    }

    package var gate: Text { gateBase.map { Text(base: $0, count: Int(gateCount)) } ?? .missing }
    package var ruleID: Text { ruleIDBase.map { Text(base: $0, count: Int(ruleIDCount)) } ?? .missing }
}
