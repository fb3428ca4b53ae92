// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse
import Testing

@Suite("HTTP replies")
struct HTTPReplyTests {
    private func reply(_ body: some Sequence<UInt8>) -> HTTPReply {
        HTTPReply(status: 200, headers: [("A", "1"), ("a", "2"), ("B", "")], body: Array(body))
    }

    private let key = SDKKey("secret-a/b")

    @Test("Headers are found without regard to case, the first one first")
    func headers() {
        #expect(reply([])[header: "a"] == "1" && reply([])[header: "b"] == "" && reply([])[header: "c"] == nil)
    }

    @Test(
        "An excerpt is one line that can be printed",
        arguments: [
            ("", ""), ("plain", "plain"), ("a\r\nb\tc\nd", "a b c d"), ("\u{1B}[31mred\u{7F}\u{0}", "[31mred"),
            ("größer 😀", "größer 😀"), ("a\u{85}b\u{2028}c", "a b c"),
            (String(repeating: "x", count: 500), String(repeating: "x", count: 120)),
        ])
    func excerpts(body: String, expected: String) {
        #expect(reply(body.utf8).excerpt(without: key) == expected)
    }

    @Test("Bytes that aren't text have no excerpt")
    func binary() {
        #expect(reply([0xFF, 0xFE, 0x41]).excerpt(without: key) == "")
    }

    @Test("An excerpt isn't lost because it ends within a character")
    func cutCharacter() {
        #expect(reply((String(repeating: "x", count: 119) + "ö and more").utf8).excerpt(without: key).hasPrefix("xxx"))
    }

    @Test(
        "Where the key shows there is no excerpt",
        arguments: [
            "secret-a/b", "no such key: secret-a/b", "secret-a%2Fb", "x secret%2da%2fb", #"{"key":"secret-a\/b"}"#,
            String(repeating: "x", count: 115) + "secret-a/b",
        ])
    func key(body: String) {
        #expect(reply(body.utf8).excerpt(without: key) == "")
    }

    @Test("An excerpt has no characters that change how others look")
    func controls() {
        #expect(reply("a\u{9B}31mb\u{202E}c\u{200B}d".utf8).excerpt(without: key) == "a31mbcd")
    }
}
