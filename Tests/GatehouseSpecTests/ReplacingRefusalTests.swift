// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec
import TestSupport
import Testing

/// A document that can't be used is refused for the same reason as a newer version.
@Suite("Refused documents that would replace others")
struct ReplacingRefusalTests {
    private typealias Outcome = Result<Ruleset, DocumentError>

    private static func whole(_ bytes: [UInt8]) -> Outcome {
        Result { () throws(DocumentError) in try Ruleset(document: bytes) }
    }

    private static func replacing(_ previous: Ruleset, _ bytes: [UInt8]) -> Outcome {
        Result { () throws(DocumentError) in try Ruleset(document: bytes, replacing: previous) }
    }

    private static func error(_ outcome: Outcome) -> DocumentError? {
        if case .failure(let error) = outcome { error } else { nil }
    }

    /// Whether both are refused for the same reason, or both are loaded with the same issues and answers.
    private static func areSame(_ one: Outcome, _ other: Outcome) -> Bool {
        switch (one, other) {
        case (.failure(let one), .failure(let other)): one == other
        case (.success(let one), .success(let other)):
            one.metadata == other.metadata && one.issues == other.issues
                && one.gateNames == other.gateNames
                && ["g", "x"].allSatisfy { name in
                    let gates = [one, other].map { $0.gate(name, for: User(userID: "u", email: "a"), in: context) }
                    return gates[0].value == gates[1].value && gates[0].ruleID == gates[1].ruleID
                        && gates[0].reason == gates[1].reason
                }
        default: false
        }
    }

    private static let context = EvaluationContext(clock: { 1_700_000_000_000 })

    // MARK: - Damage anywhere

    private static let damages: [(name: String, apply: @Sendable (inout [UInt8], Int) -> Void)] = [
        ("a byte less", { $0.remove(at: $1) }),
        ("a byte that isn't UTF-8", { $0[$1] = 0xFF }),
        ("one more byte that isn't UTF-8", { $0.insert(0xC3, at: $1) }),
        ("a quote", { $0[$1] = UInt8(ascii: "\"") }),
        ("a comma", { $0.insert(UInt8(ascii: ","), at: $1) }),
        ("a closing brace", { $0[$1] = UInt8(ascii: "}") }),
        ("a letter", { $0[$1] = UInt8(ascii: "x") }),
        ("white space", { $0.insert(contentsOf: " \n\t\r".utf8, at: $1) }),
        ("the end", { $0.removeSubrange($1...) }),
    ]

    @Test(
        "Damage anywhere is reported as for a document that replaces none",
        arguments: [MinimalDocument.Part.spec, .inlineSpec],
        damages.indices)
    func damagedBytes(part: MinimalDocument.Part, damage: Int) throws {
        let text = MinimalDocument.text(.set("checksum", to: "\"é\\u0041\""), in: part)
        let bytes = Array(text.utf8)
        let previous = try Ruleset(document: bytes)
        var refused = 0
        // Every third byte; the damage decides with which it begins.
        let positions = stride(from: damage % 3, to: bytes.count, by: 3)
        for position in positions {
            var damaged = bytes
            Self.damages[damage].apply(&damaged, position)
            let outcomes = (Self.whole(damaged), Self.replacing(previous, damaged))
            if Self.error(outcomes.0) != nil { refused += 1 }
            #expect(Self.areSame(outcomes.0, outcomes.1), "\(Self.damages[damage].name) at \(position)")
        }
        #expect(refused > 0 || Self.damages[damage].name == "white space")
    }

    // MARK: - Faults by kind

    /// A fault, in bytes that are good otherwise.
    struct Fault: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// The path of the error, `nil` for a document that can be used.
        let path: String?
        let text: @Sendable (DocumentPieces) -> String

        init(_ name: String, path: String? = "", _ text: @escaping @Sendable (DocumentPieces) -> String) {
            testDescription = name
            self.path = path
            self.text = text
        }

        /// A fault after a change of some pieces.
        static func edit(
            _ name: String, path: String?, _ apply: @escaping @Sendable (inout DocumentPieces) -> Void
        ) -> Fault {
            Fault(name, path: path) { DocumentEdit("", apply).applied(to: $0).text }
        }
    }

    /// `!` stands for a byte that isn't UTF-8.
    static let faults: [Fault] = [
        .edit("bad syntax in a new gate", path: "feature_gates.btn.rules") {
            $0["feature_gates"].insert("\"btn\":{\"rules\":x}", at: 2)
        },
        .edit("bad syntax in a new condition", path: "condition_map.c") {
            $0["condition_map"].insert("\"c\":{]", at: 2)
        },
        .edit("a bad byte in a new gate", path: "") {
            $0["feature_gates"][3] = $0["feature_gates"][3].replacing("\"salt\": \"", with: "\"salt\": \"!")
        },
        .edit("a bad byte in a malformed gate", path: "") { $0["feature_gates"].insert("\"btn\":\"!\"", at: 2) },
        .edit("a bad byte in an unknown member of a gate", path: "") {
            $0["feature_gates"][3] = $0["feature_gates"][3].replacing("\"salt\":", with: "\"!\":[],\"salt\":")
        },
        .edit("a bad byte in the name of a gate", path: "") {
            $0["feature_gates"][3] = "\"!" + $0["feature_gates"][3].dropFirst()
        },
        .edit("a bad byte in a new condition", path: "") { $0["condition_map"].insert("\"!\":{}", at: 2) },
        .edit("a bad byte between entities", path: "") { $0.separator = ",!" },
        .edit("a bad byte in a checksum", path: "") { $0[json: "checksum"] = "\"!\"" },
        .edit("a bad byte in an unknown member", path: "") { $0[json: "nobody"] = "{\"!\":1}" },
        .edit("a bad byte in front of entities that are known", path: "") {
            $0.members.insert(("nobody", .json("[\"!\"]")), at: 0)
        },
        .edit("a bad byte between sections that are known", path: "") {
            let index = $0.members.firstIndex { $0.name == "condition_map" } ?? 0
            $0.members.insert(("nobody!", .json("[]")), at: index)
        },
        Fault("a bad byte in the end", path: "") { $0.text + "!" },
        Fault("something else than white space behind the end", path: nil) { $0.text + " nobody reads this" },
        .edit("a missing comma", path: "dynamic_configs") { $0.separator = " " },
        .edit("a comma too many", path: "dynamic_configs") { $0.separator = ",," },
        .edit("a comma at the end", path: "condition_map") {
            $0["condition_map"][$0["condition_map"].count - 1] += ","
        },
        .edit("something between entities", path: "dynamic_configs") { $0.separator = ", 1, " },
        .edit("a malformed condition", path: "condition_map.c") { $0["condition_map"].insert("\"c\":{}", at: 0) },
        .edit("a condition that is null", path: "condition_map.c") { $0["condition_map"].append("\"c\":null") },
        .edit("a malformed store", path: "param_stores.s") { $0[json: "param_stores"] = "{\"s\":{}}" },
        .edit("a malformed autotune", path: "cmab_configs.m") { $0[json: "cmab_configs"] = "{\"m\":{}}" },
        .edit("malformed mappings", path: "overrides") { $0[json: "overrides"] = "[]" },
        .edit("a malformed rule of mappings", path: "override_rules.r") { $0[json: "override_rules"] = "{\"r\":{}}" },
        .edit("an unknown bucketing", path: "bucketing") { $0[json: "bucketing"] = "\"md5\"" },
        .edit("no time", path: "") { $0[json: "time"] = nil },
        .edit("a time of the wrong type", path: "time") { $0[json: "time"] = "\"1\"" },
        .edit("no updates", path: "has_updates") { $0[json: "has_updates"] = "false" },
        .edit("a member twice", path: "time") { $0.members.append(("time", .json("1"))) },
        .edit("gates twice", path: "feature_gates") { pieces in
            pieces.members.append(("feature_gates", .entries(pieces["feature_gates"], isList: false)))
        },
        .edit("no configs", path: "") { $0.members.removeAll { $0.name == "dynamic_configs" } },
        .edit("no conditions", path: "") { $0.members.removeAll { $0.name == "condition_map" } },
        .edit("gates that are a string", path: "feature_gates") { $0.set("feature_gates", .json("\"\"")) },
        .edit("gates that are null", path: "feature_gates") { $0.set("feature_gates", .json("null")) },
        .edit("layers that are a number", path: "layer_configs") { $0.set("layer_configs", .json("7")) },
        // A list of entries with names in front isn't JSON, even if all of the entries are known.
        .edit("gates with names in a list", path: "feature_gates") { $0.set("feature_gates", isList: true) },
        .edit("configs with names in a list", path: "dynamic_configs") { $0.set("dynamic_configs", isList: true) },
        .edit("layers with names in a list", path: "layer_configs") { $0.set("layer_configs", isList: true) },
        .edit("conditions with names in a list", path: "condition_map") { $0.set("condition_map", isList: true) },
        Fault("half of the document", path: "feature_gates") { pieces in
            let text = pieces.text
            return String(text[..<(text.firstRange(of: "\"feature_gates\"")?.upperBound ?? text.endIndex)]) + ":{\"a\""
        },
    ]

    private static func bytes(_ text: String) -> [UInt8] { text.utf8.map { $0 == UInt8(ascii: "!") ? 0xFF : $0 } }

    @Test("Other faults are reported as for a document that replaces none", arguments: faults)
    func fault(_ fault: Fault) throws {
        let pieces = try DocumentPieces(Fixture.bytes("sample/sample-dcs-v2.json"))
        let previous = try Ruleset(document: pieces.bytes)
        let bytes = Self.bytes(fault.text(pieces))
        let outcomes = (Self.whole(bytes), Self.replacing(previous, bytes))
        #expect(Self.areSame(outcomes.0, outcomes.1))
        #expect(Self.error(outcomes.1)?.path == fault.path)
        // The previous ruleset isn't affected and can still be replaced.
        let answers = RulesetAnswers(previous, users: Self.users, context: Self.context)
        let fresh = try RulesetAnswers(Ruleset(document: pieces.bytes), users: Self.users, context: Self.context)
        let next = try Ruleset(document: pieces.bytes, replacing: previous)
        #expect(answers.differences(from: fresh).isEmpty)
        #expect(next.compiledAnew(since: previous) == (0, 0))
    }

    private static let users = [User(userID: "vip", email: "x@example.com")]

    @Test("A list's entries in a map aren't JSON, even if all are known", arguments: DocumentPieces.specSections)
    func listInMap(section: String) throws {
        let pieces = try DocumentPieces(Fixture.bytes("sample/sample-dcs-v1.json"))
        let previous = try Ruleset(document: pieces.bytes)
        let bytes = DocumentEdit("") { $0.set(section, isList: false) }.applied(to: pieces).bytes
        let outcomes = (Self.whole(bytes), Self.replacing(previous, bytes))
        #expect(Self.areSame(outcomes.0, outcomes.1))
        #expect(Self.error(outcomes.1)?.code == .notJSON)
    }

    // MARK: - Short texts

    @Test("A text of a few bytes is no document")
    func fewBytes() throws {
        let previous = try Ruleset(document: Array(MinimalDocument.text().utf8))
        var few: [[UInt8]] = [[], Array("{}".utf8), Array("[]".utf8), Array("{\"".utf8), Array("\u{FEFF}{}".utf8)]
        few += (UInt8.min...UInt8.max).map { [$0] } + [Array(repeating: 0x20, count: 100)]
        few += [Array("{\"has_updates\":false}".utf8), Array(repeating: UInt8(ascii: "["), count: 1_000)]
        for bytes in few {
            let outcomes = (Self.whole(bytes), Self.replacing(previous, bytes))
            #expect(Self.error(outcomes.0) != nil)
            #expect(Self.areSame(outcomes.0, outcomes.1), "\(bytes.prefix(30))")
        }
    }
}

extension DocumentPieces {
    fileprivate mutating func set(_ name: String, _ content: Content) {
        for index in members.indices where members[index].name == name { members[index].content = content }
    }

    fileprivate mutating func set(_ section: String, isList: Bool) {
        set(section, .entries(self[section], isList: isList))
    }
}
