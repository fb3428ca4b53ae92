// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Testing

@Suite struct EvaluateOptionTests {
    @Test func readsTheEnvironment() async throws {
        let tool = try TestDocument.tool()
        #expect(try await gate("staging_only", tool, "--environment", "staging"))
        #expect(try await !gate("staging_only", tool, "--environment", "production"))
        #expect(try await !gate("staging_only", tool))
    }

    @Test func readsTheTime() async throws {
        let tool = try TestDocument.tool()
        #expect(try await gate("after_launch", tool, "--now", "1800000000001"))
        #expect(try await !gate("after_launch", tool, "--now", "1800000000000"))
        #expect(try await !gate("after_launch", tool, "--now", "-5"))
    }

    @Test func readsGlobalCustomFields() async throws {
        let tool = try TestDocument.tool()
        #expect(try await gate("new_checkout", tool, "--global-custom-fields", #"{"plan":"pro"}"#))
        #expect(try await !gate("new_checkout", tool, "--global-custom-fields", #"{"plan":"free"}"#))
    }

    @Test func readsIDLists() async throws {
        let tool = try TestDocument.tool()
        #expect(try await !gate("listed", tool))
        try tool.write("+\(Self.hashOfU1)\n".utf8, to: "lists/other")
        try tool.write("-abcdefgh\n+u9u9u9u9\n".utf8, to: "lists/beta")
        try tool.write([], to: "lists/folder/file")
        #expect(try await !gate("listed", tool, "--id-lists", "lists"))
        try tool.write("+\(Self.hashOfU1)\n".utf8, to: "lists/beta")
        #expect(try await gate("listed", tool, "--id-lists", "lists"))
        #expect(try await gate("listed", tool, "--id-lists", "lists/"))
    }

    // base64(sha256("u1")), the first 8 characters.
    private static let hashOfU1 = "u4IDDbwr"

    /// The gate's value for the user `u1`.
    private func gate(_ name: String, _ tool: CommandLineTool, _ arguments: String...) async throws -> Bool {
        let result = try await tool.run(
            ["evaluate", "spec.json", "--user", #"{"userID":"u1"}"#, name, "--format", "jsonl"] + arguments)
        #expect(result.status == 0)
        return result.output.contains("\"name\":\"\(name)\",\"value\":true")
    }
}
