// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import Testing

@Suite("DJB2")
struct DJB2Tests {
    @Test(
        "Scalars are hashed, not bytes or UTF-16 units",
        arguments: [
            ("", 0), ("g", 103), ("eg", 3234), ("ps", 3587), ("test_public", 3_968_762_550), ("é", 233),
            ("e\u{301}", 3900), ("日本語", 25_921_943), ("😀", 128_512), ("\u{FFFD}", 65_533), ("a\u{FFFD}b", 2_124_838),
            (String(repeating: "aé😀z", count: 20), 4_142_270_632),
        ] as [(String, UInt32)])
    func hashes(text: String, expected: UInt32) {
        #expect(hash(Array(text.utf8)) == expected)
        #expect(DJB2.hash(text) == expected)
    }

    @Test("Sums of hashes of key and value make the private-attributes hash")
    func privateAttributes() {
        #expect(hash(Array("a:1".utf8)) &+ hash(Array("b:x".utf8)) == 191_160)
    }

    @Test(
        "Malformed bytes count as replacement characters",
        arguments: [
            ([0x61, 0xFF, 0x62], 2_124_838), ([0x61, 0xFF, 0xFF, 0x62], 67_898_561),
            ([0x61, 0xE2, 0x82, 0x62], 2_124_838),
            ([0xC3], 65_533), ([0x80], 65_533),
        ] as [([UInt8], UInt32)])
    func malformedText(bytes: [UInt8], expected: UInt32) {
        #expect(hash(bytes) == expected)
    }

    private func hash(_ bytes: [UInt8]) -> UInt32 {
        DJB2.hash(bytes.span)
    }
}
