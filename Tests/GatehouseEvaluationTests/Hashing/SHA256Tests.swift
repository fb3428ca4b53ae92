// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import Testing

@Suite("SHA-256")
struct SHA256Tests {
    /// Messages and digests of the NIST examples and additional byte vectors for SHA-256.
    private static let vectors: [(message: [UInt8], digest: String)] = [
        ([], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (Array("abc".utf8), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            Array(
                ("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
                    + "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu").utf8),
            "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
        ),
        ([0xD3], "28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1"),
        ([0x11, 0xAF], "5ca7133fa735326081558ac312c620eeca9970d1e70a4b95533d956f072d1f98"),
        ([0xBD], "68325720aabd7c82f30f554b313d0570c95accbb7dc4b5aae11204c08ffe732b"),
        ([0xC9, 0x8C, 0x8E, 0x55], "7abc22c0ae5af26ce93dbb94433a0e0b2e119d014f8e7f65bd56c61ccccd9504"),
        (zeros(55), "02779466cdec163811d078815c633f21901413081449002f24aa3e80f0b88ef7"),
        (zeros(56), "d4817aa5497628e7c77e6b606107042bbba3130888c5f47a375e6179be789fbb"),
        (zeros(57), "65a16cb7861335d5ace3c60718b5052e44660726da4cd13bb745381b235a1785"),
        (zeros(64), "f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b"),
        (zeros(1000), "541b3e9daa09b20bf85fa273e5cbd3e80185aa4ec298e765db87742b70138a53"),
        (
            [UInt8](repeating: 0x41, count: 1000),
            "c2e686823489ced2017f6059b8b239318b6364f6dcd835d0a519105a1eadd6e4"
        ),
        (
            [UInt8](repeating: 0x55, count: 1005),
            "f4d62ddec0f3dd90ea1380fa16a5ff8dc4c54b21740650f24afc4120903552b0"
        ),
        (zeros(1_000_000), "d29751f2649b32ff572b5e0a9f541ea660a50f94ff0beedfb0b692b924cc8025"),
        (
            [UInt8](repeating: 0x61, count: 1_000_000),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        ),
    ]

    @Test("A message whose start was hashed ahead comes to the same", arguments: 0...200)
    func startHashedAhead(_ count: Int) {
        let first = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37) }
        first.withUnsafeBufferPointer { first in
            guard let start = SHA256.Start(first.span) else { return #expect(count < 64) }
            #expect(count >= 64)
            for length in [0, 1, 8, 36, 40, 54, 55, 56, 63, 64, 65, 118, 119, 120, 128, 300] {
                let second = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 101) }
                second.withUnsafeBufferPointer { second in
                    #expect(
                        SHA256.prefix64(first, startingAs: start, second) == SHA256.portablePrefix64(first, second))
                }
            }
        }
    }

    @Test("Published vectors come out on the processor's and on the portable path", arguments: vectors.indices)
    func publishedVectors(index: Int) {
        let (message, expected) = Self.vectors[index]
        #expect(hexadecimal(digest(message)) == expected)
        #expect(hexadecimal(portableDigest(message)) == expected)
        #expect(prefix(message, []) == UInt64(expected.prefix(16), radix: 16))
    }

    @Test("Both paths agree on every length up to 200 bytes", arguments: 0...200)
    func lengths(length: Int) {
        let message = Self.pattern(length)
        let expected = portableDigest(message)
        #expect(digest(message) == expected)
        #expect(prefix(message, []) == Self.leading64(expected))
        #expect(portablePrefix(message, []) == Self.leading64(expected))
    }

    @Test("A message may be split anywhere", arguments: [0, 1, 2, 54, 55, 56, 57, 63, 64, 65, 110, 119, 120, 128, 200])
    func splits(length: Int) {
        let message = Self.pattern(length)
        let expected = Self.leading64(digest(message))
        for split in 0...length {
            let first = Array(message[..<split])
            let second = Array(message[split...])
            #expect(prefix(first, second) == expected)
            #expect(portablePrefix(first, second) == expected)
        }
    }

    @Test("Absent pointers stand for empty text")
    func absentPointers() {
        let absent = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
        #expect(SHA256.prefix64(absent, absent) == 0xE3B0_C442_98FC_1C14)
        #expect(SHA256.portablePrefix64(absent, absent) == 0xE3B0_C442_98FC_1C14)
        let empty = SHA256.prefix64(Span())
        #expect(empty == 0xE3B0_C442_98FC_1C14)
        Array("abc123".utf8).withUnsafeBufferPointer {
            #expect(SHA256.prefix64($0, absent) % 1000 == 307)
            #expect(SHA256.prefix64(absent, $0) % 1000 == 307)
            #expect(SHA256.prefix64($0.span) % 1000 == 307)
        }
    }

    @Test(
        "Prefixes are big-endian",
        arguments: [("blargh", 0x0AC3_3512_D18E_20D5), ("unicode 🗻", 0xD460_740C_1295_9D83)] as [(String, UInt64)])
    func prefixes(text: String, expected: UInt64) {
        #expect(prefix(Array(text.utf8), []) == expected)
    }

    @Test("A digest needs 32 bytes of room")
    func smallOutput() {
        var output = [UInt8](repeating: 0xEE, count: 31)
        let message = Array("abc".utf8)
        output.withUnsafeMutableBufferPointer { SHA256.digest(message.span, into: $0) }
        #expect(output == [UInt8](repeating: 0xEE, count: 31))
    }

    @Test("Tasks hash independently of each other")
    func concurrentUse() async {
        let message = Self.pattern(100)
        let expected = Self.leading64(portableDigest(message))
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask { (0..<1000).allSatisfy { _ in prefix(message, []) == expected } }
            }
            for await isRight in group { #expect(isRight) }
        }
    }

    // MARK: Helpers

    private static func zeros(_ count: Int) -> [UInt8] {
        [UInt8](repeating: 0, count: count)
    }

    private static func pattern(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ count &* 13) }
    }

    private static func leading64(_ digest: [UInt8]) -> UInt64 {
        digest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    private func digest(_ message: [UInt8]) -> [UInt8] {
        SHA256.digest(message.span)
    }

    private func portableDigest(_ message: [UInt8]) -> [UInt8] {
        SHA256.portableDigest(message.span)
    }

    private func prefix(_ first: [UInt8], _ second: [UInt8]) -> UInt64 {
        first.withUnsafeBufferPointer { first in second.withUnsafeBufferPointer { SHA256.prefix64(first, $0) } }
    }

    private func portablePrefix(_ first: [UInt8], _ second: [UInt8]) -> UInt64 {
        first.withUnsafeBufferPointer { first in
            second.withUnsafeBufferPointer { SHA256.portablePrefix64(first, $0) }
        }
    }

    private func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
