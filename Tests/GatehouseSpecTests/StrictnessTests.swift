// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec
import Testing

/// One table of all members (``Member/all``) against everything that can be wrong with one.
@Suite("Strictness of documents")
struct StrictnessTests {
    @Test("The unchanged documents are loaded without an issue", arguments: MinimalDocument.Part.allCases)
    func sketches(part: MinimalDocument.Part) throws {
        let document = try Ruleset(document: Array(MinimalDocument.text(in: part).utf8))
        #expect(document.issues.isEmpty)
        #expect(document.documentFormat == (part.isInline ? .v1 : .v2))
    }

    @Test("A missing member makes its object malformed, unless it is optional", arguments: Member.all)
    func missing(member: Member) throws {
        let bytes = MinimalDocument.bytes(.remove(member.name), in: member.part)
        guard member.isRequired else { return try expectFine(bytes) }
        try expectFault(
            bytes, member.part, path: member.part.path, message: "the member \"\(member.name)\" is missing")
    }

    @Test("Null is refused where a value is required, and otherwise counts as missing", arguments: Member.all)
    func null(member: Member) throws {
        let bytes = MinimalDocument.bytes(.set(member.name, to: "null"), in: member.part)
        guard !member.acceptsNull else { return try expectFine(bytes) }
        try expectFault(
            bytes, member.part, path: member.path, message: "expected \(member.kind.expectation), found null",
            at: member, "null")
    }

    @Test("Types are not converted", arguments: Member.all)
    func wrongTypes(member: Member) throws {
        for (json, found) in member.kind.wrongValues {
            let bytes = MinimalDocument.bytes(.set(member.name, to: json), in: member.part)
            try expectFault(
                bytes, member.part, path: member.path,
                message: "expected \(member.kind.expectation), found \(found)", at: member, json)
        }
    }

    @Test("Elements and ranges are checked, too", arguments: Member.all)
    func wrongContents(member: Member) throws {
        for (json, path, message) in member.kind.wrongContents {
            let bytes = MinimalDocument.bytes(.set(member.name, to: json), in: member.part)
            try expectFault(bytes, member.part, path: member.path + path, message: message)
        }
    }

    @Test("A known member that occurs twice is a fault", arguments: Member.all)
    func duplicates(member: Member) throws {
        let value = try #require(Member.rightValues[member.kind])
        let text = MinimalDocument.text(in: member.part)
        let isThere = text.contains("\"\(member.name)\"")
        var change = MinimalDocument.Change.add(member.name, value)
        if !isThere || !hasMember(member) {
            // Added twice where the minimal document has no such member.
            change = .add(member.name, "\(value),\n\"\(member.name)\": \(value)")
        }
        try expectFault(
            MinimalDocument.bytes(change, in: member.part), member.part, path: member.path,
            message: "the member occurs twice")
    }

    @Test("Unknown members are ignored, however often they occur", arguments: MinimalDocument.Part.allCases)
    func unknownMembers(part: MinimalDocument.Part) throws {
        let value = #"[{"a":{"type":null}},"x",1.5e-3,[[]],{}],"ünknown":null,"ünknown":0"#
        try expectFine(MinimalDocument.bytes(.add("ünknown", value), in: part))
    }

    @Test(
        "Numbers at the ends of their ranges are read",
        arguments: [
            (MinimalDocument.Part.topLevel, "time", ["0", "18446744073709551615"]),
            (.spec, "version", ["0", "4294967295"]),
            (.rule, "samplingRate", ["0", "18446744073709551615"]),
            (.rule, "passPercentage", ["-0", "-0.0", "1e308", "-1e308", "5e-324", "99999999999999999999", "0.1E+1"]),
            (.trigger, "start_time", ["9223372036854775807", "-9223372036854775808"]),
        ] as [(MinimalDocument.Part, String, [String])])
    func extremes(part: MinimalDocument.Part, member: String, values: [String]) throws {
        for value in values { try expectFine(MinimalDocument.bytes(.set(member, to: value), in: part)) }
    }

    @Test(
        "A parameter has to have a source",
        arguments: [
            (#""gate_name":"g","pass_value":1"#, false), (#""gate_name":"g","pass_value":1,"fail_value":null"#, true),
            (#""config_name":"c""#, false), (#""config_name":"c","param_name":"p""#, true),
            (#""experiment_name":"c","param_name":"p""#, true), (#""layer_name":"c","param_name":"p""#, true),
            (#""layer_name":1,"param_name":"p""#, false), (#""param_name":"p""#, false), (#""value":null"#, true),
            // A member of a source that is there twice or of the wrong type spoils that source, and another may take over.
            (#""value":1,"value":2"#, false), (#""value":1,"value":2,"config_name":"c","param_name":"p""#, true),
            (#""gate_name":"g","pass_value":1,"fail_value":2,"gate_name":"g""#, false),
            (#""gate_name":5,"gate_name":"g","pass_value":1,"fail_value":2"#, false),
            (#""gate_name":"g","gate_name":5,"pass_value":1,"fail_value":2"#, false),
            (#""config_name":"c","param_name":"p","param_name":"p""#, false),
            (#""config_name":1,"layer_name":"c","param_name":"p""#, true), (#""value":1,"gate_name":5"#, true),
            (#""value":1,"gate_name":"g","gate_name":"h""#, true),
        ])
    func parameterSources(members: String, isFine: Bool) throws {
        let text = MinimalDocument.text(.set("value", to: "1"), in: .parameter).replacing("\"value\": 1", with: members)
        if isFine { return try expectFine(Array(text.utf8)) }
        let error = try #require(throws: DocumentError.self) { try Ruleset(document: Array(text.utf8)) }
        #expect(error.path == "param_stores.s.parameters.p")
        #expect(error.message.hasPrefix("expected \"value\", or \"gate_name\""))
    }

    @Test("A value that a rule can't return is read as an empty object", arguments: ["1", "\"x\"", "[1]", "1e3"])
    func otherReturnValues(json: String) throws {
        try expectFine(MinimalDocument.bytes(.set("returnValue", to: json), in: .rule))
    }

    @Test("A spec that isn't an object is dropped", arguments: ["null", "1", "[]", "\"x\"", "true"])
    func entitiesOfOtherTypes(json: String) throws {
        let bytes = MinimalDocument.bytes(.set("feature_gates", to: "{\"bad\": \(json)}"), in: .topLevel)
        let document = try Ruleset(document: bytes)
        #expect(document.issues.map(\.name) == ["bad"])
        #expect(document.issues.map(\.path) == ["feature_gates.bad"])
        #expect(document.gateNames == ["bad"])
        let inline = try Ruleset(document: MinimalDocument.bytes(.set("feature_gates", to: "[\(json)]"), in: .topLevel))
        #expect(inline.issues.map(\.path) == ["feature_gates[0]"])
    }

    @Test("The rest of a document is used when an entity is dropped")
    func theRest() throws {
        let text = MinimalDocument.text(in: .topLevel).replacing(
            "\"dynamic_configs\": {}", with: "\"dynamic_configs\": {\"bad\": {}}")
        let document = try Ruleset(document: Array(text.utf8))
        #expect(
            document.issues.map(\.description) == ["dropped bad: dynamic_configs.bad: the member \"type\" is missing"])
        #expect(document.gateNames == ["g"])
    }

    // MARK: - Expectations

    private func hasMember(_ member: Member) -> Bool {
        MinimalDocument.text(in: member.part) != MinimalDocument.text(.remove(member.name), in: member.part)
    }

    private func expectFine(_ bytes: [UInt8]) throws {
        #expect(try Ruleset(document: bytes).issues.allSatisfy { !$0.isDropped })
    }

    /// Expects a fault, and that its offset leads to the value `json` of `member`, if there is a member.
    private func expectFault(
        _ bytes: [UInt8], _ part: MinimalDocument.Part, path: String, message: String, at member: Member? = nil,
        _ json: String = ""
    ) throws {
        let offset: Int
        if part.dropsOnlyTheEntity {
            let document = try Ruleset(document: bytes)
            let issue = try #require(document.issues.first)
            #expect(document.issues.count == 1)
            #expect(issue.path == path)
            #expect(issue.message == message)
            // A spec of dcs-v1 whose name is at fault has none, or another.
            let isNameless = part == .inlineSpec && "\(path) \(message)".contains("name")
            #expect(isNameless || issue.name == "g")
            offset = issue.byteOffset
        } else {
            let error = try #require(throws: DocumentError.self) { try Ruleset(document: bytes) }
            #expect(error.code == .unexpectedStructure)
            #expect(error.path == path)
            #expect(error.message == message)
            let before = bytes[..<error.byteOffset].split(
                separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            #expect(error.line == before.count)
            #expect(error.column == (before.last?.count ?? 0) + 1)
            offset = error.byteOffset
        }
        guard let member else { return }
        let expected = "\"\(member.name)\": \(json)"
        let found = bytes[..<offset].suffix(member.name.utf8.count + 4) + bytes[offset...].prefix(json.utf8.count)
        #expect(String(decoding: found, as: UTF8.self) == expected)
    }
}

extension Member {
    /// A value that each kind of member accepts.
    static let rightValues: [Kind: String] = [
        .string: "\"sha256\"", .bool: "true", .number: "1", .unsigned: "1", .version: "1", .integer: "1",
        .strings: "[]",
        .object: "{}", .stringMap: "{}", .boolMap: "{}", .numberMap: "{}", .array: "[]", .anything: "null",
        .specs: "{}",
    ]
}
