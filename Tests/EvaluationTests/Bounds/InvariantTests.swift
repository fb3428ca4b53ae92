// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec
import TestSupport
import Testing

/// The checker of a program's invariants passes what the compiler makes, and names what a test has damaged.
@Suite("Invariants of a program")
struct InvariantTests {
    private static func ruleset() throws -> Ruleset {
        var project = Project(
            gate: Rule("r1", .gate("other"), .field("plan", "any", ["Pro", "Team"])),
            Rule("r2", .bucket("any", ["1", "20", "999"], salt: "s"), percentage: 30))
        project.gate("other", Rule("o", .field("level", "eq", [1, 2]), .field("app", "version_gt", "1.2.3")))
        project.config("config", Rule("c", .field("plan", "eq", "pro"), returns: ["a": 1, "b": "x"]))
        project.experiment("experiment", Rule("e", returns: ["a": 2], group: "G"))
        project.layer("layer", Rule("l", delegate: "experiment"), default: ["a": 3])
        project.map("config", to: "experiment", Rule("m", .field("plan", "any", ["x"])))
        return try project.ruleset()
    }

    @Test("What the compiler makes is sound")
    func sound() throws {
        #expect(try Self.ruleset().checkInvariants() == [])
        #expect(Ruleset().checkInvariants() == [])
    }

    /// The documents of the repository's conformance sets and sample project.
    private static let fixtures =
        Fixture.names(in: "conformance").map { "conformance/\($0)/spec.json.gz" }
        + ["sample/sample-dcs-v1.json", "sample/sample-dcs-v2.json"]

    @Test("What the compiler makes of each fixture is sound", arguments: fixtures)
    func fixture(_ file: String) throws {
        #expect(Self.fixtures.count > 20)
        #expect(try Ruleset(document: Fixture.bytes(file)).checkInvariants() == [])
    }

    /// One way to break a program, and a part of what the checker has to say about it.
    struct Damage: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let finding: String
        let apply: @Sendable (inout Program, Region) -> Void

        init(_ what: String, _ finding: String, _ apply: @escaping @Sendable (inout Program, Region) -> Void) {
            testDescription = what
            self.finding = finding
            self.apply = apply
        }

        /// Replaces the rows of one rule.
        static func rule(
            _ what: String, _ finding: String, of index: Int = 0, _ change: @escaping @Sendable (inout RuleRow) -> Void
        ) -> Damage {
            spec(what, finding, of: index) { spec, region in
                var rules = Array(spec.rules)
                change(&rules[0])
                spec.rules = region.store(rules)
            }
        }

        static func spec(
            _ what: String, _ finding: String, of index: Int = 0,
            _ change: @escaping @Sendable (inout SpecRow, Region) -> Void
        ) -> Damage {
            Damage(what, finding) { program, region in
                var specs = Array(program.specs)
                var row = specs[index].pointee
                change(&row, region)
                specs[index] = region.store(row)
                program.specs = region.store(specs)
            }
        }

        static func condition(
            _ what: String, _ finding: String, ofType type: String,
            _ change: @escaping @Sendable (inout ConditionRow, inout TargetRow, Region) -> Void
        ) -> Damage {
            Damage(what, finding) { program, region in
                var conditions = Array(program.conditions)
                for index in conditions.indices where conditions[index].pointee.source.type.string == type {
                    var row = conditions[index].pointee
                    var target = row.target.pointee
                    change(&row, &target, region)
                    row.target = region.store(target)
                    conditions[index] = region.store(row)
                    break
                }
                program.conditions = region.store(conditions)
            }
        }
    }

    private static let damages: [Damage] = [
        Damage("a spec without a name", "specs have") { program, _ in
            program.specs = UnsafeBufferPointer(rebasing: program.specs.dropLast())
        },
        Damage("a condition link beyond the conditions", "condition link is 1000") { program, region in
            program.conditionLinks = region.store([1_000] + program.conditionLinks.dropFirst())
        },
        Damage("a delegate link to a gate", "which is no config") { program, region in
            program.delegateLinks = region.store(program.delegateLinks.map { $0 < 0 ? $0 : 0 })
        },
        Damage("a gate link to a config", "which is no gate") { program, region in
            let index = Int32(program.configIndex(0))
            program.gateLinks = region.store(program.gateLinks.map { $0 < 0 ? $0 : index })
        },
        Damage("a gate link that is lost", "the gate link leads elsewhere") { program, region in
            program.gateLinks = region.store(program.gateLinks.map { _ in -1 })
        },
        Damage("specs in another order", "is at the index of") { program, region in
            program.specs = region.store([program.specs[1], program.specs[0]] + program.specs[2...])
            program.specLinks = region.store([program.specLinks[1], program.specLinks[0]] + program.specLinks[2...])
        },
        Damage("links that start below zero", "conditions begin at -1") { program, region in
            program.specLinks = region.store(
                program.specLinks.map { Program.SpecLinks(firstCondition: -1, firstRule: $0.firstRule) })
        },
        Damage("override rules that are gone", "names override rule 0") { program, _ in
            program.overrideRules = .init()
        },
        Damage("a table that has a name twice", "doesn't find each name") { program, region in
            let name = program.gates.texts[0]
            program.gates = TextTable(region.store([name, name]), in: region)
        },
        .rule("more conditions than there are", "condition links end at") { $0.conditionCount = 1_000 },
        .rule("a rule with the index of another", "has the index 1") { $0.index = 1 },
        .rule("a delegate that no link leads to", "the delegate link leads elsewhere") { $0.delegate = Text("config") },
        .rule("a salt that isn't hashed", "not its salts are hashed") { $0.salt = Text("pepper") },
        .spec("a default that isn't what it says", "isn't true") { spec, _ in
            spec.defaultValue = ReturnRow(kind: .true, json: Text("false"), members: .init())
        },
        .spec("a value whose members differ from its JSON", "members that its JSON lacks") { spec, region in
            let member = MemberRow(name: Text("a"), value: Text("1"))
            spec.defaultValue = ReturnRow(kind: .object, json: Text("{}"), members: region.store([member]))
        },
        .condition("an operator that is lost", "has no operator", ofType: "user_field") { row, _, _ in
            row.comparison = .unused
        },
        .condition("a unit of another name", "the unit selector disagrees", ofType: "user_field") { row, _, _ in
            row.unit = UnitSelector(isUserID: true, name: Text("companyID"), loweredName: Text("companyid"))
        },
        .condition("buckets that are lost", "buckets without need, or none", ofType: "user_bucket") { _, target, _ in
            target.buckets = nil
        },
        .condition("a bucket beyond a thousand", "a bucket of 1,000 or more", ofType: "user_bucket") {
            _, target, region in
            var words = [UInt64](repeating: 0, count: 16)
            words[15] = 1 << 63
            target.buckets = region.store(words).baseAddress
        },
        .condition("a table of other texts", "isn't the elements in lower case", ofType: "user_field") {
            row, target, region in
            row.comparison = .anyOf
            target.kind = .array
            target.texts = region.store([Text("Pro")])
            target.set = TextTable(target.texts, in: region)
            target.positions = .init()
            target.version = .init()
        },
        .condition("elements without positions", "a position of their own", ofType: "user_field") {
            row, target, region in
            row.comparison = .eq
            target.kind = .array
            target.texts = region.store([Text("1"), Text("2")])
            target.positions = region.store([0, 0])
            target.set = TextTable()
            target.version = .init()
        },
    ]

    @Test("The checker names what is broken", arguments: damages)
    func damaged(_ damage: Damage) throws {
        let ruleset = try Self.ruleset()
        let region = Region(capacity: 4_096)
        var program = ruleset.program
        damage.apply(&program, region)
        let findings = withExtendedLifetime((ruleset, region)) { program.checkInvariants() }
        #expect(findings.contains { $0.contains(damage.finding) }, "\(findings)")
    }
}
