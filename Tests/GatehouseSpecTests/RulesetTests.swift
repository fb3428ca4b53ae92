// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec
import TestSupport
import Testing

@Suite("Rulesets from documents")
struct RulesetTests {
    private static let context = EvaluationContext(clock: { 1_700_000_000_000 })
    private static let users = (0..<200).map { User(userID: "user-\($0)", email: "a") }

    private static func answers(bucketing: String?) throws -> [Bool] {
        let change = bucketing.map { MinimalDocument.Change.set("bucketing", to: $0) } ?? .remove("bucketing")
        let ruleset = try Ruleset(document: MinimalDocument.bytes(change, in: .topLevel).replacingOverrides())
        return users.map { ruleset.checkGate("g", for: $0, in: context) }
    }

    // MARK: - Bucketing

    @Test("Buckets come from SHA-256 unless the document says otherwise", arguments: ["\"sha256\"", "null"])
    func defaultBucketing(json: String) throws {
        let answers = try RulesetTests.answers(bucketing: json)
        #expect(try answers == RulesetTests.answers(bucketing: nil))
        let expected = RulesetTests.users.indices.map { index in
            RulesetTests.hash("s.r.", "user-\(index)") { SHA256.prefix64($0, $1) } % 10_000 < 5_000
        }
        #expect(answers == expected)
    }

    @Test("A document may ask for XXH3, which gives other buckets")
    func fastBucketing() throws {
        let answers = try RulesetTests.answers(bucketing: "\"xxh3\"")
        #expect(try answers != RulesetTests.answers(bucketing: nil))
        let expected = RulesetTests.users.indices.map { index in
            RulesetTests.hash("s.r.", "user-\(index)") { XXH3.hash($0.span, $1.span) } % 10_000 < 5_000
        }
        #expect(answers == expected)
        #expect((60...140).contains(answers.count(where: \.self)))
    }

    @Test("Other names of hashes are refused", arguments: ["md5", "", "XXH3", "xxh3 ", "sha-256"])
    func unknownBucketing(name: String) throws {
        let error = try #require(throws: DocumentError.self) {
            try Ruleset(document: MinimalDocument.bytes(.set("bucketing", to: "\"\(name)\""), in: .topLevel))
        }
        #expect(error.code == .unexpectedStructure)
        #expect(error.path == "bucketing")
        #expect(error.message == "expected \"sha256\" or \"xxh3\", found \"\(name)\"")
    }

    private static func hash(
        _ prefix: String, _ unit: String,
        _ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) -> UInt64
    ) -> UInt64 {
        Array(prefix.utf8).withUnsafeBufferPointer { prefix in
            Array(unit.utf8).withUnsafeBufferPointer { unit in body(prefix, unit) }
        }
    }

    // MARK: - Formats

    @Test("A disabled gate still tries its rules in dcs-v2 and doesn't in dcs-v1")
    func disabledGates() throws {
        for (part, value, ruleID) in [(MinimalDocument.Part.spec, true, "r"), (.inlineSpec, false, "disabled")] {
            let text = MinimalDocument.text(.set("enabled", to: "false"), in: part).replacing(": 50", with: ": 100")
            let ruleset = try Ruleset(document: Array(text.utf8).replacingOverrides())
            let gate = ruleset.gate("g", for: User(userID: "u", email: "a"), in: RulesetTests.context)
            #expect(gate.value == value)
            #expect(gate.ruleID == ruleID)
        }
    }

    @Test("Dropped and unknown entities are unrecognized")
    func unrecognized() throws {
        let ruleset = try Ruleset(document: MinimalDocument.bytes(.remove("salt"), in: .spec).replacingOverrides())
        for name in ["g", "nowhere", ""] {
            let gate = ruleset.gate(name, for: User(userID: "u"), in: RulesetTests.context)
            #expect(gate.reason == .unrecognized)
            #expect(!gate.value)
            #expect(gate.ruleID.isEmpty)
        }
    }

    // MARK: - Memory

    @Test("A ruleset reports its memory, which grows with the document")
    func memory() throws {
        let small = try Ruleset(document: Array(MinimalDocument.text().utf8))
        let bytes = try Fixture.bytes("sample/sample-dcs-v2.json")
        let large = try Ruleset(document: bytes)
        #expect(small.memoryByteCount > 0)
        #expect(large.memoryByteCount > small.memoryByteCount)
        #expect(large.memoryByteCount < bytes.count * 10)
        #expect(try Ruleset(document: bytes).memoryByteCount == large.memoryByteCount)
    }

    @Test("A ruleset is freed with its last reference, and results hold references")
    func lifetime() throws {
        var ruleset: Ruleset? = try Ruleset(document: Fixture.bytes("sample/sample-dcs-v2.json"))
        weak let observed = ruleset
        var result = ruleset?.layer("shop", for: User(userID: "vip"), in: RulesetTests.context)
        ruleset = nil
        #expect(observed != nil)
        #expect(result?["size"] == 1)
        #expect(result?.allocatedExperiment == "size_test")
        result = nil
        #expect(observed == nil)
    }

    @Test("A ruleset has the time, checksum and company of its document")
    func metadata() throws {
        let text = MinimalDocument.text(.add("checksum", #""é\u0041""#), in: .topLevel)
            .replacing("\"time\"", with: "\"company_id\": \"c\", \"default_environment\": \"staging\", \"time\"")
        let metadata = try Ruleset(document: Array(text.utf8)).metadata
        #expect(metadata.time == 1_700_000_000_000)
        #expect(metadata.checksum == "éA")
        #expect(metadata.companyID == "c")
        #expect(metadata.defaultEnvironment == "staging")
    }

    // MARK: - Names

    @Test("A ruleset lists names in the order of the document, dropped specs included")
    func names() throws {
        let config = MinimalDocument.text(in: .topLevel).contains("\"dynamic_configs\": {}")
        #expect(config)
        let specs =
            #"{"b": {"type":"x","salt":"","enabled":true,"defaultValue":{},"rules":[],"idType":"","entity":"autotune"},"#
            + #""a": {}, "\u00e9": null}"#
        let text = MinimalDocument.text().replacing("\"dynamic_configs\": {}", with: "\"dynamic_configs\": \(specs)")
            .replacing("\"layer_configs\": {}", with: "\"layer_configs\": {\"l\": {}}")
        let document = try Ruleset(document: Array(text.utf8))
        #expect(document.gateNames == ["g"])
        #expect(document.configNames == ["b", "a", "é"])
        #expect(document.layerNames == ["l"])
        #expect(document.autotuneNames == ["m"])
        #expect(document.parameterStoreNames.map(\.store) == ["s"])
        #expect(document.parameterStoreNames.map(\.parameters) == [["p"]])
        #expect(document.entity(ofConfig: "b") == "autotune")
        #expect(document.entity(ofConfig: "a") == nil)
        #expect(document.entity(ofConfig: "nowhere") == nil)
        #expect(document.issues.map(\.name) == ["a", "é", "l"])
    }

    @Test("The last of several specs with one name counts")
    func duplicateNames() throws {
        func gate(_ value: String) -> String {
            #"{"type":"x","salt":"","enabled":true,"defaultValue":\#(value),"rules":[],"idType":"","entity":"feature_gate"}"#
        }
        let gates = "{\"g\":\(gate("false")),\"\\u0067\":\(gate("true"))}"
        let ruleset = try Ruleset(
            document: MinimalDocument.bytes(.set("feature_gates", to: gates), in: .topLevel).replacingOverrides())
        #expect(ruleset.checkGate("g", for: User(), in: RulesetTests.context))
    }
}

extension [UInt8] {
    /// The minimal document without its config mapping, which would replace the gate by another.
    fileprivate func replacingOverrides() -> [UInt8] {
        Array(String(decoding: self, as: UTF8.self).replacing("\"override_rules\"", with: "\"unused\"").utf8)
    }
}
