// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import TestSupport
import Testing

@Suite("Secondary exposures of a result")
struct SecondaryExposureListTests {
    @Test("Results tell all their exposures in order, few or many", arguments: 0...40)
    func order(_ count: Int) throws {
        var project = Project()
        for index in 0..<count { project.gate("g\(index)", Rule("r\(index)", .everyone)) }
        let conditions = (0..<count).map { Condition.gate(.string("g\($0)")) }
        var rule = Rule("rule", .everyone)
        rule.conditions += conditions
        project.gate("gate", rule)
        project.config("config", rule, default: [:])
        let ruleset = try project.ruleset()
        let expected = (0..<count).map { SecondaryExposure(gate: "g\($0)", gateValue: true, ruleID: "r\($0)") }
        #expect(ruleset.gate("gate", for: User(), in: .plain).secondaryExposures == expected)
        #expect(ruleset.dynamicConfig("config", for: User(), in: .plain).secondaryExposures == expected)
    }
}
