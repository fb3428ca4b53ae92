// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec
import TestSupport
import Testing

/// Sticky values by Evaluation §18.
///
/// How a storage keeps them isn't the engine's affair and isn't covered.
@Suite("Sticky values and what to do with their storage")
struct StickyActionTests {
    private static let document = #"""
        {"has_updates": true, "time": 1700000000000, "experiment_to_layer": {}, "feature_gates": {},
         "condition_map": {
           "all": {"type": "public", "idType": "userID"},
           "out": {"type": "user_field", "field": "out", "operator": "any", "targetValue": ["yes"], "idType": "userID"}},
         "dynamic_configs": {
           "running": \#(experiment(isActive: true)),
           "ended": \#(experiment(isActive: false))},
         "layer_configs": {
           "layer": {"type": "x", "salt": "l", "enabled": true, "defaultValue": {"colour": "grey"}, "idType": "userID",
             "entity": "layer", "rules": [
               {"name": "r", "id": "r", "passPercentage": 100, "returnValue": {}, "conditions": ["all"],
                "idType": "userID", "configDelegate": "running"}]}}}
        """#

    private static func experiment(isActive: Bool) -> String {
        #"""
        {"type": "x", "salt": "s", "enabled": true, "defaultValue": {"colour": "grey"}, "idType": "userID",
         "entity": "experiment", "isActive": \#(isActive), "version": 7, "explicitParameters": ["colour"], "rules": [
           {"name": "targeting", "id": "targetingGate", "passPercentage": 100, "returnValue": {}, "conditions": ["out"],
            "idType": "userID"},
           {"name": "red", "id": "red", "passPercentage": 100, "returnValue": {"colour": "red"}, "conditions": ["all"],
            "idType": "userID", "groupName": "Red", "isExperimentGroup": true}]}
        """#
    }

    private let ruleset: Ruleset
    private let context = EvaluationContext(clock: { 0 })
    private let blue = StickyValue(
        value: true, json: ["colour": "blue"], ruleID: "blue", groupName: "Blue",
        secondaryExposures: [SecondaryExposure(gate: "g", gateValue: true, ruleID: "r")], delegate: "running",
        explicitParameters: ["colour"], time: 1_600_000_000_000, version: 3)

    init() throws {
        ruleset = try Ruleset(document: Array(StickyActionTests.document.utf8))
    }

    @Test("A first assignment to a running experiment is to be saved")
    func save() throws {
        let (result, action) = ruleset.experiment(
            "running", for: User(userID: "u"), in: context, sticky: StickyOptions(values: [:]))
        #expect(result["colour", default: ""] == "red")
        guard case .save(let key, let value) = action else {
            Issue.record("nothing to save: \(action)")
            return
        }
        #expect(key == "u:userID")
        #expect(value.ruleID == "red")
        #expect(value.groupName == "Red")
        #expect(value.json == ["colour": "red"])
        #expect(value.time == 1_700_000_000_000)
        #expect(value.version == 7)
        #expect(value.explicitParameters == ["colour"])
    }

    @Test("A saved assignment wins over the rules")
    func keep() {
        let (result, action) = ruleset.experiment(
            "running", for: User(userID: "u"), in: context, sticky: StickyOptions(values: ["running": blue]))
        #expect(result["colour", default: ""] == "blue")
        #expect(result.groupName == "Blue")
        #expect(result.ruleID == "blue")
        #expect(result.version == 3)
        #expect(result.idType == "userID")
        #expect(result.isActive && result.isUserInExperiment)
        #expect(result.reason == .persisted)
        #expect(result.secondaryExposures == blue.secondaryExposures)
        #expect(action == .unchanged)
    }

    @Test("An experiment that has ended forgets", arguments: [true, false])
    func ended(hasValue: Bool) {
        let (result, action) = ruleset.experiment(
            "ended", for: User(userID: "u"), in: context,
            sticky: StickyOptions(values: hasValue ? ["ended": blue] : [:]))
        #expect(result["colour", default: ""] == "red")
        #expect(action == .delete(key: "u:userID"))
    }

    @Test("Without the stored values stickiness ends")
    func notAsked() {
        let (_, action) = ruleset.experiment(
            "running", for: User(userID: "u"), in: context, sticky: StickyOptions(values: nil))
        #expect(action == .delete(key: "u:userID"))
    }

    @Test("A user without the unit ID has nothing to stick to")
    func noUnit() {
        let (result, action) = ruleset.experiment(
            "running", for: User(), in: context, sticky: StickyOptions(values: ["running": blue]))
        #expect(result["colour", default: ""] == "red")
        #expect(action == .unchanged)
    }

    @Test("A user outside of every group isn't kept")
    func noGroup() {
        let (_, action) = ruleset.experiment(
            "running", for: User(userID: "u", custom: ["out": "yes"]), in: context, sticky: StickyOptions(values: [:]))
        #expect(action == .unchanged)
    }

    @Test("Enforced targeting drops the assignment of a user it excludes by now", arguments: [true, false])
    func targeting(isEnforced: Bool) {
        let (result, action) = ruleset.experiment(
            "running", for: User(userID: "u", custom: ["out": "yes"]), in: context,
            sticky: StickyOptions(values: ["running": blue], enforcesTargeting: isEnforced))
        #expect(result.reason == (isEnforced ? .recognized : .persisted))
        #expect(action == .unchanged)
    }

    @Test("Enforced targeting keeps the assignment of others")
    func targetingOfOthers() {
        let (result, _) = ruleset.experiment(
            "running", for: User(userID: "u"), in: context,
            sticky: StickyOptions(values: ["running": blue], enforcesTargeting: true, enforcesOverrides: true))
        #expect(result.reason == .persisted)
    }

    @Test("A layer saves and keeps the assignment of its experiment")
    func layer() {
        let user = User(userID: "u")
        let (live, action) = ruleset.layer("layer", for: user, in: context, sticky: StickyOptions(values: [:]))
        #expect(live["colour", default: ""] == "red")
        guard case .save(_, let value) = action else {
            Issue.record("nothing to save: \(action)")
            return
        }
        #expect(value.delegate == "running")
        let (kept, _) = ruleset.layer("layer", for: user, in: context, sticky: StickyOptions(values: ["layer": blue]))
        #expect(kept["colour", default: ""] == "blue")
        #expect(kept.allocatedExperiment == "running")
        #expect(kept.reason == .persisted)
    }

    @Test("A layer forgets when the experiment it was saved for has ended")
    func layerOfEndedExperiment() {
        var value = blue
        value.delegate = "ended"
        let (result, action) = ruleset.layer(
            "layer", for: User(userID: "u"), in: context, sticky: StickyOptions(values: ["layer": value]))
        #expect(result["colour", default: ""] == "red")
        #expect(action == .delete(key: "u:userID"))
    }

    @Test("Values survive being stored")
    func stored() throws {
        #expect(StickyValue(stored: blue.stored) == blue)
        var object = blue.stored
        object["time"] = "yesterday"
        #expect(try #require(StickyValue(stored: object)).time == nil)
    }

    @Test("What lacks a required member isn't a value", arguments: ["value", "secondary_exposures", "time"])
    func incomplete(member: String) {
        var object = blue.stored
        object[member] = nil
        #expect(StickyValue(stored: object) == nil)
    }

    @Test(
        "The key is the unit and its type",
        arguments: [("userID", "u:userID"), ("UserID", "u:UserID"), ("companyID", "7:companyID"), ("device", nil)])
    func key(idType: String, expected: String?) {
        let user = User(userID: "u", customIDs: ["companyID": 7])
        #expect(Ruleset.stickyKey(for: user, idType: idType) == expected)
    }
}
