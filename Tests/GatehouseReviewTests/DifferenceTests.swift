// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseReview
import GatehouseSpec
import TestSupport
import Testing

/// What a difference says of each kind of change, and that it says nothing of noise.
@Suite struct DifferenceTests {
    /// An edit of a document and the lines that report it.
    struct Edit: Sendable, CustomTestStringConvertible {
        let name: String
        let before: @Sendable (inout DocumentBuilder) -> Void
        let after: @Sendable (inout DocumentBuilder) -> Void
        let lines: [String]
        var testDescription: String { name }
    }

    // What follows a change with a risk.
    private static let loss = " [loss: users may lose what they have]"
    private static let reshuffle = " [reshuffle: users are assigned anew]"
    private static let typeChange = " [type-change: programs that read the parameter may refuse its value]"
    private static let removal = " [removal: programs may still ask for it]"
    /// The mapping of the table, with a percentage.
    private static func mapping(_ percentage: String) -> String {
        #"[{"to":"d","when":[{"conditions":[],"percentage":\#(percentage),"salt":"o","unit":"userID","start":0}]}]"#
    }

    static let edits: [Edit] = [
        Edit(
            name: "nothing", before: { $0.gate("g", Rule("r", .everyone)) },
            after: { $0.gate("g", Rule("r", .everyone)) },
            lines: []),
        Edit(
            name: "percentage lowered", before: { $0.gate("g", Rule("r", .everyone, percentage: 20)) },
            after: { $0.gate("g", Rule("r", .everyone, percentage: 12.5)) },
            lines: ["gate g: changed", "  rule r: percentage 20 % → 12.5 %" + loss]),
        Edit(
            name: "percentage raised", before: { $0.gate("g", Rule("r", .everyone, percentage: 20)) },
            after: { $0.gate("g", Rule("r", .everyone, percentage: 30)) },
            lines: ["gate g: changed", "  rule r: percentage 20 % → 30 %"]),
        Edit(
            name: "percentage of a denial raised", before: { $0.gate("g", Rule("r", percentage: 20, returns: false)) },
            after: { $0.gate("g", Rule("r", percentage: 30, returns: false)) },
            lines: ["gate g: changed", "  rule r: percentage 20 % → 30 %" + loss]),
        Edit(
            name: "rule salt of a percentage", before: { $0.gate("g", Rule("r", percentage: 20, salt: "a")) },
            after: { $0.gate("g", Rule("r", percentage: 20, salt: "b")) },
            lines: ["gate g: changed", "  rule r: salt a → b" + reshuffle]),
        Edit(
            name: "rule salt without a percentage", before: { $0.gate("g", Rule("r", salt: "a")) },
            after: { $0.gate("g", Rule("r", salt: "b")) }, lines: []),
        Edit(
            name: "unit type of a percentage", before: { $0.gate("g", Rule("r", percentage: 20)) },
            after: { $0.gate("g", Rule("r", percentage: 20, idType: "companyID")) },
            lines: ["gate g: changed", "  rule r: id type userID → companyID" + reshuffle]),
        Edit(
            name: "spec salt", before: { $0.config("c", Rule("r", percentage: 20), members: ["salt": "a"]) },
            after: { $0.config("c", Rule("r", percentage: 20), members: ["salt": "b"]) },
            lines: ["dynamic_config c: changed", "  salt a → b" + reshuffle]),
        Edit(
            name: "letter of another form", before: { $0.gate("g", Rule("r", .field("a", "any", ["\u{E9}"]))) },
            after: { $0.gate("g", Rule("r", .field("a", "any", ["e\u{301}"]))) },
            lines: [
                "gate g: changed", "  rule r: condition removed user_field a any [\"\u{E9}\"] → nothing",
                "  rule r: condition added nothing → user_field a any [\"e\u{301}\"]",
            ]),
        Edit(
            name: "mapping of a name without an entity", before: { $0.gate("other") },
            after: {
                $0.gate("other")
                $0.map("gone", to: "other", Rule("o", percentage: 50))
            },
            lines: ["gate", "dynamic_config", "layer"].flatMap { kind in
                [
                    "\(kind) gone: changed",
                    "  mapping nothing → " + mapping("50.0").replacing(#""d""#, with: #""other""#),
                ]
            }),
        Edit(
            name: "order of list and conditions",
            before: { $0.gate("g", Rule("r", .field("plan", "any", ["a", "B"]), .everyone)) },
            after: { $0.gate("g", Rule("r", .everyone, .field("plan", "any", ["b", "A", "a"]))) }, lines: []),
        Edit(
            name: "order of gates, which exposures show",
            before: { $0.gate("g", Rule("r", .gate("a"), .gate("b"))) },
            after: { $0.gate("g", Rule("r", .gate("b"), .gate("a"))) },
            lines: [
                "gate g: changed", "  rule r: condition order pass_gate a, pass_gate b → pass_gate b, pass_gate a",
            ]),
        Edit(
            name: "condition replaced", before: { $0.gate("g", Rule("r", .field("plan", "any", ["a"]))) },
            after: { $0.gate("g", Rule("r", .field("plan", "any", ["a", "b"]))) },
            lines: [
                "gate g: changed", #"  rule r: condition removed user_field plan any ["a"] → nothing"#,
                #"  rule r: condition added nothing → user_field plan any ["a","b"]"#,
            ]),
        Edit(
            name: "rules added, removed and moved",
            before: { $0.gate("g", Rule("a"), Rule("b"), Rule("c"), Rule("d")) },
            after: { $0.gate("g", Rule("c"), Rule("a"), Rule("b"), Rule("e", percentage: 10)) },
            lines: [
                "gate g: changed",
                "  rule d: rule removed 100 % of everyone → nothing" + loss,
                "  rule e: rule added nothing → 10 % of everyone", "  rule c: rule moved 3 → 1",
            ]),
        Edit(
            name: "type of a parameter", before: { $0.config("c", Rule("r", returns: ["n": 1, "gone": 1])) },
            after: { $0.config("c", Rule("r", returns: ["n": "1"])) },
            lines: [
                "dynamic_config c: changed", #"  rule r: return value {"gone":1,"n":1} → {"n":"1"}"#,
                "  parameter n: parameter type number → string" + typeChange,
                "  parameter gone: parameter removed number → nothing" + removal,
            ]),
        Edit(
            name: "order of a value's members", before: { $0.config("c", Rule("r", returns: ["a": 1, "b": [1, 2]])) },
            after: { $0.config("c", Rule("r", returns: ["b": [1, 2], "a": 1])) }, lines: []),
        Edit(
            name: "group sizes",
            before: {
                $0.experiment(
                    "e", Rule("g1", .bucket("lt", 500, salt: "s"), group: "Control"),
                    Rule("g2", .bucket("lt", 1000, salt: "s"), group: "Test"))
            },
            after: {
                $0.experiment(
                    "e", Rule("g1", .bucket("lt", 400, salt: "s"), group: "Control"),
                    Rule("g2", .bucket("lt", 1000, salt: "s"), group: "Test"))
            },
            lines: [
                "experiment e: changed",
                "  rule Control (g1): group size 500 of 1000 buckets → 400 of 1000 buckets" + loss,
                "  rule Test (g2): group size 500 of 1000 buckets → 600 of 1000 buckets",
            ]),
        Edit(
            name: "allocation",
            before: { $0.layer("l", Rule("r", .bucket("any", [1, 2, 3], salt: "s"), .everyone, delegate: "e")) },
            after: { $0.layer("l", Rule("r", .bucket("any", [2, 3, 4, 5], salt: "s"), .everyone, delegate: "e")) },
            lines: [
                "layer l: changed",
                "  rule r: allocation 3 of 1000 buckets → 4 of 1000 buckets" + loss,
            ]),
        Edit(
            name: "users who aren't allocated, and members of a value that don't change",
            before: {
                $0.experiment(
                    "e", Rule("layerAssignment", .bucket("none", [1, 2], salt: "s"), returns: ["a": 1, "b": 2]))
            },
            after: {
                $0.experiment(
                    "e", Rule("layerAssignment", .bucket("none", [1], salt: "s"), returns: ["a": 1, "b": 3]))
            },
            lines: [
                "experiment e: changed", #"  rule layerAssignment: return value {"b":2} → {"b":3}"#,
                "  rule layerAssignment: allocation 998 of 1000 buckets → 999 of 1000 buckets" + loss,
            ]),
        Edit(
            name: "salt of buckets", before: { $0.layer("l", Rule("r", .bucket("any", [1], salt: "s"))) },
            after: { $0.layer("l", Rule("r", .bucket("any", [1], salt: "t"))) },
            lines: [
                "layer l: changed",
                #"  rule r: salt ["userID","s."] → ["userID","t."]"# + reshuffle,
            ]),
        Edit(
            name: "kind, start and delegate",
            before: { $0.config("c", Rule("r", delegate: "x"), members: ["isActive": true]) },
            after: { $0.experiment("c", Rule("r", delegate: "y"), members: ["isActive": false]) },
            lines: [
                "experiment c: changed", "  kind dynamic_config → experiment",
                "  active yes → no" + loss,
                "  rule r: delegate x → y" + loss,
            ]),
        Edit(
            name: "entities added and removed", before: { $0.gate("old") }, after: { $0.gate("new") },
            lines: ["gate new: added", "gate old: removed" + removal]),
        Edit(
            name: "malformed and therefore removed", before: { $0.gate("g") },
            after: { $0.members["feature_gates"] = ["g": ["salt": 1]] },
            lines: ["gate g: removed" + removal]),
        Edit(
            name: "the document", before: { $0.members["default_environment"] = "staging" },
            after: { $0.members["bucketing"] = "xxh3" },
            lines: [
                "document: bucketing sha256 → xxh3" + reshuffle,
                "document: default environment staging → nothing",
            ]),
        Edit(
            name: "a mapping",
            before: {
                $0.config("c")
                $0.config("d")
                $0.map("c", to: "d", Rule("o", percentage: 10))
            },
            after: {
                $0.config("c")
                $0.config("d")
                $0.map("c", to: "d", Rule("o", percentage: 20))
            },
            lines: [
                "dynamic_config c: changed",
                "  mapping \(mapping("10.0")) → \(mapping("20.0"))",
            ]),
        Edit(
            name: "a parameter store",
            before: { $0.members["param_stores"] = store(["ref_type": "static", "param_type": "number", "value": 1]) },
            after: {
                $0.members["param_stores"] = store(["ref_type": "static", "param_type": "string", "value": "1"])
            },
            lines: [
                "param_store s: changed",
                "  p: parameter type number → string" + typeChange,
                #"  p: parameter 1 → "1""#,
            ]),
    ]

    static func store(_ parameter: Value) -> Value { ["s": ["parameters": ["p": parameter]]] }

    @Test(arguments: edits) func reports(_ edit: Edit) throws {
        var (before, after) = (DocumentBuilder(), DocumentBuilder())
        edit.before(&before)
        edit.after(&after)
        let old = try before.ruleset()
        for new in [try after.ruleset(), try Ruleset(document: after.document, replacing: old)] {
            let report = DifferenceReport(DocumentDifference(from: old, to: new), file: "spec.json")
            let lines = report.text(.text).split(separator: "\n").map(String.init)
            #expect(Array(lines.dropLast()) == edit.lines)
            #expect(lines.last == (edit.lines.isEmpty ? nil : report.summary))
        }
    }

    /// Format v1 of a document means the same as format v2.
    @Test func saysNothingOfTheFormat() throws {
        var builder = DocumentBuilder()
        builder.gate("g", Rule("r", .field("plan", "any", ["a"]), percentage: 20))
        builder.config("c", Rule("r", .everyone, returns: ["n": 1]))
        let inlined = try DocumentPieces(builder.document).inlined.text
        let difference = DocumentDifference(
            from: try builder.ruleset(), to: try Ruleset(document: Array(inlined.utf8)))
        #expect(difference.isEmpty, "\(difference.entities)")
    }

    @Test func saysNothingOfOrderWhiteSpaceAndTime() throws {
        for seed in 1...200 {
            var random = TestRandom(UInt64(seed))
            let document = RandomProject.document(&random)
            let other = RandomProject.shuffled(document, &random)
            let old = try #require(RandomProject.ruleset(document))
            let new = try Ruleset(document: Array(DocumentForm.text(of: other.jsonBytes, keepingTime: true).utf8))
            let difference = DocumentDifference(from: old, to: new)
            #expect(difference.isEmpty, "seed \(seed): \(difference.entities)")
        }
    }

    @Test(arguments: Fixture.names(in: "conformance")) func saysNothingOfAFormattedFixture(_ name: String) throws {
        let bytes = try Fixture.bytes("conformance/\(name)/spec.json.gz")
        let old = try Ruleset(document: bytes)
        let difference = DocumentDifference(from: old, to: try Ruleset(document: bytes))
        #expect(difference.isEmpty)
        // A document with values that can't be read has no readable form.
        guard let text = try? DocumentForm.text(of: bytes, keepingTime: true) else { return }
        guard let new = try? Ruleset(document: Array(text.utf8)) else { return }
        #expect(DocumentDifference(from: old, to: new).isEmpty)
    }
}
