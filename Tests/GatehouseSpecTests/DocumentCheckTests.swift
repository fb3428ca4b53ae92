// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec
import TestSupport
import Testing

/// What a check says of a document that an evaluation passes over in silence.
@Suite("Checks of documents")
struct DocumentCheckTests {
    typealias Rule = DocumentBuilder.Rule
    typealias Condition = DocumentBuilder.Condition

    private static func findings(_ document: [UInt8]) throws -> [String] {
        try DocumentCheck.findings(in: document).map { "\($0.code.rawValue): \($0)" }
    }

    static let ruleCases: [(Rule, String)] = [
        (
            Rule("r", Condition(type: "moon_phase", operator: "eq")),
            #"unknown_condition_type: condition "c0": the condition type "moon_phase" is unknown"#
        ),
        (
            Rule("r", .field("f", "sounds_like", ["x"])),
            #"unknown_operator: condition "c0": the operator "sounds_like" is unknown"#
        ),
        (
            Rule("r", Condition(type: "user_field", field: "f")),
            #"unknown_operator: condition "c0": a condition of type "user_field" needs an operator"#
        ),
        (Rule("r", .absent), #"dangling_reference: gate "gate", rule "r": the document has no condition "absent""#),
        (Rule("r", .gate("gone")), #"dangling_reference: condition "c0": the document has no gate "gone""#),
        (Rule("r", .notGate("gone")), #"dangling_reference: condition "c0": the document has no gate "gone""#),
        (
            Rule("r", .group(of: "gone", "eq", "A")),
            #"dangling_reference: condition "c0": the document has no experiment "gone""#
        ),
        (
            Rule("r", delegate: "gone"),
            #"dangling_reference: gate "gate", rule "r": the document has no experiment "gone""#
        ),
        (
            Rule("r", .unit("userID", "in_segment_list", "gone")),
            #"dangling_reference: condition "c0": the document has no ID list "gone""#
        ),
        (Rule("r", percentage: 100.5), #"percentage: gate "gate", rule "r": the percentage 100.5 isn't from 0 to 100"#),
        (Rule("r", percentage: -1), #"percentage: gate "gate", rule "r": the percentage -1 isn't from 0 to 100"#),
        (
            Rule("r", .field("email", "str_matches", "([")),
            #"unreadable_target: gate "gate", rule "r": the target isn't a valid regular expression: "#
                + #"user_field email str_matches "([""#
        ),
        (
            Rule("r", .field("appVersion", "version_gte", "v2")),
            #"unreadable_target: gate "gate", rule "r": the target isn't a version of numbers and dots: "#
                + #"user_field appVersion version_gte "v2""#
        ),
        (
            Rule("r", .time("after", "tomorrow")),
            #"unreadable_target: gate "gate", rule "r": the target isn't a time: current_time after "tomorrow""#
        ),
    ]

    @Test("A faulty rule is found and named", arguments: ruleCases)
    func rules(_ rule: Rule, _ expected: String) throws {
        var builder = DocumentBuilder(gate: rule)
        builder.members["id_lists"] = ["known": true]
        #expect(try Self.findings(builder.document) == [expected])
    }

    @Test("A document without faults has no findings")
    func sound() throws {
        var builder = DocumentBuilder(
            gate: Rule("r", .field("email", "str_matches", "a+"), .unit("userID", "in_segment_list", "known")))
        builder.members["id_lists"] = ["known": true]
        builder.gate("other", Rule("r", .gate("gate"), .time("after", 1_700_000_000_000), percentage: 50))
        builder.experiment("experiment", Rule("a", group: "A"))
        builder.layer("layer", Rule("l", delegate: "experiment"))
        builder.map("gate", to: "other", Rule("swap"))
        #expect(try Self.findings(builder.document).isEmpty)
        for format in ["v1", "v2"] {
            #expect(try Self.findings(Fixture.bytes("sample/sample-dcs-\(format).json")).isEmpty)
        }
    }

    static let misspellingCases: [(String, String, String)] = [
        (#""passPercentage""#, #""passPercentge""#, "passPercentage"),
        (#""idType":"userID","conditions""#, #""idtype":"userID","conditions""#, "idType"),
        (#""enabled""#, #""enabeld""#, "enabled"),
        (#""targetValue""#, #""targetvalue""#, "targetValue"),
        (#""operator""#, #""operatr""#, "operator"),
    ]

    @Test("A misspelt member is named, whether it is required or not", arguments: misspellingCases)
    func misspellings(_ text: String, _ other: String, _ member: String) throws {
        let builder = DocumentBuilder(gate: Rule("r", .field("f", "any", ["x"])))
        let document = builder.text.replacing(text, with: other)
        try #require(document != builder.text)
        let findings = try Self.findings(Array(document.utf8))
        #expect(findings.contains { $0.hasPrefix("misspelt_member") && $0.hasSuffix("did you mean \"\(member)\"?") })
    }

    @Test("Members of other engines are no misspellings")
    func otherMembers() throws {
        let builder = DocumentBuilder(gate: Rule("r", .everyone))
        let document = builder.text.replacing(
            #""enabled":true"#, with: #""enabled":true,"owner":"me","isDeviceBased":false"#)
        #expect(try Self.findings(Array(document.utf8)).isEmpty)
    }

    @Test("Dropped entities, stores and mappings are found too")
    func otherParts() throws {
        var builder = DocumentBuilder(gate: Rule("r"))
        builder.map("gate", to: "gone", Rule("swap"))
        builder.members["param_stores"] = [
            "store": [
                "parameters": [
                    "p": [
                        "ref_type": "gate", "param_type": "bool", "gate_name": "gone", "pass_value": true,
                        "fail_value": false,
                    ]
                ]
            ]
        ]
        builder.members["experiment_to_layer"] = ["lost": "layer"]
        let document = builder.text.replacing(
            #""feature_gates":{"#, with: #""feature_gates":{"bad":{"type":"feature_gate"},"#)
        #expect(
            try Self.findings(Array(document.utf8)) == [
                "dropped_entity: feature_gates.bad: the member \"salt\" is missing, so the entity is left out",
                #"dangling_reference: overrides of "gate": the document has no entity "gone""#,
                #"dangling_reference: parameter store "store", parameter "p": the document has no gate "gone""#,
                #"dangling_reference: experiment_to_layer: the document has no experiment "lost""#,
                #"dangling_reference: experiment_to_layer: the document has no layer "layer""#,
            ])
    }

    @Test(
        "A value that the loader skips and that can't be read is found, since nothing else can be checked",
        arguments: [("1e400", "a number beyond"), (#""\ud800""#, "half of a surrogate pair")])
    func unreadable(_ value: String, _ message: String) throws {
        let builder = DocumentBuilder(gate: Rule("r", .absent))
        let document = builder.text.replacing(#""enabled":true"#, with: #""enabled":true,"owner":\#(value)"#)
        try #require(document != builder.text)
        let findings = try Self.findings(Array(document.utf8))
        #expect(findings.count == 1 && findings[0].hasPrefix("unreadable_value: line 1, column "))
        #expect(findings[0].contains(message))
    }

    @Test("A document that can't be used is an error")
    func refused() {
        #expect(throws: DocumentError.self) { try DocumentCheck.findings(in: Array("[]".utf8)) }
        #expect(throws: DocumentError.self) { try DocumentCheck.findings(in: []) }
    }

    @Test("The readable form is stable, and has the same answers")
    func form() throws {
        let bytes = try Fixture.bytes("sample/sample-dcs-v2.json")
        let text = try DocumentForm.text(of: bytes, keepingTime: true)
        #expect(try DocumentForm.text(of: Array(text.utf8), keepingTime: true) == text)
        let short = try DocumentForm.text(of: bytes)
        #expect(try DocumentForm.text(of: Array(text.utf8)) == short)
        #expect(!short.contains("\n  \"time\""))
        #expect(
            try Ruleset(document: Array(text.utf8)).gateNames.sorted() == Ruleset(document: bytes).gateNames.sorted())
        #expect(throws: DocumentError.self) { try DocumentForm.text(of: Array("[1]".utf8)) }
        #expect(throws: DocumentError.self) { try DocumentForm.text(of: Array(#"{"a":1e400}"#.utf8)) }
        #expect(
            try DocumentForm.text(of: Array(#"{"time":1,"b":{"z":[1,2.0],"a":[]},"a":[{"x":null}],"c":{}}"#.utf8))
                == """
                {
                  "a": [
                    {
                      "x": null
                    }
                  ],
                  "b": {
                    "a": [],
                    "z": [1, 2.0]
                  },
                  "c": {}
                }

                """)
    }
}
