// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseEvaluation
import TestSupport
import Testing

@Suite struct DemoTests {
    private static let sample = "sample/sample-dcs-v2.json"

    @Test func showsWhatThreeUsersOfTheSampleGetAndWhy() async throws {
        let tool = try CommandLineTool()
        // Where it looks for the document when it is told nothing.
        try tool.write(try Fixture.bytes(DemoTests.sample), to: "fixtures/\(DemoTests.sample)")
        let result = try await tool.run(["demo"])
        #expect(result.status == 0)
        #expect(result.errors == "")
        let lines = result.output.split(separator: "\n").map(String.init)
        for step in ["console ", "key ", "client ", "answers "] {
            #expect(lines.count { $0.contains(" ms  \(step)") } == 1, "step \(step)")
        }
        #expect(lines.contains("  gate        new_home    true"))
        #expect(lines.contains(#"  config      cfg         {"limit":99}"#))
        #expect(lines.contains(#"  experiment  color_test  {"color":"blue","size":1}  group Blue"#))
        #expect(lines.contains(#"  layer       shop        {"color":"old","size":1}"#))
        #expect(
            lines.contains(
                #"      because of rule r-staff: gate segment:staff is true "#
                    + #"(rule sr1: email "anna@corp.example" str_contains_any ["@corp.example"])"#))
        #expect(lines.contains("      because of the default, as no rule applies"))
        #expect(lines.count { $0.contains("gate q3_holdout is true") } == 3)
        #expect(lines.count { $0.hasPrefix("      because of ") } == 12)
        #expect(lines.last?.hasPrefix("All of it took ") == true)
        // Not even of a key that is gone with the process.
        #expect(!result.output.contains(/(client|console|secret)-[A-Za-z0-9]{12}/))
    }

    @Test func agreesWithEvaluate() async throws {
        let tool = try CommandLineTool()
        try tool.write(try Fixture.bytes(DemoTests.sample), to: "spec.json")
        let demo = try await tool.run(["demo", "--specs", "spec.json"])
        let users = [
            #"{"userID":"anna","email":"anna@corp.example"}"#, #"{"userID":"mia","locale":"US"}"#, #"{"userID":"ben"}"#,
        ]
        let shown = demo.output.split(separator: "\n").filter { $0.contains(#/^ {2}(gate|config|experiment|layer) /#) }
        #expect(shown.count == 12)
        for (position, user) in users.enumerated() {
            for line in shown.dropFirst(position * 4).prefix(4) {
                let words = line.split(separator: " ").map(String.init)
                let (kind, name, value) = (words[0] == "config" ? "dynamic_config" : words[0], words[1], words[2])
                let result = try await tool.evaluate(
                    "--environment", "production", "--user", user, name, "--format", "json")
                let rows = TestJSON.value(result.output)?.object?[kind]?.object
                #expect(rows?[name]?.object?["value"] == TestJSON.value(value), "\(user) \(name)")
            }
        }
        let written = try FileManager.default.contentsOfDirectory(atPath: tool.folder.path)
        #expect(written.sorted() == ["errors", "input", "output", "spec.json"])
    }

    @Test func showsOneOfEachKindOfAnotherDocument() async throws {
        let result = try await TestDocument.tool().run(["demo", "--specs", "spec.json"])
        #expect(result.status == 0)
        #expect(result.output.contains(#"  config      pricing       {"price":9.5}"#))
        #expect(result.output.contains(#"  layer       shop          {"colour":"blue"}  group Test"#))
        #expect(result.errors.contains("dropped"))
    }

    @Test func nobodyReadingEndsQuietly() async throws {
        let tool = try CommandLineTool()
        try tool.write(try Fixture.bytes(DemoTests.sample), to: "spec.json")
        let (input, output, errors) = (Pipe(), Pipe(), Pipe())
        let status = try await tool.run(
            ["demo", "--specs", "spec.json"], input: input, output: output, errors: errors
        ) {
            try output.fileHandleForReading.close()
            // So that only the process itself still writes to it, and its end is seen.
            try errors.fileHandleForWriting.close()
        }
        #expect(status == 128 + 13)
        #expect(try errors.fileHandleForReading.readToEnd() ?? Data() == Data())
    }

    @Test func tellsWhatFails() async throws {
        let tool = try CommandLineTool()
        let noDocument = try await tool.run(["demo"])
        #expect(noDocument.status == 1)
        #expect(noDocument.output == "")
        #expect(
            noDocument.errors
                == "gatehouse: error: fixtures/sample/sample-dcs-v2.json isn't here: run this in a clone of the repository, "
                + "or give --specs FILE\n")
        let missing = try await tool.run(["demo", "--specs", "nowhere.json"])
        #expect(missing.status == 1)
        #expect(missing.errors == "gatehouse: error: nowhere.json: No such file or directory\n")
        try tool.write("{".utf8, to: "bad.json")
        let bad = try await tool.run(["demo", "--specs", "bad.json"])
        #expect(bad.status == 1)
        #expect(bad.errors.hasPrefix("gatehouse: error: bad.json: "))
        let wrong = try await tool.run(["demo", "--fast"])
        #expect(wrong.status == 2)
        #expect(wrong.errors == "gatehouse: error: unknown option '--fast' (see gatehouse demo --help)\n")
    }
}
