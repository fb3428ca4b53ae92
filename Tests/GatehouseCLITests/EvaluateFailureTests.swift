// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite struct EvaluateFailureTests {
    /// The two ways to be called wrongly: the parser's and the command's.
    @Test(arguments: [
        ["evaluate"],
        ["evaluate", "spec.json"],
        ["evaluate", "spec.json", "name"],
        ["evaluate", "spec.json", "--user", "{}", "--users", "users.jsonl"],
        ["evaluate", "spec.json", "--user", "{}", "-"],
        ["evaluate", "spec.json", "--users", "users.jsonl", "-"],
        ["evaluate", "spec.json", "--user"],
        ["evaluate", "spec.json", "--user", "{}", "--format", "xml"],
        ["evaluate", "spec.json", "--user", "{}", "--now", "noon"],
        ["evaluate", "spec.json", "--user", "{}", "--verbose"],
        ["measure"],
    ])
    func usageIsReportedInOneLine(arguments: [String]) async throws {
        let result = try await TestDocument.tool().run(arguments)
        #expect(result.status == 2)
        #expect(result.output.isEmpty)
        #expect(result.errors.hasPrefix("gatehouse: error: "))
        #expect(result.errors.split(separator: "\n").count == 1)
    }

    @Test(arguments: [["--help"], ["evaluate", "--help"], ["--version"], ["help", "evaluate"], []])
    func helpIsNoError(arguments: [String]) async throws {
        let result = try await TestDocument.tool().run(arguments)
        #expect(result.status == 0)
        #expect(!result.output.isEmpty)
        #expect(result.errors.isEmpty)
    }

    @Test(arguments: [
        (["nowhere.json", "--user", "{}"], "nowhere.json: No such file or directory"),
        ([".", "--user", "{}"], ".: Is a directory"),
        (["bad.json", "--user", "{}"], "bad.json: line 2, column 7: "),
        (["empty.json", "--user", "{}"], "empty.json: line 1, column 1: "),
        (["good.json", "--users", "nowhere"], "nowhere: No such file or directory"),
        (["good.json", "--user", "{"], "--user: line 1, column 2: "),
        (["good.json", "--user", "[]"], "--user: "),
        (["good.json", "--user", ""], "--user: "),
        (["good.json", "--user", "{}", "--id-lists", "nowhere"], "nowhere: No such file or directory"),
        (["good.json", "--user", "{}", "--id-lists", "good.json"], "good.json: Not a directory"),
        (["good.json", "--user", "{}", "--global-custom-fields", "[]"], "--global-custom-fields: expected"),
        (["good.json", "--user", "{}", "--global-custom-fields", ""], "--global-custom-fields: column 1: "),
        (["good.json", "--user", "{}", "--global-custom-fields", "{} x"], "--global-custom-fields: column 4: "),
    ])
    func badInputIsReportedInOneLine(arguments: [String], message: String) async throws {
        let tool = try CommandLineTool()
        let good = """
            {"has_updates": true, "time": 1, "condition_map": {}, "dynamic_configs": {}, "layer_configs": {},
             "experiment_to_layer": {}, "feature_gates": {}}
            """
        try tool.write(good.utf8, to: "good.json")
        try tool.write("{\n \"a\": oops}".utf8, to: "bad.json")
        try tool.write([], to: "empty.json")
        let result = try await tool.run(["evaluate"] + arguments)
        #expect(result.status == 1)
        #expect(result.output.isEmpty)
        #expect(result.errors.hasPrefix("gatehouse: error: \(message)"))
        #expect(result.errors.split(separator: "\n").count == 1)
    }

    @Test(arguments: [
        (Array(#"{"custom": []}"#.utf8), "users:3:12: custom: "),
        (Array(#"{"userID": "\ud800"}"#.utf8), "users:3:13: "),
        ([0x7B, 0x22, 0x61, 0xFF, 0x22, 0x3A, 0x31, 0x7D], "users:3:4: "),
        (Array(#"{"userID": "a"} {}"#.utf8), "users:3:17: "),
        (Array("null".utf8), "users:3:1: "),
        (Array(String(repeating: "[", count: 100_000).utf8), "users:3:"),
    ])
    func badUserIsLeftOut(line: [UInt8], message: String) async throws {
        let tool = try TestDocument.tool()
        try tool.write(Array("{\"userID\":\"a\"}\n \n".utf8) + line + Array("\n{}\n".utf8), to: "users")
        let result = try await tool.evaluate("--users", "users", "new_checkout", "--format", "jsonl")
        #expect(result.status == 1)
        #expect(result.output.split(separator: "\n").count == 2)
        let errors = result.errors.split(separator: "\n")
        #expect(errors.count == 3)
        #expect(errors.dropFirst().first?.hasPrefix("gatehouse: error: \(message)") == true)
        #expect(errors.last == "gatehouse: error: 1 line isn't a user and was left out")
    }

    @Test func badUsersAreCounted() async throws {
        let tool = try TestDocument.tool()
        let lines = (0..<100).map { $0 % 2 == 0 ? "{\"userID\":\"u\($0)\"}" : "oops" }
        try tool.write(lines.joined(separator: "\n").utf8, to: "users")
        let result = try await tool.evaluate("--users", "users", "new_checkout", "--format", "jsonl")
        #expect(result.status == 1)
        #expect(result.output.split(separator: "\n").count == 50)
        let errors = result.errors.split(separator: "\n").filter { $0.contains("error") }
        #expect(errors.count == 21)
        #expect(errors.last == "gatehouse: error: 50 lines aren't users and were left out")
    }

    @Test func standardInputIsNamed() async throws {
        let result = try await TestDocument.tool().evaluate("-", input: "{\n")
        #expect(result.status == 1)
        #expect(result.errors.contains("gatehouse: error: standard input:1:2: "))
    }

    @Test(arguments: ["table", "json", "jsonl"])
    func unknownNamesAreReportedBehindTheOthers(format: String) async throws {
        let result = try await TestDocument.tool().evaluate(
            "--user", "{}", "NEW_CHECKUOT", "new_checkout", "mystery", "--format", format)
        #expect(result.status == 1)
        #expect(result.output.contains("new_checkout"))
        let errors = result.errors.split(separator: "\n").filter { $0.contains("error") }
        #expect(
            errors == [
                #"gatehouse: error: spec.json: no entity is named "NEW_CHECKUOT"; did you mean "new_checkout"?"#,
                #"gatehouse: error: spec.json: no entity is named "mystery""#,
            ])
    }

    @Test func nobodyReadingEndsQuietly() async throws {
        let tool = try TestDocument.tool()
        let users = String(repeating: "{\"userID\":\"a\"}\n", count: 20_000)
        try tool.write(users.utf8, to: "users")
        let (input, output, errors) = (Pipe(), Pipe(), Pipe())
        let arguments = ["evaluate", "spec.json", "--users", "users", "--format", "jsonl"]
        let status = try await tool.run(arguments, input: input, output: output, errors: errors) {
            try input.fileHandleForWriting.close()
            _ = try output.fileHandleForReading.read(upToCount: 10)
            try output.fileHandleForReading.close()
        }
        // SIGPIPE, or what stands for it where the signal is ignored.
        #expect(status == 128 + 13)
        let text = String(decoding: errors.fileHandleForReading.availableData, as: UTF8.self)
        #expect(text.split(separator: "\n").count == 1)
        #expect(text.hasPrefix("gatehouse: warning: spec.json: dropped"))
    }

    @Test func progressIsShownWhenItTakesLong() async throws {
        let tool = try TestDocument.tool()
        let (input, output, errors) = (Pipe(), Pipe(), Pipe())
        let arguments = ["evaluate", "spec.json", "-", "new_checkout", "--format", "jsonl"]
        let status = try await tool.run(arguments, input: input, output: output, errors: errors) {
            try input.fileHandleForWriting.write(contentsOf: Data("{}\n".utf8))
            // A user's rows come before the next user does.
            _ = try output.fileHandleForReading.read(upToCount: 10)
            Thread.sleep(forTimeInterval: 2.1)
            try input.fileHandleForWriting.write(contentsOf: Data("{}\n".utf8))
            try input.fileHandleForWriting.close()
        }
        #expect(status == 0)
        let text = String(decoding: errors.fileHandleForReading.availableData, as: UTF8.self)
        #expect(text.split(separator: "\n").dropFirst() == ["gatehouse: 2 users, 2 rows"])
    }
}
