// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import Testing

/// Expected values are those of `str::to_lowercase` in Rust 1.95 (Unicode 17).
@Suite("Lower-casing")
struct LowercaseTests {
    @Test(
        "Text is lower-cased scalar by scalar",
        arguments: [
            ("", ""), ("abc", "abc"), ("ABC xyz 09", "abc xyz 09"), ("@AZ[`az{", "@az[`az{"),
            ("User@Example.COM", "user@example.com"), ("ÀÉÎÕÜ×ÞŸ", "àéîõü×þÿ"), ("ПРИВЕТ", "привет"), ("ΑΒΓ", "αβγ"),
            ("\u{130}", "i\u{307}"), ("I\u{307}", "i\u{307}"), ("ı", "ı"), ("\u{212A}", "k"), ("\u{212B}", "å"),
            ("\u{2126}", "ω"), ("STRASSE", "strasse"), ("straße", "straße"), ("\u{1E9E}", "ß"), ("ǅ", "ǆ"), ("Ⅷ", "ⅷ"),
            ("Ⓐ", "ⓐ"), ("\u{10400}", "\u{10428}"), ("\u{1E900}", "\u{1E922}"), ("東京 SEOUL 서울", "東京 seoul 서울"),
            ("😀A", "😀a"), ("\u{13A0}", "\u{AB70}"), ("\u{10A0}", "\u{2D00}"), ("\u{1C90}", "\u{10D0}"),
            ("E\u{301}", "e\u{301}"), ("\u{A7CB}", "\u{264}"), ("\u{A7CE}", "\u{A7CF}"),
        ])
    func lowercases(text: String, expected: String) {
        #expect(lowercased(text) == Array(expected.utf8))
    }

    @Test(
        "A capital sigma is final after a cased scalar and before none, not counting ignorable ones",
        arguments: [
            ("ΟΔΟΣ", "οδος"), ("Σ", "σ"), ("ΑΣ", "ας"), ("ΣΑ", "σα"), ("ΑΣΑ", "ασα"), ("ΑΣ Α", "ας α"), ("Α Σ", "α σ"),
            ("aΣ", "aς"), ("1Σ", "1σ"), ("中Σ", "中σ"), ("ΑΣ1", "ας1"), ("Α.Σ", "α.ς"), ("ΑΣ.Α", "ασ.α"), ("ΑΣ.", "ας."),
            ("ΑΣ'Α", "ασ'α"), ("Α\u{301}Σ", "α\u{301}ς"), ("ΑΣ\u{301}", "ας\u{301}"), ("ΑΣ\u{301}Β", "ασ\u{301}β"),
            ("ΑΣΣ", "ασς"), ("ΣΣ", "σς"), ("Α\u{AD}Σ\u{AD}:\u{345}", "α\u{AD}ς\u{AD}:\u{345}"), ("ʰΣ", "ʰσ"),
            ("ⓐΣ", "ⓐς"),
            ("ΑΣ ΑΣ", "ας ας"), ("ΑΣ-ΑΣ", "ας-ας"), ("ΑΣ\u{1D400}", "ασ\u{1D400}"), ("\u{1D400}Σ", "\u{1D400}ς"),
            ("σΣς", "σσς"), ("ΑΣ:", "ας:"), ("ΑΣ:Β", "ασ:β"), (".Σ", ".σ"), ("İΣ", "i\u{307}ς"),
        ])
    func finalSigma(text: String, expected: String) {
        #expect(lowercased(text) == Array(expected.utf8))
    }

    @Test("All scalars together have the expected fingerprint")
    func everyScalar() {
        var changed = 0
        var fingerprint: UInt64 = 0xCBF2_9CE4_8422_2325
        var output: [UInt8] = []
        for value in 0...UInt32(0x10FFFF) {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let input = Array(UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            output.removeAll(keepingCapacity: true)
            input.withUnsafeBufferPointer { Lowercase.append(lowercasing: $0, to: &output) }
            if output != input { changed += 1 }
            for byte in output { fingerprint = (fingerprint ^ UInt64(byte)) &* 0x100_0000_01B3 }
        }
        #expect(changed == 1488)
        #expect(fingerprint == 0xDCD1_E661_3482_68CC)
    }

    @Test("Output is appended to what is there")
    func appends() {
        var output = Array("AB".utf8)
        Array("CDÉF".utf8).withUnsafeBufferPointer { Lowercase.append(lowercasing: $0, to: &output) }
        Array("GHIJKLMNOPQRSTUVW".utf8).withUnsafeBufferPointer { Lowercase.append(lowercasing: $0, to: &output) }
        #expect(output == Array("ABcdéfghijklmnopqrstuvw".utf8))
    }

    @Test(
        "Malformed bytes are kept and do not disturb their neighbours",
        arguments: [
            ([0x41, 0xFF, 0x42], [0x61, 0xFF, 0x62]), ([0xC3], [0xC3]), ([0x41, 0xE2, 0x84], [0x61, 0xE2, 0x84]),
            ([0xED, 0xA0, 0x80, 0x5A], [0xED, 0xA0, 0x80, 0x7A]), ([0x80, 0xC3, 0x89], [0x80, 0xC3, 0xA9]),
            ([0xFF, 0xCE, 0xA3], [0xFF, 0xCF, 0x83]),
            ([0x41, 0xCE, 0xA3, 0xFF, 0x41], [0x61, 0xCF, 0x82, 0xFF, 0x61]),
        ] as [([UInt8], [UInt8])])
    func keepsMalformedBytes(input: [UInt8], expected: [UInt8]) {
        var output: [UInt8] = []
        input.withUnsafeBufferPointer { Lowercase.append(lowercasing: $0, to: &output) }
        #expect(output == expected)
    }

    @Test("ASCII text of every length is lower-cased in place of words", arguments: 0...40)
    func asciiLengths(length: Int) {
        // All ASCII bytes pass every position of a word.
        for first in stride(from: 0, to: 128, by: 8) {
            let input = (0..<length).map { UInt8((first + $0) % 128) }
            let expected = input.map { 0x41...0x5A ~= $0 ? $0 + 32 : $0 }
            var output = [UInt8](repeating: 0xEE, count: length + 1)
            let isASCII = input.withUnsafeBufferPointer { source in
                output.withUnsafeMutableBufferPointer { Lowercase.ascii(source, into: $0) }
            }
            #expect(isASCII)
            #expect(output == expected + [0xEE])
            #expect(input.withUnsafeBufferPointer(Lowercase.isASCII))
        }
    }

    @Test("A non-ASCII byte at any position is found", arguments: 0..<24)
    func findsNonASCII(position: Int) {
        var input = [UInt8](repeating: 0x41, count: 24)
        input[position] = 0x80
        var output = [UInt8](repeating: 0, count: 24)
        let isASCII = input.withUnsafeBufferPointer { source in
            output.withUnsafeMutableBufferPointer { Lowercase.ascii(source, into: $0) }
        }
        #expect(!isASCII)
        #expect(!input.withUnsafeBufferPointer(Lowercase.isASCII))
    }

    @Test("A buffer that is too small is refused")
    func refusesSmallBuffer() {
        let input = Array("ABC".utf8)
        var output: [UInt8] = [0, 0]
        let isASCII = input.withUnsafeBufferPointer { source in
            output.withUnsafeMutableBufferPointer { Lowercase.ascii(source, into: $0) }
        }
        #expect(!isASCII)
    }

    private func lowercased(_ text: String) -> [UInt8] {
        var output: [UInt8] = []
        Array(text.utf8).withUnsafeBufferPointer { Lowercase.append(lowercasing: $0, to: &output) }
        return output
    }
}
