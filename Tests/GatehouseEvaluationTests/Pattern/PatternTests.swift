// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import GatehouseEvaluation

@Suite("Patterns of str_matches")
struct PatternTests {
    private let region = Region(capacity: 64)

    /// Whether `pattern` compiles and matches.
    private func matches(_ pattern: String, _ subject: String) -> Bool {
        guard let compiled = compile(pattern) else { return false }
        defer { compiled.free() }
        return Array(subject.utf8).withUnsafeBufferPointer { compiled.matches($0) }
    }

    private func compile(_ pattern: String) -> Pattern? {
        Array(pattern.utf8).withUnsafeBufferPointer { Pattern.compile($0, lending: region.patternWorkspaces) }
    }

    @Test("A pattern matches what the official engine says it matches", arguments: PatternCases.first)
    func agreesOnTheFirst(_ row: PatternCase) { check(row) }

    @Test("A pattern of the second table matches what the official engine says", arguments: PatternCases.second)
    func agreesOnTheSecond(_ row: PatternCase) { check(row) }

    @Test("A pattern of the third table matches what the official engine says", arguments: PatternCases.third)
    func agreesOnTheThird(_ row: PatternCase) { check(row) }

    @Test("Reversed counts and counted assertions match what the official engine says", arguments: PatternCases.counts)
    func agreesOnCounts(_ row: PatternCase) { check(row) }

    private func check(_ row: PatternCase) {
        for subject in row.matching {
            #expect(matches(row.pattern, subject), "should match \(subject.debugDescription)")
        }
        for subject in row.failing {
            #expect(!matches(row.pattern, subject), "should not match \(subject.debugDescription)")
        }
    }

    @Test(
        "What PCRE2 would take but the reference rejects does not compile",
        arguments: [
            "(*UTF)a", "(*LIMIT_MATCH=1)a", "(*ACCEPT)", #"\Qa\E"#, #"\R"#, #"\N"#, #"\X"#, #"\C"#, "(?R)", "(?1)",
            "(?&n)",
            #"[\d-x]"#, #"[a-\d]"#, "a**", "(?=a)*", "(?:)*", #"\08"#, #"\o{101}"#, #"\cA"#, "(?|a|b)", "(?-u)a",
            "(?n)a",
            #"\p{Foo}"#, #"\p{Xan}"#, #"\p{L&}"#, #"\x{110000}"#, #"\uD800"#, "[z-a]", "[]", "a{2,1}", "(", ")", "[a",
            #"a\"#,
            #"(a)\g<1>"#, #"(?<n>a)\1"#, #"(a)\2"#, "(?", "(?P<", "(?P<a>", "(?(", "(?#", #"\x"#, #"\p{"#, #"\k<"#,
        ])
    func rejects(_ pattern: String) {
        let compiled = compile(pattern)
        #expect(compiled == nil)
        compiled?.free()
    }

    @Test(
        "A pattern the reference finds too big matches nothing",
        arguments: [
            (#"^\w{1,209}$"#, "x", true), (#"^\w{1,210}$"#, "x", false), (#"^\d{1,2000}$"#, "1", true),
            (#"^[\w.]{1,64}@[\w.]{1,128}$"#, "a@b", true), (#"^[\w.]{1,64}@[\w.]{1,190}$"#, "a@b", false),
            (#"(?<!z)\w{1,300}$"#, "x", false), (#"(?<=x)\w{1,300}\b"#, "xxy", true), ("^.{0,65535}$", "x", false),
        ])
    func rejectsTooBig(_ pattern: String, _ subject: String, _ expected: Bool) {
        #expect(matches(pattern, subject) == expected)
    }

    @Test("Bytes that are no UTF-8 do not compile")
    func rejectsInvalidText() {
        for bytes in [[0x61, 0xFF], [0xC3], [0xED, 0xA0, 0x80]] as [[UInt8]] {
            #expect(bytes.withUnsafeBufferPointer { Pattern.compile($0, lending: region.patternWorkspaces) } == nil)
        }
    }

    @Test("The empty pattern matches the empty subject, even one without memory")
    func matchesNothing() throws {
        let nothing = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
        let compiled = try #require(Pattern.compile(nothing, lending: region.patternWorkspaces))
        defer { compiled.free() }
        #expect(compiled.matches(UnsafeBufferPointer(start: nil, count: 0)))
    }

    @Test(
        "A huge pattern fails or compiles without harm",
        arguments: [
            "((a{1000}){1000}){1000}", "((((((((a{9}){9}){9}){9}){9}){9}){9}){9}){9}", "a{99999999999999999999}",
            String(repeating: "(", count: 5_000), String(repeating: "[", count: 5_000),
            String(repeating: "(?:", count: 60) + "a" + String(repeating: ")", count: 60),
            String(repeating: "[^a", count: 63) + String(repeating: "]", count: 63),
            "[" + String(repeating: "[a~~", count: 60) + "b" + String(repeating: "]", count: 61),
            "[" + String(repeating: "a&&", count: 10_000) + "a]", String(repeating: "a|", count: 16_000),
            String(repeating: "a", count: 100_000),
            "(?<=" + String(repeating: "a?", count: 40) + ")b", #"\k<99999999999>"#, #"(?(99999999999)a)"#,
        ])
    func survives(_ pattern: String) {
        let time = ThreadTime.measure { _ = matches(pattern, "aaaa") }
        #expect(time < .milliseconds(500))
    }

    @Test(
        "A hostile pattern ends in time",
        arguments: [
            #"^(x+x+)+(?!z)y$"#, "(a|aa)+$", #"^(([a-z])+.)+[A-Z]([a-z])+$"#, "(x+x+)+y", "(x+x+)+[yz]", #"\d+[xy]"#,
            #"\w+[-@]"#, #"(\w+ ?)*$"#, "(.*a){5}!?[zq]", ".*.*[=z].*[!]", #"^(.+)\1$"#, #"(\w+)+\1[!?]"#,
            "(?>a+)+[!?]",
            "(?=.*a)(?=.*b).*[zq]", #"(?:(?=\w+[!?])|\w)+[@#]"#, #"(?:\w+\s?){1,100}[!?]"#, "(a{1,100}){1,100}[!?]",
            #"(?s).*.*.*[!?]"#, #"(?=(\w+))\w+[!?]"#, "([a-z&&[^q]]+)+[!?]",
        ])
    func endsInTime(_ pattern: String) throws {
        let compiled = try #require(compile(pattern))
        defer { compiled.free() }
        let words = Array(repeating: "the quick brown fox jumps over the lazy dog 123 ", count: 22).joined()
        for text in [String(repeating: "x", count: 1_024), String(repeating: "a", count: 1_024), words] {
            for length in [28, 127, 256, 1_024] {
                let subject = Array(text.utf8.prefix(length))
                // A release build takes less than 1 ms.
                let time = ThreadTime.measure { _ = subject.withUnsafeBufferPointer { compiled.matches($0) } }
                #expect(time < .milliseconds(20), "\(length) bytes")
            }
        }
    }

    @Test("Backtracking without end still finds the answer where no back-reference is involved")
    func answersHostilePatterns() {
        let many = String(repeating: "a", count: 1_000)
        #expect(!matches("(x+x+)+[yz]", String(repeating: "x", count: 28)))
        #expect(matches("(a|aa)+$", many))
        #expect(!matches("^(a|aa)+$", many + "b"))
        #expect(matches("(a|aa)+b$", many + "b"))
        #expect(matches(#"^(([a-z])+.)+[A-Z]([a-z])+$"#, many + "Bcd"))
        #expect(!matches(#"^(([a-z])+.)+[A-Z]([a-z])+$"#, many))
    }
}
