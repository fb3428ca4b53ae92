// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec
import TestSupport
import Testing

/// Versions of different shapes whose entities are byte for byte the same.
@Suite("Documents that replace others of another format")
struct ReplacingFormatTests {
    private static let users = (0..<3).map { User(userID: "user-\($0)", email: "a") } + [User(userID: "vip")]
    private static let context = EvaluationContext(clock: { 1_700_000_000_000 }, random: { 0.5 })

    private static func differences(_ actual: Ruleset, _ expected: Ruleset) -> [String] {
        func answers(_ ruleset: Ruleset) -> RulesetAnswers {
            RulesetAnswers(ruleset, users: users, context: context)
        }
        return answers(actual).differences(from: answers(expected))
    }

    // MARK: - Whole documents

    /// The sample project in the shapes that a document may have; in mixed ones some sections differ from the gates'.
    private static let shapes: [(name: String, pieces: DocumentPieces)] = {
        guard let bytes = try? Fixture.bytes("sample/sample-dcs-v2.json"), let v2 = try? DocumentPieces(bytes) else {
            return []
        }
        let v1 = v2.inlined
        func mixed(_ lists: [String], reversed: Bool = false) -> DocumentPieces {
            var result = v2
            for (index, member) in v1.members.enumerated() where lists.contains(member.name) {
                result.members[index] = member
            }
            // Gates last, so that the format isn't known while the other sections are compiled.
            if reversed { result.members.sort { $0.name > $1.name } }
            return result
        }
        return [
            ("v1", v1), ("v2", v2), ("gates in a list", mixed(["feature_gates"])),
            ("gates in a list, last", mixed(["feature_gates"], reversed: true)),
            ("configs in a list", mixed(["dynamic_configs"])),
            ("configs in a list, gates last", mixed(["dynamic_configs"], reversed: true)),
            ("gates and layers in lists", mixed(["feature_gates", "layer_configs"])),
            ("gates and layers in lists, gates last", mixed(["feature_gates", "layer_configs"], reversed: true)),
            ("all in maps, gates last", mixed([], reversed: true)),
            ("all in lists, gates last", mixed(DocumentPieces.specSections, reversed: true)),
        ]
    }()

    @Test("Each spec and condition is compiled once, also where the gates come last", arguments: shapes.indices)
    func onePass(index: Int) throws {
        let pieces = Self.shapes[index].pieces
        let entryCount = (DocumentPieces.specSections + ["condition_map"]).reduce(0) { $0 + pieces[$1].count }
        let ruleset = try Ruleset(document: pieces.bytes)
        #expect(ruleset.compiledEntryCount == entryCount)
        // Equal bytes in other memory.
        let copy = pieces.bytes
        #expect(try Ruleset(document: copy, replacing: ruleset).compiledEntryCount == 0)
    }

    @Test("A document of any shape can replace one of any shape", arguments: shapes.indices)
    func anyShape(index: Int) throws {
        let (name, pieces) = Self.shapes[index]
        let expected = try Ruleset(document: pieces.bytes)
        let isList = name.hasPrefix("gates") || name == "v1" || name.hasPrefix("all in lists")
        #expect(expected.documentFormat == (isList ? .v1 : .v2))
        for shape in Self.shapes {
            let previous = try Ruleset(document: shape.pieces.bytes)
            let replaced = try Ruleset(document: pieces.bytes, replacing: previous)
            let differences = Self.differences(replaced, expected)
            #expect(differences.isEmpty, "after \(shape.name): \(differences.joined(separator: "\n"))")
        }
    }

    // MARK: - One entity

    private static func gate(_ rules: String, _ more: String = "", enabled: Bool = true) -> String {
        """
        {"type":"t","salt":"s","enabled":\(enabled),"defaultValue":true,"idType":"userID","entity":"e",\
        "rules":[\(rules)]\(more)}
        """
    }

    private static func rule(_ conditions: String, returning value: String = "true") -> String {
        """
        {"name":"r","id":"r","passPercentage":100,"returnValue":\(value),"idType":"userID","conditions":[\(conditions)]}
        """
    }

    private static func document(
        gates: String = "{}", configs: String = "{}", conditions: String = "{}", configsFirst: Bool = false
    ) -> [UInt8] {
        let members = ["\"feature_gates\":\(gates)", "\"dynamic_configs\":\(configs)"]
        let text = """
            {"has_updates":true,"time":1,\((configsFirst ? members.reversed() : members).joined(separator: ",")),\
            "layer_configs":{},"condition_map":\(conditions),"experiment_to_layer":{}}
            """
        return Array(text.utf8)
    }

    private static func config(_ ruleset: Ruleset) -> String {
        let config = ruleset.dynamicConfig("c", for: users[0], in: context)
        return "\(config.json) \(config.ruleID) \(config.reason)"
    }

    @Test("An unchanged disabled config is evaluated by the rules of the document's new format")
    func meaning() throws {
        let disabled = Self.gate(Self.rule("", returning: "{\"a\":1}"), enabled: false)
        let configs = "{\"c\":\(disabled)}"
        let v1 = Self.document(gates: "[]", configs: configs)
        let v2 = Self.document(gates: "{}", configs: configs)
        // The rules of disabled specs are tried in one format only.
        let expected = try [v1, v2].map { Self.config(try Ruleset(document: $0)) }
        #expect(expected[0] != expected[1])
        for (bytes, before, expected) in [(v1, v2, expected[0]), (v2, v1, expected[1])] {
            let previous = try Ruleset(document: before)
            #expect(try Self.config(Ruleset(document: bytes, replacing: previous)) == expected)
        }
    }

    @Test("An unchanged disabled config follows the format also where the gates come last", arguments: [false, true])
    func meaningGuessed(changes: Bool) throws {
        func documents(_ version: Int) -> [[UInt8]] {
            let config = Self.gate(Self.rule("", returning: "{\"a\":1}"), ",\"version\":\(version)", enabled: false)
            return [false, true].flatMap { isFirst in
                ["[]", "{}"].map { Self.document(gates: $0, configs: "{\"c\":\(config)}", configsFirst: isFirst) }
            }
        }
        let expected = try documents(1).map { Self.config(try Ruleset(document: $0)) }
        #expect(expected[0] == expected[2] && expected[1] == expected[3] && expected[0] != expected[1])
        for before in documents(changes ? 2 : 1) {
            let previous = try Ruleset(document: before)
            for (bytes, expected) in zip(documents(1), expected) {
                #expect(try Self.config(Ruleset(document: bytes, replacing: previous)) == expected)
            }
        }
    }

    // MARK: - Shared conditions

    private static func condition(_ target: String) -> String {
        "{\"type\":\"user_field\",\"idType\":\"\",\"field\":\"email\",\"operator\":\"any\",\"targetValue\":[\(target)]}"
    }

    @Test("A gate that doesn't change follows its conditions: changed, removed, added again, moved")
    func sharedConditions() throws {
        let following = Self.gate(Self.rule("\"k\"", returning: "false"))
        let gates = "{\"g\":\(following),\"h\":\(Self.gate(Self.rule("\"l\"")))}"
        let other = "\"l\":\(Self.condition("\"x\""))"
        let matching = "\"k\":\(Self.condition("\"a\""))"
        let versions: [(conditions: String, reason: EvaluationReason, ruleID: String)] = [
            ("{\(matching),\(other)}", .recognized, "r"),
            ("{\"k\":\(Self.condition("\"b\"")),\(other)}", .recognized, "default"),
            ("{\(other)}", .unsupported, ""), ("{}", .unsupported, ""), ("{\(other),\(matching)}", .recognized, "r"),
            ("{\"k\":\(Self.condition("\"b\"")),\(other),\(matching)}", .recognized, "r"),
            ("{\(matching),\(other),\"\\u006b\":\(Self.condition("\"b\""))}", .recognized, "default"),
        ]
        for before in versions {
            var ruleset = try Ruleset(document: Self.document(gates: gates, conditions: before.conditions))
            for version in [before] + versions {
                let next = try Ruleset(
                    document: Self.document(gates: gates, conditions: version.conditions), replacing: ruleset)
                #expect(next.compiledAnew(since: ruleset).specs == 0)
                ruleset = next
                let gate = ruleset.gate("g", for: Self.users[0], in: Self.context)
                #expect(gate.reason == version.reason, "\(version.conditions)")
                #expect(gate.ruleID == version.ruleID, "\(version.conditions)")
            }
        }
    }

    @Test("A gate that doesn't change follows the gate and the experiment that it names")
    func references() throws {
        let asking = """
            "asking":\(Self.gate(Self.rule("\"c\"", returning: "{\"a\":1}"))),\
            "delegating":\(Self.gate(Self.rule("", returning: "{\"a\":2}").dropLast() + ",\"configDelegate\":\"e\"}"))
            """
        let conditions = "{\"c\":{\"type\":\"pass_gate\",\"idType\":\"\",\"targetValue\":\"g\"}}"
        let experiment = Self.gate(Self.rule("", returning: "{\"a\":3}"), ",\"explicitParameters\":[]")
        let versions: [(gates: String, configs: String, asking: Int, delegating: Int)] = [
            ("\"g\":\(Self.gate(Self.rule("")))", "\"e\":\(experiment)", 1, 3),
            ("\"x\":\(Self.gate("")),\"g\":\(Self.gate(Self.rule("", returning: "false")))", "", 0, 2), ("", "", 0, 2),
            ("\"x\":\(Self.gate("")),\"g\":\(Self.gate(Self.rule("")))", "\"x\":{},\"e\":\(experiment)", 1, 3),
        ]
        for before in versions {
            var ruleset: Ruleset?
            for version in [before] + versions {
                let configs = version.configs.isEmpty ? asking : "\(version.configs),\(asking)"
                let bytes = Self.document(
                    gates: "{\(version.gates)}", configs: "{\(configs)}", conditions: conditions)
                let next = try ruleset.map { try Ruleset(document: bytes, replacing: $0) } ?? Ruleset(document: bytes)
                ruleset = next
                let values = ["asking", "delegating"].map { name in
                    next.dynamicConfig(name, for: Self.users[0], in: Self.context)["a", default: 0]
                }
                #expect(values == [version.asking, version.delegating], "\(version)")
            }
        }
    }
}
