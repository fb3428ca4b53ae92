// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseReview
import GatehouseSpec
import TestSupport
import Testing

/// The smallest changes that give another answer.
@Suite struct FlipTests {
    private static func search(_ ruleset: Ruleset, _ user: User, gate: String = "g") -> FlipSearch {
        FlipSearch(.gate, gate, in: ruleset, for: user, in: .test)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let rules: [Rule]
        let user: User
        /// One of the sets of changes that are found; `nil` for none.
        let changes: [String]?
        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(
            name: "a value of a list", rules: [Rule("r", .field("plan", "any", ["pro"]))], user: User(userID: "u"),
            changes: [#"plan: nothing → "pro""#]),
        Case(
            name: "any other value", rules: [Rule("r", .field("plan", "none", ["free"]))],
            user: User(userID: "u", custom: ["plan": "free"]), changes: [#"plan: "free" → nothing"#]),
        Case(
            name: "a number", rules: [Rule("r", .field("age", "gte", 18), .field("age", "lt", 19))],
            user: User(userID: "u", custom: ["age": 3]), changes: ["age: 3 → 18"]),
        Case(
            name: "a version", rules: [Rule("r", .field("appVersion", "version_gt", "2.5.0"))],
            user: User(userID: "u", appVersion: "2.5.0"), changes: [#"appVersion: "2.5.0" → "2.5.0.1""#]),
        Case(
            name: "two changes", rules: [Rule("r", .field("plan", "any", ["pro"]), .field("country", "any", ["NZ"]))],
            user: User(userID: "u", country: "US"), changes: [#"plan: nothing → "pro""#, #"country: "US" → "NZ""#]),
        Case(
            name: "a start and an end at once",
            rules: [
                Rule(
                    "r", .field("email", "str_starts_with_any", ["admin."]),
                    .field("email", "str_ends_with_any", ["@a.example"]))
            ], user: User(userID: "u"), changes: [#"email: nothing → "admin.@a.example""#]),
        Case(
            name: "a pattern", rules: [Rule("r", .field("email", "str_matches", "^[a-z]+@example\\.com$"))],
            user: User(userID: "u"), changes: [#"email: nothing → "aa@example.com""#]),
        Case(
            name: "the environment", rules: [Rule("r", .environment("tier", "any", ["staging"]))],
            user: User(userID: "u"),
            changes: [#"environment tier: nothing → "staging""#]),
        Case(
            name: "the ID of a unit", rules: [Rule("r", .unit("companyID", "any", ["c1"]))], user: User(userID: "u"),
            changes: [#"ID companyID: nothing → "c1""#]),
        Case(name: "nothing", rules: [Rule("r", .everyone)], user: User(userID: "u"), changes: nil),
        Case(name: "a percentage alone", rules: [Rule("r", percentage: 0)], user: User(userID: "u"), changes: nil),
    ]

    @Test(arguments: cases) func finds(_ test: Case) throws {
        var builder = DocumentBuilder()
        builder.add(gate: "g", test.rules)
        let ruleset = try builder.ruleset()
        let search = Self.search(ruleset, test.user)
        #expect(search.isExhaustive)
        guard let changes = test.changes else { return #expect(search.flips.isEmpty) }
        #expect(search.flips.contains { $0.map(\.description) == changes }, "\(search.flips)")
    }

    @Test func saysWhenValuesWereLeftOut() throws {
        var builder = DocumentBuilder()
        let values = (0..<100).map { Value.string("v\($0)") }
        builder.gate(
            "g",
            Rule("r", .field("plan", "any", .array(values)), .field("plan", "none", .array(Array(values.prefix(70))))))
        let search = Self.search(try builder.ruleset(), User(userID: "u"))
        #expect(search.flips.isEmpty && !search.isExhaustive)
    }

    @Test func followsNestedGates() throws {
        var builder = DocumentBuilder()
        builder.gate("inner", Rule("r", .field("plan", "any", ["pro"])))
        builder.gate("g", Rule("r", .notGate("inner")))
        let search = Self.search(try builder.ruleset(), User(userID: "u"))
        #expect(search.flips.map { $0.map(\.description) } == [[#"plan: nothing → "pro""#]])
    }

    /// Compared with all assignments of a domain that has a value of every class that conditions tell apart.
    @Test func isMinimalOnGeneratedCases() throws {
        let plans: [Value?] = [nil, "pro", "free", "team", "other"]
        let ages: [Value?] = [nil, -5, 0, 5, 10, 15, 20, 25, 30, 35]
        let versions: [Value?] = [nil, "0.5", "1.0", "1.5", "2.0", "2.2", "2.5.1", "3"]
        let emails: [Value?] = [nil, "@a", "@b", "@a@b", "z"]
        var (found, none) = (0, 0)
        for seed in 1...20 {
            var random = TestRandom(UInt64(seed) &+ 1_000)
            let document =
                seed.isMultiple(of: 2)
                ? RandomProject.document(&random) : RandomProject.attributeDocument(&random)
            guard let ruleset = RandomProject.ruleset(document) else { continue }
            let user = RandomProject.user(&random, seed)
            for gate in RandomProject.gates {
                let before = ruleset.checkGate(gate, for: user, in: .test)
                // The user's own values are of some class, too, and keeping them is no change.
                let plans = plans + [user.custom["plan"]]
                let ages = ages + [user.custom["age"]]
                let versions = versions + [user.custom["version"]]
                let emails = emails + [user.email.map { .string($0) }]
                var smallest: Int?
                for plan in plans {
                    for age in ages {
                        for version in versions {
                            for email in emails {
                                var other = user
                                let custom = [("plan", plan), ("age", age), ("version", version)]
                                other.custom = Object(custom.compactMap { name, value in value.map { (name, $0) } })
                                other.email = email?.string
                                guard ruleset.checkGate(gate, for: other, in: .test) != before else { continue }
                                let count = [
                                    plan != user.custom["plan"], age != user.custom["age"],
                                    version != user.custom["version"], email?.string != user.email,
                                ].count { $0 }
                                smallest = min(smallest ?? count, count)
                            }
                        }
                    }
                }
                let search = Self.search(ruleset, user, gate: gate)
                #expect(search.isExhaustive)
                #expect(search.flips.first?.count == smallest, "seed \(seed), gate \(gate): \(search.flips)")
                if smallest == nil { none += 1 } else { found += 1 }
            }
        }
        #expect(found > 20 && none > 5, "\(found) found, \(none) not")
    }
}
