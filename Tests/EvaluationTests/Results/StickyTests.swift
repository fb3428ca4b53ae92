// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import TestSupport
import Testing

/// Assignments that are kept (Evaluation §18).
@Suite("Sticky values")
struct StickyTests {
    private static let user = User(userID: "u", custom: ["plan": "pro"])
    private static let kept = StickyValue(value: true, json: ["is": "kept"], ruleID: "old", groupName: "Old")

    /// An experiment whose targeting excludes users by a condition.
    private static func project(_ targeting: Condition, isActive: Bool = true) -> Project {
        var project = Project()
        project.experiment(
            "experiment", Rule("targetingGate", targeting, returns: ["is": "excluded"]),
            Rule("live", returns: ["is": "live"], group: "Live", isGroup: true), members: ["isActive": .bool(isActive)])
        project.experiment("other", Rule("o1", .field("plan", "eq", "pro"), group: "A"))
        return project
    }

    private static func ask(
        _ project: Project, _ options: StickyOptions
    ) throws -> (result: ExperimentEvaluation, action: StickyAction) {
        try project.ruleset().experiment("experiment", for: user, in: .plain, sticky: options)
    }

    @Test("A kept value is returned, and the first live one is to be kept")
    func keeping() throws {
        let project = Self.project(.nobody)
        let first = try Self.ask(project, StickyOptions(values: [:]))
        #expect(first.result.value == ["is": "live"])
        guard case .save(let key, let value) = first.action else {
            Issue.record("nothing to save")
            return
        }
        #expect(key == "u:userID")
        #expect(value.ruleID == "live")
        let second = try Self.ask(project, StickyOptions(values: ["experiment": Self.kept]))
        #expect(second.result.value == ["is": "kept"])
        #expect(second.result.reason == .persisted)
        #expect(second.result.groupName == "Old")
        #expect(second.action == .unchanged)
    }

    @Test("Without values, or when the experiment has ended, what is kept goes", arguments: [true, false])
    func ending(_ isActive: Bool) throws {
        let options = StickyOptions(values: isActive ? nil : ["experiment": Self.kept])
        let answer = try Self.ask(Self.project(.nobody, isActive: isActive), options)
        #expect(answer.result.value == ["is": "live"])
        #expect(answer.action == .delete(key: "u:userID"))
    }

    @Test(
        "A kept value goes when enforced targeting excludes the user",
        arguments: [
            (.field("plan", "eq", "pro"), true), (.field("plan", "eq", "free"), false),
            // The experiment that a condition asks for is evaluated with all its rules.
            (.group(of: "other", "eq", "A"), true), (.group(of: "other", "eq", "B"), false),
        ] as [(Condition, Bool)])
    func targeting(_ condition: Condition, _ isDropped: Bool) throws {
        let project = Self.project(condition)
        let values = ["experiment": Self.kept]
        let enforced = try Self.ask(project, StickyOptions(values: values, enforcesTargeting: true))
        #expect((enforced.result.reason == .persisted) == !isDropped)
        #expect(enforced.action == .unchanged)
        #expect(try Self.ask(project, StickyOptions(values: values)).result.reason == .persisted)
    }
}
