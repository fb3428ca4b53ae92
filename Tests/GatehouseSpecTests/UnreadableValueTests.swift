// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseEvaluation
import GatehouseSpec
import Testing

/// Values that follow JSON's grammar but can't be read as values (Evaluation §1.1): each is taken or refused where the
/// reference takes or refuses it.
@Suite("Values that can't be read")
struct UnreadableValueTests {
    static func nested(_ levels: Int, _ open: String = "[", _ close: String = "]") -> String {
        String(repeating: open, count: levels) + (open == "[" ? "" : "1") + String(repeating: close, count: levels)
    }

    static let values = [
        "1e400", "-1e400", String(repeating: "9", count: 360), #""\ud800""#, #""\udc00""#, #""\ud800\ud800""#,
        #""\ud800x""#, #""\udbff\u0041""#, #"{"a":[1,1e400]}"#, #"{"\udc00":1}"#, nested(128),
        nested(129, #"{"a":"#, "}"),
    ]

    static func ruleset(_ change: MinimalDocument.Change, in part: MinimalDocument.Part) throws -> Ruleset {
        try Ruleset(document: MinimalDocument.bytes(change, in: part))
    }

    static func gate(_ ruleset: Ruleset) -> EvaluationReason {
        ruleset.gate("g", for: User(userID: "u"), in: EvaluationContext(clock: { 0 })).reason
    }

    @Test("Unknown members are skipped, whatever they hold", arguments: values)
    func unknownMembers(value: String) throws {
        for part in MinimalDocument.Part.allCases where part != .parameter {
            let ruleset = try Self.ruleset(.add("x", value), in: part)
            #expect(ruleset.issues.isEmpty, "\(part)")
            #expect(Self.gate(ruleset) == .recognized, "\(part)")
        }
    }

    @Test("A parameter is refused with what it doesn't know, and the document with it", arguments: values)
    func unknownMembersOfParameters(value: String) throws {
        for member in ["x", "value", "gate_name"] {
            let error = try #require(throws: DocumentError.self) {
                try Self.ruleset(.add(member, value), in: .parameter)
            }
            #expect(error.code == .unexpectedStructure)
            #expect(error.path.hasPrefix("param_stores.s.parameters.p"))
        }
    }

    @Test(
        "The last spec of a name counts, also if it is left out",
        arguments: [("GOOD", "BAD", false), ("BAD", "GOOD", true), ("GOOD", "GOOD", true), ("BAD", "BAD", false)])
    func repeatedNames(first: String, second: String, isThere: Bool) throws {
        let specs = [
            "GOOD": """
            {"type":"","salt":"","enabled":true,"defaultValue":{"a":1},"rules":[],"idType":"userID",\
            "entity":"dynamic_config"}
            """,
            "BAD": "{}",
        ]
        let (one, two) = (try #require(specs[first]), try #require(specs[second]))
        let text = MinimalDocument.text().replacing(
            "\"dynamic_configs\": {}", with: "\"dynamic_configs\": {\"c\":\(one),\"other\":\(two),\"c\":\(two)}")
        let ruleset = try Ruleset(document: Array(text.utf8))
        let context = EvaluationContext(clock: { 0 })
        let config = ruleset.dynamicConfig("c", for: User(userID: "u"), in: context)
        #expect((config.reason == .recognized) == isThere)
        #expect(ruleset.issues.count == (first == "BAD" ? 1 : 0) + (second == "BAD" ? 2 : 0))
        // A document that shares what is the same has to come to the same.
        let reloaded = try Ruleset(document: Array((text + " ").utf8), replacing: ruleset)
        #expect((reloaded.dynamicConfig("c", for: User(userID: "u"), in: context).reason == .recognized) == isThere)
    }

    @Test("A value that is returned is an empty object, in its entity alone", arguments: values)
    func returnValues(value: String) throws {
        let config = """
            "dynamic_configs": {"bad":{"type":"","salt":"","enabled":true,"defaultValue":\(value),"rules":[],\
            "idType":"userID","entity":"dynamic_config"},"good":{"type":"","salt":"","enabled":true,\
            "defaultValue":{"a":1},"rules":[],"idType":"userID","entity":"dynamic_config"}}
            """
        let text = MinimalDocument.text().replacing("\"dynamic_configs\": {}", with: config)
        let ruleset = try Ruleset(document: Array(text.utf8))
        let context = EvaluationContext(clock: { 0 })
        #expect(ruleset.issues.isEmpty)
        #expect(ruleset.dynamicConfig("bad", for: User(), in: context).json == "{}")
        #expect(ruleset.dynamicConfig("bad", for: User(), in: context)["a"] == nil)
        #expect(ruleset.dynamicConfig("good", for: User(), in: context).value == ["a": 1])
        for (part, member) in [(MinimalDocument.Part.rule, "returnValue"), (.group, "parameterValues")] {
            #expect(Self.gate(try Self.ruleset(.set(member, to: value), in: part)) == .recognized)
        }
    }

    @Test("A target is null", arguments: values + values.map { "[\"a\",\($0)]" })
    func targets(value: String) throws {
        func passes(_ target: String, _ comparison: String, _ email: String) throws -> Bool {
            let text = MinimalDocument.text(.set("targetValue", to: target), in: .condition)
                .replacing("\"any\"", with: "\"\(comparison)\"").replacing("50", with: "100")
            let user = User(userID: "u", email: email)
            return try Ruleset(document: Array(text.utf8)).gate("g", for: user, in: EvaluationContext(clock: { 0 }))
                .value
        }
        for comparison in ["any", "none", "eq", "neq", "gt", "str_matches"] {
            let expected = try passes("null", comparison, "a")
            // An array of up to 127 levels with another in it is one level deeper.
            #expect(try passes(value, comparison, "a") == expected, "\(comparison)")
        }
    }

    @Test("A number out of range drops the gate that has it, and the document where more than a gate has it")
    func typedNumbers() throws {
        for part in [MinimalDocument.Part.rule, .inlineRule] {
            let ruleset = try Self.ruleset(.set("passPercentage", to: "1e400"), in: part)
            #expect(ruleset.issues.map(\.message) == ["a number beyond the range of a 64-bit float"])
            #expect(Self.gate(ruleset) == .unrecognized)
        }
        for (part, member) in [
            (MinimalDocument.Part.model, "alpha"), (.autotune, "sampleRate"), (.overrideRule, "passPercentage"),
            (.topLevel, "time"),
        ] {
            #expect(throws: DocumentError.self) { try Self.ruleset(.set(member, to: "1e400"), in: part) }
        }
    }

    @Test("Half of a surrogate pair drops the gate whose text has it, be it that of an unknown member's name")
    func halfPairs() throws {
        for part in [MinimalDocument.Part.spec, .rule, .inlineSpec, .inlineRule, .inlineCondition] {
            for change in [
                MinimalDocument.Change.set(part == .rule || part == .inlineRule ? "name" : "type", to: #""\ud800""#),
                .add(#"\ud800"#, "1"),
            ] {
                let ruleset = try Self.ruleset(change, in: part)
                #expect(ruleset.issues.map(\.message) == ["half of a surrogate pair"])
                #expect(Self.gate(ruleset) == .unrecognized)
            }
        }
        for part in [MinimalDocument.Part.topLevel, .condition, .autotune, .store, .parameter, .mapping] {
            #expect(throws: DocumentError.self) { try Self.ruleset(.add(#"\ud800"#, "1"), in: part) }
        }
    }

    @Test(
        "127 levels of a value are read, however deep in the document it is",
        arguments: [(127, true), (128, false), (100_000, false)])
    func depth(levels: Int, isRead: Bool) throws {
        let value = Self.nested(levels, #"{"a":"#, "}")
        let text = MinimalDocument.text(.set("parameterValues", to: value), in: .group)
        let ruleset = try Ruleset(document: Array(text.utf8))
        let result = ruleset.experiment(
            "m", for: User(userID: "u"), in: EvaluationContext(clock: { 0 }, random: { 0 }))
        #expect((result["a"] != nil) == isRead)
    }

    @Test(
        "Values that are read with the document count their levels from its start",
        arguments: [("app_id", 126), ("sdk_configs", 126), ("sdk_keys_to_app_ids", 126)])
    func depthOfTopLevel(member: String, levels: Int) throws {
        _ = try Self.ruleset(.set(member, to: Self.nested(levels, #"{"a":"#, "}")), in: .topLevel)
        #expect(throws: DocumentError.self) {
            try Self.ruleset(.set(member, to: Self.nested(levels + 1, #"{"a":"#, "}")), in: .topLevel)
        }
        _ = try Self.ruleset(.set("value", to: Self.nested(122)), in: .parameter)
        #expect(throws: DocumentError.self) { try Self.ruleset(.set("value", to: Self.nested(123)), in: .parameter) }
    }

    @Test("A document that says there is nothing new may hold anything")
    func noUpdates() throws {
        for value in Self.values {
            let text = "{\"has_updates\":false,\"time\":\(value),\"x\":\(value)}"
            let error = try #require(throws: DocumentError.self) { try Ruleset(document: Array(text.utf8)) }
            #expect(error.code == .noUpdates)
        }
    }

    @Test("A header is read past values that can't be read")
    func header() throws {
        for value in Self.values {
            let header = try DocumentHeader(of: MinimalDocument.bytes(.add("x", value), in: .spec))
            #expect(header.gateNames == ["g"])
        }
    }

    @Test("Documents that replace others keep taking what can't be read")
    func replacing() throws {
        let first = try Ruleset(document: MinimalDocument.bytes(.add("x", "1"), in: .spec))
        for value in Self.values {
            for (part, member) in [
                (MinimalDocument.Part.spec, "x"), (.rule, "returnValue"), (.condition, "targetValue"),
            ] {
                let bytes = MinimalDocument.bytes(.set(member, to: value), in: part)
                let second = try Ruleset(document: bytes, replacing: first)
                #expect(second.issues.isEmpty)
                #expect(Self.gate(second) == .recognized)
            }
        }
    }

    @Test("200,000 levels fit the smallest stack, and take a bit each", arguments: ["[", "{\"a\":", "[{\"a\":"])
    func smallStack(open: String) async throws {
        let close = open.reversed().filter { "[{".contains($0) }.map { $0 == "[" ? "]" : "}" }.joined()
        let value = String(repeating: open, count: 200_000) + "1" + String(repeating: close, count: 200_000)
        let members: [(MinimalDocument.Part, String)] = [
            (.topLevel, "x"), (.spec, "x"), (.rule, "returnValue"), (.condition, "targetValue"), (.topLevel, "app_id"),
        ]
        let loaded = await withCheckedContinuation { continuation in
            let thread = Thread {
                continuation.resume(
                    returning: members.map { part, member in
                        (try? Ruleset(document: MinimalDocument.bytes(.set(member, to: value), in: part))) != nil
                    })
            }
            thread.stackSize = 512 << 10
            thread.start()
        }
        #expect(loaded == [true, true, true, true, false])
    }

    @Test("Bytes that aren't UTF-8 are refused wherever they are, behind the closing brace too")
    func otherBytes() throws {
        let bytes = MinimalDocument.bytes(.add("x", "\"\u{1}?\""), in: .topLevel).map { $0 == 1 ? 0xFF : $0 }
        #expect(throws: DocumentError.self) { try Ruleset(document: bytes) }
        #expect(throws: DocumentError.self) { try Ruleset(document: Array(MinimalDocument.text().utf8) + [0xFF]) }
    }
}
