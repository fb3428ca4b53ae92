// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec
import Testing

/// Rules for the text of a document as a whole: JSON, UTF-8, size and depth.
@Suite("Texts of documents")
struct DocumentTextTests {
    @Test("Bytes behind the closing brace are ignored", arguments: ["}", "\n\n", "{\"time\":", "\u{0}garbage", "[[[["])
    func trailingBytes(tail: String) throws {
        #expect(try Ruleset(document: Array((MinimalDocument.text() + tail).utf8)).gateNames == ["g"])
    }

    @Test(
        "What isn't a JSON object is refused",
        arguments: [
            ("", DocumentError.Code.notJSON, "the text ends in the middle of a value"),
            (" \n ", .notJSON, "the text ends in the middle of a value"),
            ("[]", .unexpectedStructure, "expected an object, found array"),
            ("null", .unexpectedStructure, "expected an object, found null"),
            ("1", .unexpectedStructure, "expected an object, found number"),
            ("\"{}\"", .unexpectedStructure, "expected an object, found string"),
            ("\u{FEFF}{}", .notJSON, "a character that doesn't belong here"),
            ("hello", .notJSON, "a character that doesn't belong here"),
            ("{}", .unexpectedStructure, "the member \"has_updates\" is missing"),
            ("{\"a\":1,}", .notJSON, "a character that doesn't belong here"),
            ("{\"a\" 1}", .notJSON, "a character that doesn't belong here"),
            ("{a:1}", .notJSON, "a character that doesn't belong here"),
            ("{\"a\":'1'}", .notJSON, "a character that doesn't belong here"),
            ("{\"a\":tru}", .notJSON, "a character that doesn't belong here"),
            ("{\"a\":[1,]}", .notJSON, "a character that doesn't belong here"),
            ("{\"a\":\"\t\"}", .notJSON, "an unescaped control character in a string"),
        ] as [(String, DocumentError.Code, String)])
    func otherTexts(text: String, code: DocumentError.Code, message: String) throws {
        let error = try #require(throws: DocumentError.self) { try Ruleset(document: Array(text.utf8)) }
        #expect(error.code == code)
        #expect(error.message == message)
        #expect(throws: DocumentError.self) { try Ruleset(document: Array(text.utf8)) }
    }

    @Test("A document cut off anywhere is refused", arguments: [MinimalDocument.Part.topLevel, .inlineSpec])
    func truncation(part: MinimalDocument.Part) throws {
        let bytes = Array(MinimalDocument.text(in: part).utf8)
        for count in 0..<bytes.count {
            let error = #expect(throws: DocumentError.self) { try Ruleset(document: Array(bytes[..<count])) }
            #expect(error?.code == .notJSON, "cut off after \(count) bytes")
        }
        _ = try Ruleset(document: bytes)
    }

    @Test(
        "A document damaged at any byte is read or refused",
        arguments: [0, 0x22, 0x2C, 0x5B, 0x5C, 0x7D, 0x80, 0xFF] as [UInt8])
    func damage(byte: UInt8) {
        let bytes = Array(MinimalDocument.text().utf8)
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] = byte
            _ = try? Ruleset(document: damaged)
        }
    }

    @Test(
        "Arrays of a million elements are read",
        arguments: [
            (MinimalDocument.Part.condition, "targetValue"), (.rule, "returnValue"), (.topLevel, "x"),
            (.spec, "fieldsUsed"),
        ]
            as [(MinimalDocument.Part, String)])
    func millions(part: MinimalDocument.Part, member: String) throws {
        let element = member == "fieldsUsed" ? "\"a\"," : "1,"
        let array = "[" + String(repeating: element, count: 999_999) + element.dropLast() + "]"
        let document = try Ruleset(document: MinimalDocument.bytes(.set(member, to: array), in: part))
        #expect(document.issues.isEmpty)
        #expect(document.memoryByteCount > 0)
    }

    @Test(
        "Numbers follow the grammar of JSON",
        arguments: [
            ("01", "a character that doesn't belong here"),
            ("1.", "not a JSON number"), (".5", "a character that doesn't belong here"),
            ("+1", "a character that doesn't belong here"), ("-", "not a JSON number"), ("1e", "not a JSON number"),
            ("1e+", "not a JSON number"), ("0x10", "a character that doesn't belong here"),
            ("NaN", "a character that doesn't belong here"), ("-Infinity", "not a JSON number"),
        ])
    func brokenNumbers(json: String, message: String) throws {
        for (part, member) in [
            (MinimalDocument.Part.topLevel, "x"), (.rule, "passPercentage"), (.condition, "targetValue"),
        ] {
            let error = try #require(throws: DocumentError.self) {
                try Ruleset(document: MinimalDocument.bytes(.set(member, to: json), in: part))
            }
            #expect(error.code == .notJSON)
            #expect(error.message == message)
        }
    }

    @Test(
        "Bytes that aren't UTF-8 are refused, with their part",
        arguments: [
            [0x80], [0xBF], [0xC0, 0xAF], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xE2, 0x82], [0xE0, 0x80, 0x80],
            [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80],
            [0xFF],
        ] as [[UInt8]])
    func brokenUTF8(sequence: [UInt8]) throws {
        let start = Array("{\n\"é\": \"".utf8)
        let error = try #require(throws: DocumentError.self) {
            try Ruleset(document: start + sequence + Array("\"}".utf8))
        }
        #expect(error.code == .notJSON)
        #expect(error.message == "bytes that aren't UTF-8")
        #expect(error.byteOffset == start.count)
        #expect(error.line == 2)
        #expect(error.column == start.count - 1)
    }

    @Test(
        "Escapes that JSON doesn't have are refused",
        arguments: [#"\x41"#, #"\u12"#, #"\u12g4"#, #"\ud800\u12"#, #"\'"#, #"\0"#])
    func brokenEscapes(escape: String) throws {
        for (part, member) in [(MinimalDocument.Part.topLevel, "x"), (.spec, "salt"), (.condition, "targetValue")] {
            let bytes = MinimalDocument.bytes(.set(member, to: "\"\(escape)\""), in: part)
            let error = try #require(throws: DocumentError.self) { try Ruleset(document: bytes) }
            #expect(error.code == .notJSON)
            #expect(error.message == "an escape sequence that JSON doesn't have")
        }
    }

    @Test("Escapes are replaced in all names")
    func escapedNames() throws {
        let text = MinimalDocument.text().replacing("\"feature_gates\"", with: #""\u0066eature\u005fgates""#)
            .replacing("\"g\":", with: #""\u0067\ud83d\ude00\n":"#).replacing("\"salt\"", with: #""s\u0061lt""#)
        let document = try Ruleset(document: Array(text.utf8))
        #expect(document.gateNames == ["g😀\n"])
        #expect(document.issues.isEmpty)
    }

    @Test(
        "A document may say that there is nothing new",
        arguments: [
            #"{"has_updates":false}"#, #"{"has_updates": false, "time": "x"}"#, #" {"x":[1],"has_updates":false} "#,
            #"{"has_updates":false,"feature_gates":1}"#,
        ])
    func noUpdates(text: String) throws {
        let error = try #require(throws: DocumentError.self) { try Ruleset(document: Array(text.utf8)) }
        #expect(error.code == .noUpdates)
        #expect(error.path == "has_updates")
    }

    @Test("A whole document without updates is refused")
    func wholeWithoutUpdates() throws {
        let error = try #require(throws: DocumentError.self) {
            try Ruleset(document: MinimalDocument.bytes(.set("has_updates", to: "false"), in: .topLevel))
        }
        #expect(error.code == .noUpdates)
    }

    @Test(
        "A broken text says nothing about updates", arguments: [#"{"has_updates":false"#, #"{"has_updates":false,]}"#])
    func brokenWithoutUpdates(text: String) throws {
        let error = try #require(throws: DocumentError.self) { try Ruleset(document: Array(text.utf8)) }
        #expect(error.code == .notJSON)
    }

    @Test("An error describes its location in one line")
    func description() throws {
        let error = try #require(throws: DocumentError.self) {
            try Ruleset(document: Array("{\n  \"time\": 1,\n  \"has_updates\": 5\n}".utf8))
        }
        #expect(error.description == "line 3, column 18: has_updates: expected true or false, found number")
    }
}
