// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseCompression
import Testing

/// Files of users as other programs write them.
@Suite struct EvaluateInputTests {
    private static let users = (0..<5_000).map { "{\"userID\":\"user-\($0)\",\"custom\":{\"plan\":\"pro\"}}\n" }

    private func rows(_ bytes: [UInt8], standardInput: Bool = false) async throws -> CommandLineTool.Result {
        let tool = try TestDocument.tool()
        try tool.write(bytes, to: "users")
        return try await tool.evaluate("--users", "users", "new_checkout", "--format", "jsonl")
    }

    @Test func gzipIsDecompressed() async throws {
        let plain = Array(Self.users.joined().utf8)
        let expected = try await rows(plain)
        #expect(expected.status == 0 && expected.output.split(separator: "\n").count == 5_000)
        let whole = try #require(Gzip.compress(plain, .standard))
        // Two streams, one after the other, whose border is within a line.
        let (first, second) = (Array(plain[..<100_003]), Array(plain[100_003...]))
        let parts = try #require(Gzip.compress(first, .fastest)) + #require(Gzip.compress(second, .standard))
        let empty = try #require(Gzip.compress([], .fastest))
        for bytes in [whole, parts, empty + whole + empty] {
            let result = try await rows(bytes)
            #expect(result.status == 0 && result.output == expected.output)
        }
    }

    @Test func damagedGzipIsNamed() async throws {
        let whole = try #require(Gzip.compress(Array(Self.users.joined().utf8), .standard))
        let cut = try await rows(Array(whole.dropLast(20)))
        #expect(cut.status == 1 && cut.errors.contains("users: the gzip stream ends too early"))
        var broken = whole
        for index in (whole.count / 2)..<(whole.count / 2 + 40) { broken[index] = 0xff }
        let damaged = try await rows(broken)
        #expect(damaged.status == 1 && damaged.errors.contains("users: the gzip stream "))
        let trailing = try await rows(whole + Array("hello".utf8))
        #expect(trailing.status == 1 && trailing.errors.contains("users: the gzip stream is damaged"))
    }

    @Test func byteOrderMarkIsSkippedAndNamed() async throws {
        let plain = Array(Self.users.prefix(3).joined().utf8)
        let mark: [UInt8] = [0xef, 0xbb, 0xbf]
        for bytes in [mark + plain, try #require(Gzip.compress(mark + plain, .fastest))] {
            let result = try await rows(bytes)
            #expect(result.status == 0 && result.output.split(separator: "\n").count == 3)
            let warnings = result.errors.split(separator: "\n").filter { $0.contains("byte order mark") }
            #expect(warnings == ["gatehouse: warning: users: starts with a byte order mark, which is skipped"])
        }
        // Only at the start of the file.
        let later = try await rows(plain + mark + plain)
        #expect(later.status == 1 && later.output.split(separator: "\n").count == 5)
    }

    @Test(arguments: [[0xff, 0xfe, 0x7b, 0], [0xfe, 0xff, 0, 0x7b]] as [[UInt8]])
    func otherEncodingsAreNamed(bytes: [UInt8]) async throws {
        let result = try await rows(bytes)
        #expect(result.status == 1 && result.output.isEmpty)
        #expect(result.errors.contains("users: starts with the byte order mark of UTF-16"))
    }

    @Test(arguments: ["", "\n", "{}\n\n\n{}", "{}\r\n{}\r\n", "\u{FEFF}", "\u{FEFF}{}"])
    func shortFiles(text: String) async throws {
        let result = try await rows(Array(text.utf8))
        #expect(result.status == 0)
        #expect(result.output.split(separator: "\n").count == text.count { $0 == "{" })
    }
}
