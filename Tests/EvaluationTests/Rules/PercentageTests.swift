// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import TestSupport
import Testing

/// Percentages and buckets (Evaluation §4, §5.5).
///
/// The users' hashes were worked out with another implementation of SHA-256.
@Suite("Percentages and buckets")
struct PercentageTests {
    /// A user whose bucket among 10,000 is known, for the salt `salt` and the rule `r`.
    static let users: [(bucket: Int, id: String)] = [
        (0, "u3473"), (6, "u29112"), (7, "u7016"), (8, "u9854"), (4999, "u4494"), (5000, "u6308"), (9999, "u6200"),
    ]

    private static func passingBuckets(_ percentage: Value) throws -> [Int] {
        let ruleset = try Project(gate: Rule("r", percentage: percentage)).ruleset()
        return users.filter { ruleset.passes(User(userID: $0.id)) }.map(\.bucket)
    }

    @Test(
        "Users whose bucket is below 100 times the percentage pass",
        arguments: [
            (0, []), (100, [0, 6, 7, 8, 4999, 5000, 9999]), (50, [0, 6, 7, 8, 4999]),
            (50.005, [0, 6, 7, 8, 4999, 5000]), (99.99, [0, 6, 7, 8, 4999, 5000]), (0.01, [0]), (0.06, [0]),
            // In binary 0.07 * 100 is a little more than 7.
            (0.07, [0, 6, 7]), (0.0699, [0, 6]), (-1, []), (-0.0, []), (101, [0, 6, 7, 8, 4999, 5000, 9999]),
            (1e300, [0, 6, 7, 8, 4999, 5000, 9999]), (1e-300, [0]),
        ] as [(Value, [Int])])
    func thresholds(_ percentage: Value, _ expected: [Int]) throws {
        #expect(try Self.passingBuckets(percentage) == expected)
    }

    @Test("A rule that fails its percentage still decides: with its id and the default")
    func failing() throws {
        var project = Project()
        project.experiment(
            "experiment", Rule("first", percentage: 0, returns: ["a": 1], group: "A", isGroup: true),
            Rule("second", returns: ["a": 2]), default: ["a": 0])
        let result = try project.ruleset().experiment("experiment", for: User(userID: "u"), in: .plain)
        #expect(result.value == ["a": 0])
        #expect(result.ruleID == "first")
        #expect(result.groupName == "A")
        #expect(result.isUserInExperiment)
        #expect(!result.evaluation.passed)
    }

    @Test("Users without the unit share a bucket", arguments: [0, 67.73, 67.74, 100] as [Value])
    func missingUnit(_ percentage: Value) throws {
        let ruleset = try Project(gate: Rule("r", percentage: percentage, idType: "companyID")).ruleset()
        // The empty unit's bucket is 6773.
        let expected = (percentage.double ?? 0) > 67.73
        var odd = User()
        odd.customIDs = ["companyID": ["not": "an id"]]
        for user in [User(), User(userID: "a"), User(userID: "b"), User(customIDs: ["companyID": ""]), odd] {
            #expect(ruleset.passes(user) == expected)
        }
    }

    @Test(
        "A unit is hashed by its text",
        arguments: [
            // Buckets: 5 → 8378, true → 5939, 9007199254740992 → 9091.
            (5, 8378), (5.0, 8378), ("5", 8378), (true, 5939), ("true", 5939), (9_007_199_254_740_993, 9091),
            ("9007199254740992", 9091),
        ] as [(Value, Int)])
    func unitTexts(_ id: Value, _ bucket: Int) throws {
        var user = User()
        user[.userID] = id
        for (percentage, expected) in [(Double(bucket) / 100, false), (Double(bucket + 1) / 100, true)] {
            let ruleset = try Project(gate: Rule("r", percentage: .double(percentage))).ruleset()
            #expect(ruleset.passes(user) == expected)
        }
    }

    @Test(
        "A rule's salt takes the place of its id, even an empty one",
        // The buckets of u1 with the salts r, x and none.
        arguments: [(nil, 7633), ("r", 7633), ("x", 233), ("", 7755)] as [(String?, Int)])
    func salts(_ salt: String?, _ bucket: Int) throws {
        for (percentage, expected) in [(Double(bucket) / 100, false), (Double(bucket + 1) / 100, true)] {
            let ruleset = try Project(gate: Rule("r", percentage: .double(percentage), salt: salt)).ruleset()
            #expect(ruleset.passes(User(userID: "u1")) == expected)
        }
    }

    @Test(
        "A user bucket is one of 1000, by a salt of its own",
        arguments: [("u1", "bs", 968), ("u2", "bs", 603), ("u3", "bs", 11), ("", "bs", 841), ("u1", nil, 687)]
            as [(String, String?, Int)])
    func userBuckets(_ id: String, _ salt: String?, _ bucket: Int) throws {
        let user = User(userID: id)
        let text = Value.string(String(bucket))
        let number = Value.integer(Int64(bucket))
        let passing: [Condition] = [
            .bucket("eq", number, salt: salt), .bucket("any", [number, 5], salt: salt),
            .bucket("any", [text], salt: salt), .bucket("none", [5, 1000, "x", "05"], salt: salt),
            .bucket("lte", number, salt: salt), .bucket("gte", number, salt: salt),
            .bucket("any_case_sensitive", [text], salt: salt), .bucket("eq", text, salt: salt),
        ]
        for condition in passing {
            #expect(try Project(gate: Rule("rule", condition)).ruleset().passes(user), "\(condition)")
        }
        let failing: [Condition] = [
            .bucket("none", [number], salt: salt),
            .bucket("any", [.string("0\(bucket)"), .double(Double(bucket))], salt: salt),
            .bucket("lt", number, salt: salt), .bucket("gt", number, salt: salt), .bucket("any", text, salt: salt),
        ]
        for condition in failing {
            #expect(try !Project(gate: Rule("rule", condition)).ruleset().passes(user), "\(condition)")
        }
    }

    @Test("A document may ask for XXH3 instead of SHA-256")
    func otherHash() throws {
        var project = Project(gate: Rule("r", percentage: 50))
        project.members["bucketing"] = "xxh3"
        let other = try project.ruleset()
        project.members["bucketing"] = "sha256"
        let usual = try project.ruleset()
        let users = (0..<400).map { User(userID: "user-\($0)") }
        let passing = users.filter { other.passes($0) }.count
        #expect((140...260).contains(passing))
        #expect(users.contains { other.passes($0) != usual.passes($0) })
        let expected = users.filter { user in
            XXH3.hash("salt.r.\(user.userID ?? "")") % 10_000 < 5_000
        }
        #expect(passing == expected.count)
    }
}
