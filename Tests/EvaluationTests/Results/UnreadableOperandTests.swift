// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec
import TestSupport
import Testing

/// Explanations say why an operator can't read the value or the target of a condition.
@Suite("Unreadable operands")
struct UnreadableOperandTests {
    typealias Condition = DocumentBuilder.Condition
    typealias Reason = Explanation.UnreadableOperand

    struct Case: Sendable, CustomTestStringConvertible {
        var user: Value?
        var comparison: String
        var target: Value
        var reasons: [Reason]

        init(_ user: Value?, _ comparison: String, _ target: Value, _ reasons: Reason...) {
            self.user = user
            self.comparison = comparison
            self.target = target
            self.reasons = reasons
        }

        var testDescription: String { "\(user.map { "\($0)" } ?? "none") \(comparison) \(target)" }
    }

    static let cases: [Case] = [
        // Times (Evaluation §7.4).
        Case("2024-06-01T00:00:00.000Z", "after", 1_700_000_000_000, .valueTimeTooLong),
        Case("2024-06-01T02:00:00+02:00", "before", 1_700_000_000_000, .valueTimeTooLong),
        Case("2024-06-01T00:00:00Z", "after", 1_700_000_000_000),
        Case("2024-06-01 00:00:00", "on", "2024-06-01T12:00:00Z"),
        Case("2024-06-01", "after", 1_700_000_000_000, .valueNotTime),
        Case("soon", "on", "2024-06-01T00:00:00.000Z", .valueNotTime),
        Case(["2024"], "before", 1_700_000_000_000, .valueNotTime),
        Case(1_717_200_000_000, "after", "tomorrow", .targetNotTime),
        Case("tomorrow", "after", "yesterday", .valueNotTime, .targetNotTime),
        Case(nil, "after", 1_700_000_000_000, .valueMissing),
        // Versions (Evaluation §7.2).
        Case("v2.5.0", "version_gte", "2.5.0", .valueNotVersion),
        Case("2.x", "version_eq", "2.5", .valueNotVersion),
        Case("2.5.0-beta", "version_gte", "2.5.0"),
        Case("3.x", "version_gt", "2.5"),
        Case("2.5", "version_lt", "v3", .targetNotVersion),
        Case("v2", "version_lt", "v3", .valueNotVersion, .targetNotVersion),
        Case("2.5", "version_neq", 2.5, .targetNotVersion),
        Case("", "version_gte", "1", .valueNotVersion),
        Case(.null, "version_lte", "2", .valueMissing),
        // Numbers (Evaluation §7.1).
        Case("12 EUR", "gt", 5, .valueNotNumber),
        Case(true, "lte", 5, .valueNotNumber),
        Case("12", "gt", "5"),
        Case(12, "gte", "five", .targetNotNumber),
        Case(nil, "lt", .null, .valueMissing, .targetNotNumber),
        // Patterns.
        Case("a", "str_matches", "[", .targetNotPattern),
        Case("a", "str_matches", "(a", .targetNotPattern),
        Case("a", "str_matches", ["a"], .targetNotPattern),
        Case("a", "str_matches", "[a]"),
        Case(nil, "str_matches", "*", .valueMissing, .targetNotPattern),
        // Lists of texts (Evaluation §7.3, §7.7).
        Case("a", "any", "a", .targetNotList),
        Case("a", "none_case_sensitive", 5, .targetNotList),
        Case(["a": 1], "str_contains_any", ["a"], .valueNotText),
        Case("a", "str_starts_with_any", ["a"]),
        Case("a", "array_contains_any", ["a"], .valueNotArray),
        Case(["a"], "array_contains_all", "a", .targetNotList),
        Case(["a"], "array_contains_none", ["b"]),
        Case(nil, "not_array_contains_all", ["b"], .valueMissing),
        // Equality reads every value.
        Case(["a": 1], "eq", "a"), Case(nil, "neq", 5),
    ]

    @Test("The reasons follow from value, operator and target", arguments: cases)
    func reasons(_ test: Case) throws {
        let ruleset = try DocumentBuilder(gate: .init("r", .field("f", test.comparison, test.target))).ruleset()
        let user = User(custom: test.user.map { ["f": $0] } ?? [:])
        let explanation = ruleset.explain(.gate, "gate", for: user, in: .plain)
        #expect(try #require(explanation.rules.first?.conditions.first).unreadable == test.reasons)
    }

    static let texts: [(Condition, String)] = [
        (
            .field("created", "after", 1_700_000_000_000),
            #"✗ user_field created: "2024-06-01T00:00:00.000Z" after 1700000000000: the value isn't read as a time, "#
                + "since it has more than 20 characters"
        ),
        (
            .field("appVersion", "version_gte", "2.5.0"),
            #"✗ user_field appVersion: "v2.5.0" version_gte "2.5.0": the value isn't a version of numbers and dots"#
        ),
        (
            .field("created", "str_matches", "["),
            #"✗ user_field created: "2024-06-01T00:00:00.000Z" str_matches "[": "#
                + "the target isn't a valid regular expression"
        ),
        (
            .unit("companyID", "any", ["c"]),
            #"✗ unit_id: no value any ["c"]: the user has no companyID"#
        ),
        (
            .unit("userID", "in_segment_list", "gone"),
            #"✗ unit_id: "u" in_segment_list "gone": there is no such ID list"#
        ),
        (
            Condition(
                type: "user_bucket", operator: "any", target: .array((0..<500).map { .integer($0) }),
                idType: "companyID", salt: "s"),
            "✓ user_bucket: bucket 314 of 1000 (the user has no companyID, so the empty ID is hashed) any "
                + "500 of 1000 buckets"
        ),
        (
            Condition(type: "ip_based", operator: "any", target: ["DE"], field: "country"),
            #"✗ ip_based country: no value any ["DE"]: the user has no IP address"#
        ),
    ]

    @Test("The text names the reason in the condition's line", arguments: texts)
    func text(_ condition: Condition, _ expected: String) throws {
        let ruleset = try DocumentBuilder(gate: .init("r", condition)).ruleset()
        let user = User(userID: "u", appVersion: "v2.5.0", custom: ["created": "2024-06-01T00:00:00.000Z"])
        let text = ruleset.explain(.gate, "gate", for: user, in: .plain).text
        let line = text.split(separator: "\n").first { $0.contains("✗") || $0.contains("✓") }
        #expect(line?.drop { $0 == " " } == expected[...])
    }

    @Test("A percentage says that the user has no ID of its type")
    func percentage() throws {
        let ruleset = try DocumentBuilder(gate: .init("r", .everyone, percentage: 50, idType: "companyID")).ruleset()
        let user = User(userID: "u", customIDs: ["company": "c"])
        let explanation = ruleset.explain(.gate, "gate", for: user, in: .plain)
        let bucket = try #require(explanation.rules.first?.bucket)
        #expect(bucket.idType == "companyID")
        #expect(!bucket.hasUnit)
        #expect(explanation.text.contains("(the user has no companyID, so the empty ID is hashed)"))
        #expect(explanation.json.contains(#""missing_unit":"companyID""#))
        let other = ruleset.explain(.gate, "gate", for: User(customIDs: ["companyID": "c"]), in: .plain)
        #expect(other.rules.first?.bucket?.hasUnit == true)
        #expect(!other.json.contains("missing_unit"))
    }

    @Test("A rule is shown with the name that people gave it")
    func ruleName() throws {
        let builder = DocumentBuilder(gate: .init("r1", .everyone, group: "Staff"))
        let named = builder.text.replacing(#""name":"r1""#, with: #""name":"Beta users""#)
        let ruleset = try Ruleset(document: Array(named.utf8))
        let text = ruleset.explain(.gate, "gate", for: User(), in: .plain).text
        #expect(text.contains(#"rule r1 "Beta users" (Staff), 100.0 %: conditions pass"#))
    }
}
