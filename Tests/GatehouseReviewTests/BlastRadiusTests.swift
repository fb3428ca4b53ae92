// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseEvaluation
import GatehouseReview
import GatehouseSpec
import TestSupport
import Testing

/// Who changes, compared with evaluating every entity of both documents for every user.
@Suite struct BlastRadiusTests {
    /// All answers of a user by entity, and all exposures.
    private struct Answers {
        var values: [String: String] = [:]
        var exposures: [String: String] = [:]

        init(_ ruleset: Ruleset, _ user: User) {
            func exposure(_ evaluation: Evaluation, _ name: String) {
                exposures[name] =
                    "\(evaluation.ruleID) \(evaluation.groupName ?? "") \(evaluation.passed) "
                    + "\(evaluation.secondaryExposures)"
            }
            for name in RandomProject.gates {
                let gate = ruleset.gate(name, for: user, in: .test)
                values["gate \(name)"] = "\(gate.value)"
                exposure(gate.evaluation, "gate \(name)")
            }
            for name in RandomProject.configs {
                let config = ruleset.experiment(name, for: user, in: .test)
                values["config \(name)"] = text(config.value.map { .object($0) })
                exposure(config.evaluation, "config \(name)")
            }
            for name in RandomProject.layers {
                let layer = ruleset.layer(name, for: user, in: .test)
                values["layer \(name)"] = text(layer.value.map { .object($0) })
                exposure(layer.evaluation, "layer \(name)")
            }
            let store = ruleset.parameterStore("store", for: user, in: .test)
            values["store store"] = ["p", "q"].map { text(store.read($0).value) }.joined(separator: " ")
        }

        private func text(_ value: Value?) -> String {
            guard case .object(let object)? = value else { return value?.description ?? "nothing" }
            return "{\(object.map { "\($0.name):\($0.value)" }.sorted().joined(separator: ","))}"
        }
    }

    private static func key(_ entity: ReviewedEntity) -> String {
        switch entity.kind {
        case "gate": "gate \(entity.name)"
        case "layer": "layer \(entity.name)"
        case "param_store": "store \(entity.name)"
        default: "config \(entity.name)"
        }
    }

    /// More kinds of transitions than are kept, counted by several counters.
    @Test func countsTransitionsWholly() throws {
        func ruleset(_ offset: Int) throws -> Ruleset {
            var builder = DocumentBuilder()
            builder.add(
                config: "c",
                (0..<300).map { index in
                    Rule(
                        "r\(index)", .field("n", "eq", .integer(Int64(index))),
                        returns: ["n": .integer(Int64(index + offset))])
                })
            return try builder.ruleset()
        }
        let (old, new) = (try ruleset(0), try ruleset(1_000))
        let start = BlastRadius(from: old, to: new, DocumentDifference(from: old, to: new), in: .test)
        var counters = [start, start, start]
        for index in 0..<3_000 {
            // The counters meet the kinds in other orders.
            let kind = index % 3 == 0 ? index / 10 % 300 : 299 - index / 10 % 300
            counters[index % 3].add(User(userID: "u\(index)", custom: ["n": .integer(Int64(kind))]), index: index)
        }
        var merged = counters[0]
        for other in counters.dropFirst() { merged.merge(other) }
        var single = start
        for index in 0..<3_000 {
            let kind = index % 3 == 0 ? index / 10 % 300 : 299 - index / 10 % 300
            single.add(User(userID: "u\(index)", custom: ["n": .integer(Int64(kind))]), index: index)
        }
        let (some, all) = (try #require(merged.impacts.first), try #require(single.impacts.first))
        #expect(some.moved == 3_000 && some.transitions.count == BlastRadius.maximumTransitions)
        #expect(
            some.transitions.map { "\($0.before) \($0.after) \($0.count)" }
                == all.transitions.map { "\($0.before) \($0.after) \($0.count)" })
        // 200 of the 300 kinds have about two thirds of the users.
        #expect((1_800...2_200).contains(all.transitions.reduce(0) { $0 + $1.count }))
    }

    /// 500 pairs of documents, of which most differ, for 2,000 users in a long run, and fewer otherwise.
    @Test(arguments: 0..<10) func agreesWithEvaluatingEverything(_ part: Int) throws {
        let isLong = TestLength.isLong
        var movingPairs = 0
        for pair in 0..<50 {
            var random = TestRandom(UInt64(part * 50 + pair + 1))
            let before = RandomProject.document(&random)
            let after = RandomProject.mutated(before, &random)
            guard let old = RandomProject.ruleset(before), let new = RandomProject.ruleset(after) else { continue }
            let difference = DocumentDifference(from: old, to: new)
            var radius = BlastRadius(from: old, to: new, difference, in: .test)
            var other = radius
            var (moved, exposed): ([String: Int], [String: Int]) = ([:], [:])
            var movedUsers = 0
            for index in 0..<(isLong ? 2_000 : 100) {
                let user = RandomProject.user(&random, index)
                if index % 2 == 0 { radius.add(user, index: index) } else { other.add(user, index: index) }
                let (left, right) = (Answers(old, user), Answers(new, user))
                var hasMoved = false
                for (key, value) in left.values where right.values[key] != value {
                    moved[key, default: 0] += 1
                    hasMoved = true
                }
                for (key, value) in left.exposures where right.exposures[key] != value { exposed[key, default: 0] += 1 }
                if hasMoved { movedUsers += 1 }
            }
            radius.merge(other)
            let impacts = radius.impacts
            let reported = Dictionary(impacts.filter { $0.moved > 0 }.map { (Self.key($0.entity), $0.moved) }) {
                $0 + $1
            }
            #expect(reported == moved, "part \(part), pair \(pair): \(difference.entities)")
            let exposures = Dictionary(impacts.filter { $0.exposures > 0 }.map { (Self.key($0.entity), $0.exposures) })
            { $0 + $1 }
            #expect(exposures == exposed, "part \(part), pair \(pair): \(difference.entities)")
            #expect(radius.moved == movedUsers)
            for impact in impacts { #expect(impact.transitions.reduce(0) { $0 + $1.count } == impact.moved) }
            if movedUsers > 0 { movingPairs += 1 }
        }
        #expect(movingPairs > 10)
    }

    @Test func countsWhatUsersLoseWithExamples() throws {
        var (before, after) = (DocumentBuilder(), DocumentBuilder())
        before.gate("g", Rule("r", .everyone, percentage: 60))
        after.gate("g", Rule("r", .everyone, percentage: 50))
        // Asks the one that changes.
        before.gate("asks", Rule("r", .gate("g")))
        after.gate("asks", Rule("r", .gate("g")))
        before.gate("other", Rule("r"))
        after.gate("other", Rule("r"))
        let (old, new) = (try before.ruleset(), try after.ruleset())
        let difference = DocumentDifference(from: old, to: new)
        var radius = BlastRadius(from: old, to: new, difference, in: .test)
        #expect(radius.entityCount == 2)
        for index in 0..<1_000 { radius.add(User(userID: "u\(index)"), index: index) }
        let impact = try #require(radius.impacts.first { $0.entity.name == "g" })
        #expect((60...140).contains(impact.moved))
        #expect(impact.lost == impact.moved)
        let transition = try #require(impact.transitions.first)
        #expect(transition.before == "true" && transition.after == "false" && transition.count == impact.moved)
        #expect(transition.examples.map(\.index) == transition.examples.map(\.index).sorted())
        let user = try #require(transition.examples.first?.user)
        #expect(old.gate("g", for: user, in: .test).value && !new.gate("g", for: user, in: .test).value)
        #expect(radius.explanations(impact, for: user).before.contains("→ true"))
        #expect(FailureCondition("loss>1%")?.reasons(difference, radius).count == 2)
        #expect(FailureCondition("loss>50%")?.reasons(difference, radius) == [])
        #expect(FailureCondition("loss")?.reasons(difference, nil) == ["loss: gate g"])
    }

    @Test func makesTheSameUsersForASeed() throws {
        var builder = DocumentBuilder()
        builder.gate(
            "g",
            Rule("r", .field("plan", "any", ["pro"]), .environment("tier", "any", ["staging"]), idType: "companyID"))
        let ruleset = try builder.ruleset()
        var (first, second) = (SampledUsers(for: [ruleset], seed: 7), SampledUsers(for: [ruleset], seed: 7))
        var passing = 0
        for _ in 0..<1_000 {
            let user = first.next()
            #expect(user == second.next())
            #expect(user.customIDs["companyID"] != nil)
            if ruleset.checkGate("g", for: user, in: .test) { passing += 1 }
        }
        // A quarter has each of the two values.
        #expect((30...110).contains(passing))
    }

    @Test(arguments: [
        ("change", true), ("loss", true), ("type-change", true), ("reshuffle", true), ("removal", true),
        ("loss>1%", true),
        ("moved>0.5%", true), ("loss>1", false), ("loss>101%", false), ("loss>nan%", false), ("gain>1%", false),
        ("", false),
        ("loss>", false), ("loss>1%>2%", false),
    ]) func readsConditions(_ text: String, _ isValid: Bool) {
        #expect((FailureCondition(text) != nil) == isValid)
    }

    @Test func hasWilsonIntervals() {
        let interval = Proportion(10, of: 100).interval
        #expect(abs(interval.lower - 0.05522914) < 1e-7 && abs(interval.upper - 0.17436566) < 1e-7)
        #expect(Proportion(0, of: 10).interval.lower == 0)
        #expect(Proportion(0, of: 0).interval == (0, 1))
    }
}

/// How much a run tests.
enum TestLength {
    /// Set `GATEHOUSE_REVIEW_LONG` for runs of many users.
    static var isLong: Bool { ProcessInfo.processInfo.environment["GATEHOUSE_REVIEW_LONG"] != nil }
}
