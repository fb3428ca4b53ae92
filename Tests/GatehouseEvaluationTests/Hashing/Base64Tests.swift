// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import Testing

@Suite("Base64")
struct Base64Tests {
    @Test(
        "Text is padded to groups of four",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"), ("\u{3FF}", "z78="), ("~~~???", "fn5+Pz8/"),
        ])
    func encodes(text: String, expected: String) {
        let bytes = Array(text.utf8)
        #expect(Base64.encodedCount(bytes.count) == expected.utf8.count)
        #expect(Base64.text(of: bytes.span) == expected)
        #expect(encode(bytes, capacity: expected.utf8.count) == expected)
        #expect(encode(bytes, capacity: expected.utf8.count + 3) == expected)
        if !expected.isEmpty { #expect(encode(bytes, capacity: expected.utf8.count - 1) == "") }
    }

    @Test("The alphabet is read back", arguments: 0..<64 as Range<UInt8>)
    func alphabet(value: UInt8) {
        let text = Array(encode([value << 2, 0, 0], capacity: 4).utf8)
        #expect(text.first.flatMap(Base64.value) == value)
    }

    @Test("64 characters have a value")
    func otherCharacters() {
        #expect((UInt8.min...UInt8.max).count { Base64.value($0) != nil } == 64)
        #expect(Base64.value(UInt8(ascii: "=")) == nil)
    }

    @Test("The name of a client response is the text of a digest")
    func hashedName() {
        #expect(Base64.text(of: SHA256.digest("g").span) == "zQqphWFHtsW0/yt9/uXaIKo4JTCZ7xtKZKztIzya/ik=")
    }

    private func encode(_ bytes: [UInt8], capacity: Int) -> String {
        var output = [UInt8](repeating: 0, count: capacity)
        let count = output.withUnsafeMutableBufferPointer { Base64.encode(bytes.span, into: $0) }
        return String(decoding: output[..<count], as: UTF8.self)
    }
}
