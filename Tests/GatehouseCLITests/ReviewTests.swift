// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Testing
import TestServers
import TestSupport

/// `gatehouse diff`, `lint`, `explain` and `simulate`: options, outputs and exit codes.
@Suite struct ReviewTests {
    private static func tool() throws -> CommandLineTool {
        let tool = try CommandLineTool()
        var (before, after) = (DocumentBuilder(), DocumentBuilder())
        before.gate("g", .init("staff", .field("plan", "any", ["pro"]), percentage: 60))
        after.gate("g", .init("staff", .field("plan", "any", ["pro"]), percentage: 50))
        before.experiment("e", .init("a", .bucket("lt", 500), returns: ["n": 1], group: "A", isGroup: true))
        after.experiment("e", .init("a", .bucket("lt", 500), returns: ["n": 1], group: "A", isGroup: true))
        try tool.write(before.document, to: "old.json")
        try tool.write(after.document, to: "new.json")
        let users = (0..<500).map { #"{"userID":"u\#($0)","custom":{"plan":"\#($0 % 2 == 0 ? "pro" : "free")"}}"# }
        try tool.write((users + [""]).joined(separator: "\n").utf8, to: "users.jsonl")
        return tool
    }

    @Test func showsADifference() async throws {
        let tool = try Self.tool()
        let result = try await tool.run(["diff", "old.json", "new.json"])
        #expect(
            result.output == """
                gate g: changed
                  rule staff: percentage 60 % → 50 % [loss: users may lose what they have]
                entities: 1 changed; risks: loss

                """)
        #expect(result.errors == "" && result.status == 0)
        let same = try await tool.run(["diff", "old.json", "old.json", "--fail-on", "change"])
        #expect(same.output == "" && same.errors == "" && same.status == 0)
    }

    @Test func countsWhoChanges() async throws {
        let tool = try Self.tool()
        let result = try await tool.run([
            "diff", "old.json", "new.json", "--users", "users.jsonl", "--fail-on", "loss>1%,reshuffle",
        ])
        #expect(result.status == 1)
        #expect(result.output.contains("of 500 users ("))
        #expect(result.output.contains("  true → false: "))
        #expect(result.output.contains("    before, for the first of them:\n      gate g\n"))
        #expect(result.errors.hasPrefix("gatehouse: error: loss: gate g: "))
        #expect(result.errors.hasSuffix("gatehouse: error: --fail-on: 1 reason to fail\n"))
        let sampled = ["diff", "old.json", "new.json", "--sample", "2000", "--seed", "3", "--format", "json"]
        let (first, second) = (try await tool.run(sampled), try await tool.run(sampled))
        #expect(first.status == 0 && first.output == second.output && first.output.contains("\"interval\":["))
        try tool.write("".utf8, to: "none.jsonl")
        let none = try await tool.run(["diff", "old.json", "new.json", "--users", "none.jsonl", "--fail-on", "loss>1%"])
        #expect(none.status == 1 && none.errors.contains("there are no users"), "\(none.errors)")
        try tool.write("{\"userID\":\"u\"}\nnot a user\n".utf8, to: "bad.jsonl")
        let bad = try await tool.run(["diff", "old.json", "new.json", "--users", "bad.jsonl"])
        #expect(bad.status == 1 && bad.errors.contains("bad.jsonl:2:") && bad.output.contains("of 1 users"))
    }

    @Test(arguments: [
        ["diff", "old.json"], ["diff", "old.json", "new.json", "--fail-on", "luck"],
        ["diff", "old.json", "new.json", "--fail-on", ""], ["diff", "old.json", "new.json", "--fail-on", "loss,"],
        ["diff", "old.json", "new.json", "--fail-on", "loss>1%"], ["diff", "-", "-"],
        ["diff", "old.json", "new.json", "--sample", "0"], ["diff", "old.json", "new.json", "--format", "xml"],
        ["diff", "old.json", "new.json", "--sample", "1", "--users", "users.jsonl"], ["simulate", "old.json"],
        ["explain", "old.json", "g"], ["lint"],
    ]) func refusesWrongArguments(_ arguments: [String]) async throws {
        let result = try await Self.tool().run(arguments)
        #expect(result.status == 2)
        #expect(result.output == "" && result.errors.hasSuffix(" --help)\n"), "\(result.errors)")
    }

    @Test func lints() async throws {
        let tool = try Self.tool()
        let sound = try await tool.run(["lint", "old.json"])
        #expect(sound.output == "" && sound.status == 0)
        var builder = DocumentBuilder()
        builder.gate("g", .init("r", .gate("g")))
        builder.gate("h", .init("a", percentage: 10), .init("b"))
        try tool.write(builder.document, to: "spec.json")
        let result = try await tool.run(["lint", "spec.json"])
        #expect(
            result.output == """
                spec.json: error: gate "g": the entity asks itself; remove one of the conditions; no entity of the circle has an answer [cycle]
                spec.json: warning: gate "h", rule "b": the rule is never tried with success, since rule "a" decides for all its users; move the rule in front of the one that decides, or remove it [unreachable_rule]

                """)
        #expect(result.status == 1 && result.errors == "gatehouse: error: spec.json: 1 error, 1 warning\n")
        try tool.write("cycle gate \"g\"\n".utf8, to: "ignore")
        let ignoring = try await tool.run(["lint", "spec.json", "--ignore", "ignore"])
        #expect(ignoring.status == 0 && !ignoring.output.contains("cycle"))
        #expect(try await tool.run(["lint", "spec.json", "--ignore", "ignore", "--strict"]).status == 1)
        try tool.write("cycles\n".utf8, to: "ignore")
        let wrong = try await tool.run(["lint", "spec.json", "--ignore", "ignore"])
        #expect(
            wrong.status == 1
                && wrong.errors == "gatehouse: error: ignore: line 1: \"cycles\" isn't the code of a rule\n")
    }

    @Test func explainsWithChanges() async throws {
        let tool = try Self.tool()
        var builder = DocumentBuilder()
        builder.gate("g", .init("r", .field("plan", "any", ["pro"])))
        try tool.write(builder.document, to: "spec.json")
        let result = try await tool.run(["explain", "spec.json", "g", "--user", #"{"userID":"u"}"#, "--flip"])
        #expect(result.status == 0)
        #expect(
            result.output.hasSuffix(
                "  → false, rule default\nanother answer with 1 change:\n  plan: nothing → \"pro\"\n"))
        let unknown = try await tool.run(["explain", "spec.json", "h", "--user", "{}"])
        #expect(unknown.status == 1 && unknown.errors.contains("no entity is named \"h\""))
    }

    @Test func simulates() async throws {
        let tool = try Self.tool()
        let result = try await tool.run(["simulate", "old.json", "--users", "users.jsonl"])
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.hasPrefix("500 users\ngate g: "))
        #expect(result.output.contains("  rule staff by userID, 250 units: passes "))
        let sampled = try await tool.run(["simulate", "old.json", "--sample", "1000", "--format", "markdown"])
        #expect(sampled.status == 0 && sampled.output.contains("All shares are as promised."))
    }

    @Test func findsStaleFlags() async throws {
        let tool = try Self.tool()
        try tool.write(
            #"let a = client.checkGate("g", for: user); client.checkGate("gone", for: user)"#.utf8, to: "src/a.swift")
        try tool.write(#"check("e")"#.utf8, to: "src/.hidden/b.swift")
        try tool.write(#"check("e")"#.utf8, to: "src/notes.txt")
        let result = try await tool.run(["stale", "old.json", "--sources", "src"])
        #expect(
            result.status == 1 && result.errors == "gatehouse: error: old.json: 1 not mentioned, 1 unknown, 1 files\n")
        #expect(
            result.output == """
                old.json: experiment e: no source mentions it
                src/a.swift:1: the document has no gate "gone"

                """)
        try tool.write(#"check("e"); check("g")"#.utf8, to: "src/a.swift")
        #expect(try await tool.run(["stale", "old.json", "--sources", "src", "--strict"]).status == 0)
        #expect(try await tool.run(["stale", "old.json", "--sources", "nowhere"]).status == 1)
    }

    @Test func downloads() async throws {
        let tool = try Self.tool()
        let (document, empty) = (DocumentBuilder().document, Array("{}".utf8))
        try await FaultServer.run { server in
            let arguments = ["download", "--url", server.url, "--out", "out.json", "--key", "TEST_KEY"]
            func run(_ answer: Answer, key: String) async throws -> CommandLineTool.Result {
                server.respond(with: answer)
                return try await tool.run(arguments, environment: ["TEST_KEY": key])
            }
            let document = DocumentBuilder().text
            let good = try await run(Answer(json: document), key: "secret-good")
            #expect(
                good.status == 0 && good.errors == "gatehouse: out.json: \(document.utf8.count) bytes, 0 entities\n")
            for (answer, part) in [(Answer(json: "{}"), "the document: "), (Answer(status: 401), "answered 401")] {
                let result = try await run(answer, key: "secret-other-key")
                #expect(result.status == 1 && result.errors.contains(part) && !result.errors.contains("other-key"))
            }
            let none = try await run(Answer(json: document), key: "")
            #expect(none.status == 1 && none.errors.contains("the environment has no variable TEST_KEY"))
            #expect(try tool.contents(of: "out.json") == document)
        }
    }
}
