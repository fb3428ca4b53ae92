// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec
import TestSupport
import Testing

/// The order in which autotunes rank their groups (Evaluation §12).
@Suite("Ranked groups of autotunes")
struct RankedGroupsTests {
    private static func ruleset(_ members: String = "") throws -> Ruleset {
        let config = #"""
            {"a": {"alpha": 0, "intercept": 1, "records": 1, "weightsNumerical": {"level": 1}, "weightsCategorical": {}},
             "b": {"alpha": 0, "intercept": 2, "records": 1, "weightsNumerical": {"level": 0}, "weightsCategorical": {}}}
            """#
        let defaults = #""enabled": true, "sampleRate": 0, "higherIsBetter": true, "config": \#(config)"#
        let document = #"""
            {"has_updates": true, "time": 1, "experiment_to_layer": {}, "feature_gates": {}, "condition_map": {},
             "dynamic_configs": {}, "layer_configs": {}, "cmab_configs": {"tune": {"salt": "s", "defaultValue": {},
             "idType": "userID", "version": 1, "groups": [
               {"id": "a", "name": "A", "parameterValues": {"v": 1}},
               {"id": "b", "name": "B", "parameterValues": {"v": 2}},
               {"id": "c", "name": "C", "parameterValues": {"v": 3}}],
             \#(members.isEmpty ? defaults : members)}}}
            """#
        return try Ruleset(document: Array(document.utf8))
    }

    private func ranked(_ ruleset: Ruleset, level: Value, random: Double = 0) -> [RankedGroup] {
        ruleset.rankedGroups(
            ofAutotune: "tune", for: User(userID: "u", custom: ["level": level]),
            in: EvaluationContext(clock: { 0 }, random: { random }))
    }

    @Test("The best group comes first, groups without a model score nothing")
    func best() throws {
        let groups = ranked(try Self.ruleset(), level: 5)
        #expect(groups.map(\.name) == ["A", "B", "C"])
        #expect(groups.map(\.score) == [6, 2, 0])
        #expect(groups.map(\.ruleID) == ["a", "b", "c"])
        #expect(groups.first?.value == ["v": 1])
        #expect(ranked(try Self.ruleset(), level: 0).map(\.name) == ["B", "A", "C"])
    }

    @Test("Groups that nothing is known about score nothing")
    func unknown() throws {
        let members = #""enabled": true, "sampleRate": 0, "higherIsBetter": false, "config": {}"#
        #expect(ranked(try Self.ruleset(members), level: 5).map(\.score) == [0, 0, 0])
    }

    @Test("Of weights that occur twice the last one counts")
    func duplicates() throws {
        let config = #"""
            {"a": {"alpha": 0, "intercept": 1, "records": 1, "weightsNumerical": {"level": 1, "level": 3},
             "weightsCategorical": {"level": {"5": 100}, "level": {"5": 1000, "5": 10}}}}
            """#
        let members = #""enabled": true, "sampleRate": 0, "higherIsBetter": true, "config": \#(config)"#
        #expect(ranked(try Self.ruleset(members), level: 5).first?.score == 26)
    }

    @Test("A user who explores gets the groups in random order")
    func explores() throws {
        let members = #""enabled": true, "sampleRate": 1, "higherIsBetter": true, "config": {}"#
        let groups = ranked(try Self.ruleset(members), level: 5)
        #expect(groups.map(\.ruleID) == ["b:explore", "c:explore", "a:explore"])
        #expect(groups.allSatisfy { $0.score == 0.0001 })
        #expect(ranked(try Self.ruleset(members), level: 5, random: 0.999).map(\.name) == ["A", "B", "C"])
    }

    @Test("Before anything is learnt the rule id is the group's")
    func nothingLearnt() throws {
        let members = #""enabled": true, "sampleRate": 0, "higherIsBetter": true"#
        #expect(Set(ranked(try Self.ruleset(members), level: 5).map(\.ruleID)) == ["a", "b", "c"])
    }

    @Test("Nothing is ranked before the start, or behind a gate that the user fails")
    func none() throws {
        let disabled = #""enabled": false, "sampleRate": 0, "higherIsBetter": true"#
        #expect(ranked(try Self.ruleset(disabled), level: 5).isEmpty)
        let gated = #""enabled": true, "sampleRate": 0, "higherIsBetter": true, "targetingGateName": "missing""#
        #expect(ranked(try Self.ruleset(gated), level: 5).isEmpty)
        #expect(
            try Self.ruleset().rankedGroups(
                ofAutotune: "other", for: User(), in: EvaluationContext(clock: { 0 })
            ).isEmpty)
    }
}
