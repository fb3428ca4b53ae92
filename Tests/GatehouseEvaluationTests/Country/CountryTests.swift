// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import GatehouseEvaluation

/// Every expected country was obtained from the reference SDK.
@Suite("Country of an IPv4 address")
struct CountryTests {
    /// The country that a condition would see for a user's address; nil if none.
    private static func country(_ text: String) -> String? {
        let address = IPv4Text.address(of: Array(text.utf8).span)
        return address.flatMap { IP3Country().country(ofIPv4: $0)?.description }
    }

    private static func address(_ text: String) -> UInt32? {
        IPv4Text.address(of: Array(text.utf8).span)
    }

    @Test(
        "Known addresses",
        arguments: [
            ("8.8.8.8", "US"), ("9.9.9.9", "US"), ("1.1.1.1", "US"), ("81.2.69.142", "GB"), ("133.242.0.3", "JP"),
            ("200.160.2.3", "BR"), ("196.216.2.6", "MU"), ("202.12.29.175", "AU"), ("193.0.6.139", "NL"),
            ("141.1.1.1", "DE"),
        ])
    func known(_ text: String, _ expected: String) {
        #expect(Self.country(text) == expected)
    }

    @Test(
        "Addresses without a country",
        arguments: [
            "0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "192.168.1.1", "224.0.0.0", "255.255.255.255",
        ])
    func unassigned(_ text: String) {
        #expect(Self.country(text) == nil)
    }

    @Test(
        "Neighbours across the end of a range",
        arguments: [
            ("0.255.255.255", nil), ("1.0.0.0", "US"), ("1.0.0.255", "US"), ("1.0.1.0", "CN"),
            ("223.255.255.255", "AU"), ("224.0.0.0", nil),
        ] as [(String, String?)])
    func boundary(_ text: String, _ expected: String?) {
        #expect(Self.country(text) == expected)
    }

    @Test(
        "Lenient forms of 8.8.8.8",
        arguments: [
            "+8.+8.+8.+8", "008.08.8.0000008", "00000000000000000000000000000008.8.8.8", "0.0.0.134744072",
            "0.0.526344.8", "9.-248.8.8", "-1.2312.8.8",
            // Parts that only fit because the sum wraps around at 64 bits.
            "1099511627784.8.8.8", "-9223372036854775808.0.0.134744072",
        ])
    func lenient(_ text: String) {
        #expect(Self.address(text) == 0x0808_0808)
        #expect(Self.country(text) == "US")
    }

    @Test(
        "Texts that are not four numbers",
        arguments: [
            "", ".", "...", "....", "8", "8.8.8", "8.8.8.8.", ".8.8.8.8", "8.8.8.8.8", "8..8.8", " 8.8.8.8", "8.8.8.8 ",
            "+.1.1.1", "-.1.1.1", "--1.1.1.1", "+-1.1.1.1", "1-.1.1.1", "8.8.8.0x8", "8.8.8.8e0", "8.8.8.8/24",
            "8,8,8,8", "a.b.c.d", "８.8.8.8", "::1", "::ffff:8.8.8.8", "8.8.8.8\n", "1.1.1.9223372036854775808",
            "0.0.0.-9223372036854775809", "99999999999999999999.1.1.1",
        ])
    func malformed(_ text: String) {
        #expect(Self.address(text) == nil)
    }

    @Test(
        "A number below zero counts as the lowest address",
        arguments: [
            "-1.0.0.0", "0.0.0.-1", "-5.-5.-5.-5", "1.1.1.9223372036854775807", "0.0.0.-9223372036854775808",
            "549755813888.0.0.0",
        ])
    func negative(_ text: String) {
        #expect(Self.address(text) == 0)
        #expect(Self.country(text) == nil)
    }

    @Test(
        "A number above the highest address has no country",
        arguments: ["256.0.0.0", "255.255.255.256", "0.0.0.4294967296", "0.0.0.9223372036854775807"])
    func tooLarge(_ text: String) {
        #expect(Self.address(text) == nil)
    }

    @Test("The numbers next to the limits")
    func limits() {
        #expect(Self.address("0.0.0.-0") == 0)
        #expect(Self.address("255.255.255.255") == .max)
        #expect(Self.address("0.0.0.4294967295") == .max)
        #expect(Self.address("0.256.0.0") == 0x0100_0000)
    }

    @Test("Bytes that are not UTF-8 are no address")
    func invalidUTF8() {
        let bytes: [UInt8] = [0x38, 0x2E, 0xFF, 0x2E, 0x38, 0x2E, 0x38]
        #expect(IPv4Text.address(of: bytes.span) == nil)
    }
}

@Suite("Country codes")
struct CountryCodeTests {
    @Test("Two letters or digits make a code, as written", arguments: ["US", "de", "T1", "00"])
    func valid(_ text: String) {
        #expect(CountryCode(text)?.description == text)
    }

    @Test("Other texts make none", arguments: ["", "U", "USA", "--", "U ", "é", "ÜS", "Ü", "U\0"])
    func invalid(_ text: String) {
        #expect(CountryCode(text) == nil)
    }

    @Test("Codes are equal if their texts are")
    func equality() {
        #expect(CountryCode("US") == CountryCode("US"))
        #expect(CountryCode("US") != CountryCode("us"))
    }
}

@Suite("Embedded country table")
struct CountryTableTests {
    @Test("The ranges follow the index, cover all addresses, and name codes of the table")
    func ranges() throws {
        let table = try #require(CountryTable())
        var start: UInt32 = 0
        var offset = 0
        var count = 0
        var previous: Int?
        var faults = 0
        while true {
            if count.isMultiple(of: CountryTable.blockLength), count < table.rangeCount {
                let block = count / CountryTable.blockLength
                if table.start(ofBlock: block) != start || table.streamOffset(ofBlock: block) != offset { faults += 1 }
            }
            guard let range = table.nextRange(at: &offset) else { break }
            if range.length == 0 || range.code == previous || range.code >= table.codeCount { faults += 1 }
            previous = range.code
            count += 1
            start += range.length
        }
        #expect(faults == 0)
        #expect(start == 1 << 24)
        #expect(count == table.rangeCount)
        #expect(table.blockCount == (count + CountryTable.blockLength - 1) / CountryTable.blockLength)
    }

    @Test("Only the first code stands for no country; the others ascend")
    func codes() throws {
        let table = try #require(CountryTable())
        #expect(table.code(0) == nil)
        #expect(table.code(-1) == nil)
        #expect(table.code(table.codeCount) == nil)
        let codes = (1..<table.codeCount).compactMap { table.code($0)?.description }
        #expect(codes.count == table.codeCount - 1)
        #expect(codes == Set(codes).sorted())
        #expect(codes.allSatisfy { $0.utf8.allSatisfy { (0x41...0x5A).contains($0) } })
    }

    @Test("A search finds the range that a walk from the beginning passes")
    func search() throws {
        let table = try #require(CountryTable())
        var start: UInt32 = 0
        var offset = 0
        var faults = 0
        while let range = table.nextRange(at: &offset) {
            let end = start + range.length
            if table.codeNumber(ofIPv4: start << 8) != range.code { faults += 1 }
            if table.codeNumber(ofIPv4: (end - 1) << 8 | 0xFF) != range.code { faults += 1 }
            start = end
        }
        #expect(faults == 0)
    }
}
