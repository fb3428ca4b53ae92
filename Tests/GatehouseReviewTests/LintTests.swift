// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseReview
import GatehouseSpec
import TestSupport
import Testing

/// What each rule of the lint finds, and the near misses that it doesn't.
@Suite struct LintTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let code: LintCode
        let finds: Bool
        let name: String
        let build: @Sendable (inout DocumentBuilder) -> Void
        var testDescription: String { "\(code.rawValue): \(finds ? "" : "not ")\(name)" }
    }

    private static func finds(
        _ code: LintCode, _ name: String, _ build: @escaping @Sendable (inout DocumentBuilder) -> Void
    ) -> Case { Case(code: code, finds: true, name: name, build: build) }

    private static func passes(
        _ code: LintCode, _ name: String, _ build: @escaping @Sendable (inout DocumentBuilder) -> Void
    ) -> Case { Case(code: code, finds: false, name: name, build: build) }

    static let cases: [Case] = [
        finds(.droppedEntity, "a malformed gate") { $0.members["feature_gates"] = ["g": ["salt": 1]] },
        passes(.droppedEntity, "a sound gate") { $0.gate("g") },
        finds(.unknownConditionType, "a type") { $0.gate("g", Rule("r", .unknown)) },
        passes(.neverHolds, "letters of other forms") {
            $0.gate("g", Rule("r", .field("a", "any", ["\u{E9}"]), .field("a", "none", ["e\u{301}"])))
        },
        finds(.unknownOperator, "an operator") { $0.gate("g", Rule("r", .field("a", "sounds_like", ["x"]))) },
        passes(.unknownOperator, "none where none is needed") { $0.gate("g", Rule("r", .gate("h"))) },
        finds(.danglingReference, "a gate") { $0.gate("g", Rule("r", .gate("gone"))) },
        finds(.danglingReference, "a condition") { $0.gate("g", Rule("r", .absent)) },
        finds(.danglingReference, "an ID list") {
            $0.gate("g", Rule("r", .unit("userID", "in_segment_list", "vip")))
            $0.members["id_lists"] = [:]
        },
        passes(.danglingReference, "an ID list that the document lists") {
            $0.gate("g", Rule("r", .unit("userID", "in_segment_list", "vip")))
            $0.members["id_lists"] = ["vip": true]
        },
        finds(.percentage, "above 100") { $0.gate("g", Rule("r", percentage: 100.5)) },
        passes(.percentage, "exactly 100") { $0.gate("g", Rule("r", percentage: 100)) },
        finds(.misspeltMember, "a member") { $0.members["defualt_environment"] = "x" },
        finds(.unreadableTarget, "a pattern") { $0.gate("g", Rule("r", .field("a", "str_matches", "(["))) },
        passes(.unreadableTarget, "a pattern with alternatives") {
            $0.gate("g", Rule("r", .field("a", "str_matches", "(a|b)")))
        },
        finds(.unreadableTarget, "a version with a letter in front") {
            $0.gate("g", Rule("r", .field("a", "version_gte", "v2.5.0")))
        },
        passes(.unreadableTarget, "a version") { $0.gate("g", Rule("r", .field("a", "version_gte", "2.5.0"))) },

        finds(.cycle, "a gate that asks itself") { $0.gate("g", Rule("r", .gate("g"))) },
        finds(.cycle, "two gates") {
            $0.gate("a", Rule("r", .gate("b")))
            $0.gate("b", Rule("r", .notGate("a")))
        },
        finds(.cycle, "an experiment by its own group") {
            $0.experiment("e", Rule("r", .group(of: "e", "any", ["x"])))
        },
        finds(.cycle, "a delegate that asks back") {
            $0.experiment("e", Rule("r", delegate: "f"))
            $0.experiment("f", Rule("r", .group(of: "e", "any", ["x"])))
        },
        passes(.cycle, "a chain and a diamond") {
            $0.gate("a", Rule("r", .gate("b"), .gate("c")))
            $0.gate("b", Rule("r", .gate("d")))
            $0.gate("c", Rule("r", .gate("d")))
            $0.gate("d", Rule("r", .field("x", "any", ["y"])))
        },
        passes(.cycle, "a gate and a config of one name") {
            $0.gate("a")
            $0.config("a", Rule("r", .gate("a")))
        },

        finds(.neverHolds, "an empty list") { $0.gate("g", Rule("r", .field("a", "any", []))) },
        passes(.neverHolds, "an empty list of exceptions") { $0.gate("g", Rule("r", .field("a", "none", []))) },
        passes(.neverHolds, "an empty text, which users without a value have") {
            $0.gate("g", Rule("r", .field("a", "any", [""])))
        },
        finds(.neverHolds, "limits that exclude each other") {
            $0.gate("g", Rule("r", .field("a", "gt", 5), .field("a", "lte", 5)))
        },
        passes(.neverHolds, "limits that meet") {
            $0.gate("g", Rule("r", .field("a", "gte", 5), .field("a", "lte", 5)))
        },
        passes(.neverHolds, "limits of different fields") {
            $0.gate("g", Rule("r", .field("a", "gt", 5), .field("b", "lt", 5)))
        },
        finds(.neverHolds, "lists that exclude each other") {
            $0.gate("g", Rule("r", .field("a", "any", ["x", "Y"]), .field("a", "none", ["X", "y", "z"])))
        },
        finds(.neverHolds, "two lists without a common element") {
            $0.gate("g", Rule("r", .field("a", "any", ["x"]), .field("a", "any", ["y"])))
        },
        passes(.neverHolds, "two lists with a common element") {
            $0.gate("g", Rule("r", .field("a", "any", ["x", "y"]), .field("a", "any", ["Y", "z"])))
        },
        finds(.neverHolds, "a gate that is to pass and to fail") { $0.gate("g", Rule("r", .gate("h"), .notGate("h"))) },
        finds(.neverHolds, "no bucket") { $0.gate("g", Rule("r", .bucket("lt", 0))) },
        passes(.neverHolds, "one bucket") { $0.gate("g", Rule("r", .bucket("lte", 0))) },
        finds(.neverHolds, "a date that isn't one") { $0.gate("g", Rule("r", .time("after", "soon"))) },
        passes(.neverHolds, "a date") { $0.gate("g", Rule("r", .time("after", "2024-06-01T00:00:00Z"))) },

        finds(.unreachableRule, "behind everyone") {
            $0.gate("g", Rule("a", percentage: 10), Rule("b", .field("x", "any", ["y"])))
        },
        finds(.unreachableRule, "behind fewer conditions") {
            $0.gate("g", Rule("a", .field("x", "any", ["y"])), Rule("b", .gate("h"), .field("x", "any", ["Y"])))
        },
        finds(.unreachableRule, "behind an unknown condition") { $0.gate("g", Rule("a", .unknown), Rule("b")) },
        finds(.unreachableRule, "behind buckets") {
            $0.gate("g", Rule("a", .bucket("lt", 500, salt: "s")), Rule("b", .bucket("lt", 300, salt: "s")))
        },
        passes(.unreachableRule, "behind buckets of another salt") {
            $0.gate("g", Rule("a", .bucket("lt", 500, salt: "s")), Rule("b", .bucket("lt", 300, salt: "t")))
        },
        passes(.unreachableRule, "behind other conditions") {
            $0.gate("g", Rule("a", .field("x", "any", ["y"])), Rule("b", .field("x", "any", ["y", "z"])))
        },
        passes(.unreachableRule, "in a layer that merges rules") {
            $0.layer("l", Rule("a"), Rule("b"), members: ["useNewLayerEval": true])
        },

        finds(.emptyGroup, "0 %") { $0.experiment("e", Rule("a", percentage: 0, group: "A", isGroup: true)) },
        finds(.emptyGroup, "buckets that earlier groups have") {
            $0.experiment(
                "e", Rule("a", .bucket("lt", 1000, salt: "s"), group: "A", isGroup: true),
                Rule("b", .bucket("lt", 500, salt: "s"), group: "B", isGroup: true))
        },
        passes(.emptyGroup, "halves") {
            $0.experiment(
                "e", Rule("a", .bucket("lt", 500, salt: "s"), group: "A", isGroup: true),
                Rule("b", .bucket("lt", 1000, salt: "s"), group: "B", isGroup: true))
        },
        finds(.missingBuckets, "thresholds that end too early") {
            $0.experiment(
                "e", Rule("a", .bucket("lt", 500, salt: "s"), group: "A", isGroup: true),
                Rule("b", .bucket("lt", 999, salt: "s"), group: "B", isGroup: true))
        },
        passes(.missingBuckets, "thresholds that reach the end") {
            $0.experiment(
                "e", Rule("a", .bucket("lt", 500, salt: "s"), group: "A", isGroup: true),
                Rule("b", .bucket("lt", 1000, salt: "s"), group: "B", isGroup: true))
        },
        finds(.overlappingBuckets, "a bucket of two experiments") {
            $0.layer(
                "l", Rule("a", .bucket("any", [1, 2], salt: "s"), delegate: "x"),
                Rule("b", .bucket("any", [2, 3], salt: "s"), delegate: "y"))
        },
        passes(.overlappingBuckets, "separate buckets") {
            $0.layer(
                "l", Rule("a", .bucket("any", [1, 2], salt: "s"), delegate: "x"),
                Rule("b", .bucket("any", [3, 4], salt: "s"), delegate: "y"))
        },

        finds(.unitType, "a type that differs by case") {
            $0.gate("g", Rule("r", percentage: 10, idType: "companyID"))
            $0.gate("h", Rule("q", percentage: 10, idType: "companyId"))
        },
        finds(.unitType, "nearly the stable ID") { $0.gate("g", Rule("r", percentage: 10, idType: "stabelID")) },
        passes(.unitType, "the user ID in any case") { $0.gate("g", Rule("r", percentage: 10, idType: "userid")) },
        passes(.unitType, "two types") {
            $0.gate("g", Rule("r", percentage: 10, idType: "companyID"))
            $0.gate("h", Rule("q", percentage: 10, idType: "teamID"))
        },
        finds(.mixedTypes, "a number and a text") {
            $0.config("c", Rule("r", returns: ["n": 1]), default: ["n": "1"])
        },
        passes(.mixedTypes, "an integer, a float and null") {
            $0.config("c", Rule("r", returns: ["n": 1]), Rule("s", returns: ["n": nil]), default: ["n": 1.5])
        },
        finds(.duplicateSalt, "rules of two gates with all salts the same") {
            $0.gate("g", Rule("r", percentage: 10))
            $0.gate("h", Rule("r", percentage: 20))
        },
        passes(.duplicateSalt, "rules with salts of their own") {
            $0.gate("g", Rule("r", percentage: 10))
            $0.gate("h", Rule("s", percentage: 20))
        },
        passes(.duplicateSalt, "no percentages") {
            $0.gate("g", Rule("r"))
            $0.gate("h", Rule("r"))
        },
        finds(.nameCase, "gates") {
            $0.gate("checkout")
            $0.gate("Checkout")
        },
        passes(.nameCase, "a gate and a config") {
            $0.gate("checkout")
            $0.config("Checkout")
        },
        finds(.misspeltField, "nearly the e-mail address") { $0.gate("g", Rule("r", .field("emial", "any", ["x"]))) },
        passes(.misspeltField, "aliases and other cases") {
            $0.gate(
                "g",
                Rule(
                    "r", .field("user_id", "any", ["x"]), .field("userId", "any", ["x"]), .field("EMAIL", "any", ["x"]))
            )
        },
        finds(.constantGate, "no rules") { $0.gate("g") },
        finds(.constantGate, "everyone") { $0.gate("g", Rule("r", .everyone)) },
        passes(.constantGate, "a percentage") { $0.gate("g", Rule("r", .everyone, percentage: 50)) },
        passes(.constantGate, "a segment") { $0.gate("segment:s", Rule("r", .everyone)) },
        finds(.duplicateRuleID, "two rules") {
            $0.gate("g", Rule("r", .field("x", "any", ["y"])), Rule("r", .field("x", "any", ["z"])))
        },
        passes(.duplicateRuleID, "rules of two gates") {
            $0.gate("g", Rule("r", .field("x", "any", ["y"])))
            $0.gate("h", Rule("r", .field("x", "any", ["y"])))
        },
    ]

    @Test(arguments: cases) func finds(_ test: Case) throws {
        var builder = DocumentBuilder()
        test.build(&builder)
        let findings = try DocumentLint.findings(in: builder.document)
        #expect(findings.contains { $0.code == test.code } == test.finds, "\(findings)")
        for finding in findings {
            #expect(!finding.cure.isEmpty && !finding.location.isEmpty && !finding.message.isEmpty)
        }
        let severities = findings.map(\.severity)
        #expect(severities == severities.sorted())
    }

    @Test func hasACaseForEachCode() {
        // A document with a value that can't be read can't be built.
        let found = Set(Self.cases.filter(\.finds).map(\.code)).union([.unreadableValue])
        #expect(found == Set(LintCode.allCases))
    }

    @Test func ignoresWhatAListNames() throws {
        var builder = DocumentBuilder()
        builder.gate("a")
        builder.gate("b")
        let all = try DocumentLint.findings(in: builder.document)
        #expect(all.map(\.code) == [.constantGate, .constantGate])
        let some = try LintIgnoreList("# on purpose\n\n  constant_gate gate \"a*  \r\n")
        #expect(try DocumentLint.findings(in: builder.document, ignoring: some).map(\.location) == ["gate \"b\""])
        let none = try LintIgnoreList("constant_gate")
        #expect(try DocumentLint.findings(in: builder.document, ignoring: none).isEmpty)
        #expect(throws: LintIgnoreList.Failure.self) { try LintIgnoreList("constant_gate\nconstant_gates x") }
    }

    /// A rule that is called unreachable, or whose conditions are said never to hold, decides for no user.
    @Test(arguments: Fixture.names(in: "conformance")) func isNotContradictedByEvaluations(_ name: String) throws {
        let bytes = try Fixture.bytes("conformance/\(name)/spec.json.gz")
        let ruleset = try Ruleset(document: bytes)
        let users = try Fixture.lines("conformance/\(name)/users.jsonl.gz").compactMap { try? User(json: $0) }
        try expectNoContradiction(bytes, ruleset, users)
    }

    @Test func isNotContradictedByRandomDocuments() throws {
        for seed in 1...300 {
            var random = TestRandom(UInt64(seed))
            let document = RandomProject.document(&random)
            guard let ruleset = RandomProject.ruleset(document) else { continue }
            let users = (0..<100).map { RandomProject.user(&random, $0) }
            try expectNoContradiction(document.jsonBytes, ruleset, users)
        }
    }

    private func expectNoContradiction(_ bytes: [UInt8], _ ruleset: Ruleset, _ users: [User]) throws {
        let findings = try DocumentLint.findings(in: bytes)
        let unreached = findings.filter { [.unreachableRule, .neverHolds, .emptyGroup].contains($0.code) }
        let constant = Set(findings.filter { $0.code == .constantGate }.map(\.location))
        let locations = Set(unreached.map(\.location))
        // IDs that several rules share don't tell which of them decided.
        let repeated = Set(findings.filter { $0.code == .duplicateRuleID }.map(\.location))
        let withoutUsers = Set(unreached.filter { $0.message.contains("0 %") }.map(\.location))
        var sampled = SampledUsers(for: [ruleset], seed: 1)
        var values: [String: Set<Bool>] = [:]
        for index in 0..<(min(users.count, 300) + 100) {
            let user = index < min(users.count, 300) ? users[index] : sampled.next()
            func check(_ kind: EntityKind, _ word: String, _ name: String) {
                let location = "\(word) \"\(name)\""
                guard !repeated.contains(location) else { return }
                for rule in ruleset.explain(kind, name, for: user, in: .test).rules
                where rule.passed && !rule.isUnsupported {
                    let place = "\(location), rule \"\(rule.id)\""
                    let isContradicted = locations.contains(place) && !withoutUsers.contains(place)
                    #expect(!isContradicted, "\(place) for \(user)")
                }
            }
            for name in Set(ruleset.gateNames) {
                check(.gate, "gate", name)
                guard constant.contains("gate \"\(name)\"") else { continue }
                let gate = ruleset.gate(name, for: user, in: .test)
                if gate.reason == .recognized { values[name, default: []].insert(gate.value) }
            }
            // As dynamic configs, since experiments of that name may be autotunes.
            for name in Set(ruleset.configNames) { check(.dynamicConfig, "config", name) }
            for name in Set(ruleset.layerNames) { check(.layer, "layer", name) }
        }
        for (name, found) in values { #expect(found.count == 1, "gate \(name) isn't constant") }
    }
}
