// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseReview
import GatehouseSpec
import TestSupport
import Testing

/// Which entities sources mention.
@Suite struct SourceScanTests {
    private static func scan(_ source: String, isSwift: Bool = true) throws -> SourceScan {
        var builder = DocumentBuilder()
        builder.gate("flag")
        builder.gate("asks", Rule("r", .gate("asked")))
        builder.gate("asked")
        builder.layer("l", Rule("r", delegate: "e"))
        builder.experiment("e")
        var scan = SourceScan(try builder.ruleset())
        scan.add(Array(source.utf8), file: "a.swift", isSwift: isSwift)
        return scan
    }

    @Test(arguments: [
        (#"checkGate("flag")"#, true), (#"// checkGate("flag")"#, false), (#"/* /* "x" */ "flag" */"#, false),
        (#""\(check("flag")) is set""#, true), (##"#"\("flag")"#"##, false), (##"#"flag"#"##, true),
        ("\"\"\"\n  flag\n  \"\"\"", true), ("\"\"\"\nflag\nx\n\"\"\"", false), (#"let name = "fl\u{61}g""#, true),
        (#""flags""#, false), (#""a\"flag""#, false),
        (##"#"a"flag"#"##, false), (#""unterminated"# + "\n\"flag\"", true), (#""\\" + "flag""#, true),
        ("\"\"\"\nsay \"hi\" \\(\"flag\")\n\"\"\"", true),
    ]) func readsSwift(_ source: String, _ isMentioned: Bool) throws {
        let unmentioned = try Self.scan(source).unmentioned.map(\.name)
        #expect(!unmentioned.contains("flag") == isMentioned, "\(source)")
    }

    @Test(arguments: [
        ("check('flag')", true), ("it's \"flag\" and `x`", true), ("x = `flag`", true), ("flag", false),
        ("# 'flags'", false),
        ("don't 'flag'", true),
    ]) func readsOtherLanguages(_ source: String, _ isMentioned: Bool) throws {
        let unmentioned = try Self.scan(source, isSwift: false).unmentioned.map(\.name)
        #expect(!unmentioned.contains("flag") == isMentioned, "\(source)")
    }

    @Test func followsWhatMentionedEntitiesAsk() throws {
        #expect(
            try Self.scan("").unmentioned.map(\.description) == [
                "gate asked", "gate asks", "gate flag", "experiment e", "layer l",
            ])
        #expect(try Self.scan(#""asks" "l""#).unmentioned.map(\.description) == ["gate flag"])
    }

    @Test func reportsCallsOfUnknownNames() throws {
        let source = """
            client.checkGate("gone", for: user)
            scope.experiment(
                "flag")
            print("nothing")
            scope.layer("l\\(number)")
            """
        let scan = try Self.scan(source)
        #expect(scan.unknownMentions.map { "\($0.kind) \($0.name) \($0.line)" } == ["gate gone 1", "config flag 3"])
        let report = SourceReport(scan, file: "flags.json")
        #expect(
            report.text(.text) == """
                flags.json: gate asked: no source mentions it
                flags.json: gate asks: no source mentions it
                flags.json: experiment e: no source mentions it
                flags.json: layer l: no source mentions it
                a.swift:1: the document has no gate "gone"
                a.swift:3: the document has no config "flag"

                """)
        #expect(
            report.text(.github).hasPrefix(
                "::error file=a.swift,line=1,title=gate::the document has no gate \"gone\"\n"))
        #expect(Value(json: Array(report.text(.json).utf8))?.object?["unknown"]?.array?.count == 2)
        #expect(report.text(.markdown).contains("- gate asks: no source mentions it\n"))
    }

    @Test func readsAnything() throws {
        var random = TestRandom(5)
        let parts = ["\"", "#", "\\", "(", ")", "\n", "/*", "*/", "//", "\"\"\"", "a", "\\u{", "}", "'"]
        for _ in 0..<2_000 {
            let source = (0..<random.below(40)).map { _ in random.pick(parts) }.joined()
            _ = try Self.scan(source)
            _ = try Self.scan(source, isSwift: false)
        }
        // Interpolations nest as deep as a source says.
        _ = try Self.scan(String(repeating: "\"\\(", count: 100_000))
        _ = try Self.scan(String(repeating: "/*", count: 100_000))
    }
}
