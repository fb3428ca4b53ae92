// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A gate that an evaluation asked on the way.
public struct SecondaryExposure: Sendable, Hashable {
    /// The gate's name.
    public let gate: String
    /// What the gate answered, before a `fail_gate` condition inverted it.
    public let gateValue: Bool
    /// The rule of the gate that decided.
    public let ruleID: String

    /// Makes a secondary exposure.
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

    package init(_ row: SecondaryExposureRow) {
        self.init(gate: row.gate.string, gateValue: row.value, ruleID: row.ruleID.string)
    }
}

// MARK: - JSON

// The one place that knows the object which events, client-initialize responses and stored assignments contain.
extension SecondaryExposure {
    /// The secondary exposure as JSON; `gateValue` is a string there.
    package var json: Value {
        .object([
            "gate": .string(gate), "gateValue": .string(gateValue ? "true" : "false"), "ruleID": .string(ruleID),
        ])
    }

    /// Reads a secondary exposure, `nil` for JSON without a gate.
    package init?(json: Value) {
        guard let members = json.object, let gate = members["gate"]?.string else { return nil }
        let value = members["gateValue"]
        self.init(
            gate: gate, gateValue: value?.string == "true" || value?.bool == true,
            ruleID: members["ruleID"]?.string ?? "")
    }
}

extension JSONWriter {
    /// Begins the object of a secondary exposure; the name of the gate, or its hash, comes next.
    package mutating func beginSecondaryExposure() {
        raw("{\"gate\":")
    }

    /// Ends the object of a secondary exposure.
    package mutating func endSecondaryExposure(_ row: SecondaryExposureRow) {
        raw(row.value ? ",\"gateValue\":\"true\",\"ruleID\":" : ",\"gateValue\":\"false\",\"ruleID\":" as StaticString)
        string(row.ruleID)
        raw("}")
    }
}

/// A secondary exposure: a gate that an evaluation asked on the way.
package struct SecondaryExposureRow: BitwiseCopyable {
    // Addresses and 32-bit counts instead of texts, because results store some rows inline.
    private let gateBase: UnsafePointer<UInt8>?
    private let ruleIDBase: UnsafePointer<UInt8>?
    private let gateCount: UInt32
    private let ruleIDCount: UInt32
    package let value: Bool
    /// Whether it comes from the experiment that decided for a layer.
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

/// The secondary exposures of one result: the first two inline, because most results have no more and an array allocates.
struct SecondaryExposureList: Sendable {
    private let first: SecondaryExposureRow?
    private let second: SecondaryExposureRow?
    private let others: [SecondaryExposureRow]

    @inline(__always)
    init(_ rows: UnsafeBufferPointer<SecondaryExposureRow>) {
        first = rows.count > 0 ? rows[0] : nil
        second = rows.count > 1 ? rows[1] : nil
        others = rows.count > 2 ? Array(rows[2...]) : []
    }

    /// All of them, in order.
    var rows: [SecondaryExposureRow] {
        guard let first else { return [] }
        guard let second else { return [first] }
        return [first, second] + others
    }
}
