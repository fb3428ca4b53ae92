// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseReview
import GatehouseSpec
import TestSupport
import Testing

/// The reports in all formats, and that no name of a document escapes from its place in them.
@Suite struct ReportTests {
    private static let hostile = "x\n::error::forged\r\u{1B}[2J<img src=x>|`@everyone [a](b) %0A a,b:c\u{202E}"

    private static func reports(_ name: String, _ format: ReviewFormat) throws -> String {
        var (before, after) = (DocumentBuilder(), DocumentBuilder())
        before.gate(name, Rule(name, .field(name, "any", [.string(name)]), percentage: 50))
        after.gate(name, Rule(name, .field(name, "any", [.string(name), "b"]), percentage: 40))
        before.config(name, Rule("r", returns: [name: 1]))
        after.config(name, Rule("r", returns: [name: .string(name)]))
        let (old, new) = (try before.ruleset(), try after.ruleset())
        let difference = DocumentDifference(from: old, to: new)
        var radius = BlastRadius(from: old, to: new, difference, in: .test)
        for index in 0..<50 { radius.add(User(userID: "\(name)\(index)", custom: [name: "b"]), index: index) }
        let context = EvaluationContext.test
        let user = User(userID: "u")
        let search = FlipSearch(.gate, name, in: new, for: user, in: context)
        var simulation = Simulation(new, in: context)
        for index in 0..<50 { simulation.add(User(userID: "u\(index)", custom: [name: "b"])) }
        return DifferenceReport(difference, radius, isSample: true, file: name).text(format)
            + LintReport(try DocumentLint.findings(in: after.document), file: name).text(format)
            + FlipReport(new.explain(.gate, name, for: user, in: context), search, file: name).text(format)
            + SimulationReport(simulation, file: name).text(format)
    }

    @Test(arguments: ReviewFormat.allCases) func escapesHostileNames(_ format: ReviewFormat) throws {
        let text = try Self.reports(Self.hostile, format)
        #expect(!text.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\r" })
        // In JSON a mark that turns the direction of writing is part of a string.
        #expect(format == .json || !text.unicodeScalars.contains("\u{202E}"))
        for line in text.split(separator: "\n") {
            #expect(!line.hasPrefix("::error::forged"))
            if format == .github {
                #expect(["::error file=", "::warning file=", "::notice file="].contains { line.hasPrefix($0) })
                // Of a property only its own separators are left.
                let properties = line.dropFirst(2).prefix { $0 != ":" }
                #expect(properties.filter { $0 == "," }.count == 1, "\(line)")
            }
            if format == .markdown, !line.hasPrefix("    ") {
                #expect(!line.contains("<img") && !line.contains("@everyone") && !line.contains("[a](b)"), "\(line)")
            }
        }
    }

    @Test func writesEachFormatOfADifference() throws {
        var (before, after) = (DocumentBuilder(), DocumentBuilder())
        before.gate("g", Rule("staff", .everyone, percentage: 60))
        after.gate("g", Rule("staff", .everyone, percentage: 50))
        before.gate("old")
        let (old, new) = (try before.ruleset(), try after.ruleset())
        let difference = DocumentDifference(from: old, to: new)
        var radius = BlastRadius(from: old, to: new, difference, in: .test)
        for index in 0..<20 { radius.add(User(userID: "u\(index)"), index: index) }
        let report = DifferenceReport(difference, radius, isSample: true, file: "flags.json")
        let impact = try #require(radius.impacts.first)
        #expect(impact.moved > 0)
        let share = "\(impact.moved) of 20 users (\(impact.moved * 5) %, 95 % interval"
        #expect(
            report.text(.text).hasPrefix(
                """
                gate g: changed
                  rule staff: percentage 60 % → 50 % [loss: users may lose what they have]
                gate old: removed [removal: programs may still ask for it]
                entities: 1 changed, 1 removed; risks: loss, removal
                \(share)
                """))
        #expect(report.text(.text).contains("  true → false: \(impact.moved)\n    User(userID: \"u"))
        #expect(
            report.text(.github).hasPrefix(
                """
                ::warning file=flags.json,title=gate g::rule staff: percentage 60 %25 → 50 %25 [loss: users may lose what they have]
                ::warning file=flags.json,title=gate old::removed [removal: programs may still ask for it]
                ::warning file=flags.json,title=gate g::\(impact.moved) of 20 users (
                """))
        #expect(
            report.text(.markdown).hasPrefix(
                """
                ### Flags: entities&#58; 1 changed, 1 removed; risks&#58; loss, removal

                - **gate g**: changed

                """))
        let json = try #require(Value(json: Array(report.text(.json).utf8))?.object)
        #expect(json["entities"]?.array?.count == 2)
        #expect(json["risks"] == ["loss", "removal"])
        let users = try #require(json["users"]?.object)
        #expect(users["total"] == 20 && users["sampled"] == true)
        #expect(
            users["entities"]?.array?.first?.object?["transitions"]?.array?.first?.object?["count"]
                == .integer(Int64(impact.moved)))
    }

    @Test func saysThatNothingDiffers() throws {
        let ruleset = try DocumentBuilder().ruleset()
        let report = DifferenceReport(DocumentDifference(from: ruleset, to: ruleset), file: "f")
        #expect(report.text(.text).isEmpty && report.text(.github).isEmpty)
        #expect(report.text(.markdown) == "### Flags: no difference\n")
        #expect(report.text(.json) == "{\"document\":[],\"entities\":[],\"risks\":[]}\n")
        #expect(report.summary == "no difference")
    }

    @Test func writesAnExplanationWithItsFlips() throws {
        var builder = DocumentBuilder()
        builder.gate("g", Rule("r", .field("plan", "any", ["pro"])))
        let ruleset = try builder.ruleset()
        let user = User(userID: "u")
        let report = FlipReport(
            ruleset.explain(.gate, "g", for: user, in: .test),
            FlipSearch(.gate, "g", in: ruleset, for: user, in: .test),
            file: "f")
        #expect(
            report.text(.text) == """
                gate g
                  rule r, 100.0 %: fails
                    ✗ user_field plan: no value any ["pro"]
                  → false, rule default
                another answer with 1 change:
                  plan: nothing → "pro"

                """)
        let json = try #require(Value(json: Array(report.text(.json).utf8))?.object)
        #expect(json["flips"] == [[["attribute": "plan", "before": nil, "after": "pro"]]])
    }
}
