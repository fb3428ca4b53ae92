// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import Testing

/// Every row was confirmed with the reference SDK on both sides of a time condition.
@Suite("Timestamps in text")
struct TimestampTests {
    @Test(
        "Integer text is a time as it stands, whatever its length",
        arguments: [
            ("5", 5), ("-5", -5), ("+5", 5), ("1672617600", 1_672_617_600), ("1672617600000", 1_672_617_600_000),
            ("01672617600000", 1_672_617_600_000), ("9223372036854775807", .max), ("-9223372036854775808", .min),
        ] as [(String, Int64)])
    func integers(text: String, milliseconds: Int64) {
        #expect(userSide(text) == milliseconds)
        #expect(targetSide(text) == milliseconds)
    }

    @Test(
        "Full dates and times with an offset",
        arguments: [
            ("2023-01-02T00:00:00Z", 1_672_617_600_000), ("2023-01-02t00:00:00z", 1_672_617_600_000),
            ("2023-01-02 00:00:00Z", 1_672_617_600_000), ("1969-12-31T23:59:59Z", -1000),
            ("0000-01-01T00:00:00Z", -62_167_219_200_000), ("9999-12-31T23:59:59Z", 253_402_300_799_000),
            ("2024-02-29T00:00:00Z", 1_709_164_800_000), ("2000-02-29T00:00:00Z", 951_782_400_000),
        ] as [(String, Int64)])
    func internetDates(text: String, milliseconds: Int64) {
        #expect(userSide(text) == milliseconds)
        #expect(targetSide(text) == milliseconds)
    }

    @Test(
        "Target values may have fractions and numeric offsets, which make user values too long",
        arguments: [
            ("2023-01-02T00:00:00.000Z", 1_672_617_600_000), ("2023-01-02T00:00:00.1Z", 1_672_617_600_100),
            ("2023-01-02T00:00:00.9999Z", 1_672_617_600_999),
            ("2023-01-02T00:00:00.123456789123456789Z", 1_672_617_600_123), ("1969-12-31T23:59:59.9999Z", -1),
            ("1969-12-31T23:59:59.0001Z", -1000), ("1960-06-01T10:11:12.3456Z", -302_449_727_655),
            ("2023-01-02T00:00:00+00:00", 1_672_617_600_000), ("2023-01-02T00:00:00-00:00", 1_672_617_600_000),
            ("2023-01-02T00:00:00+23:59", 1_672_531_260_000), ("2023-01-02T00:00:00-23:59", 1_672_703_940_000),
            ("2023-01-02T00:00:00\u{2212}05:30", 1_672_637_400_000),
            ("2023-01-02T00:00:00.5+01:00", 1_672_614_000_500), ("0000-01-01T00:00:00+23:59", -62_167_305_540_000),
            ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999),
        ] as [(String, Int64)])
    func longInternetDates(text: String, milliseconds: Int64) {
        #expect(userSide(text) == nil)
        #expect(targetSide(text) == milliseconds)
    }

    @Test(
        "Second 60 begins the next minute",
        arguments: [
            ("2023-01-02T00:00:60Z", 1_672_617_660_000), ("2023-01-02T23:59:60Z", 1_672_704_000_000),
            ("2023-01-02 00:00:60", 1_672_617_660_000), ("2023-01-02 12:12:60", 1_672_661_580_000),
            ("9999-12-31T23:59:60Z", 253_402_300_800_000),
        ] as [(String, Int64)])
    func leapSeconds(text: String, milliseconds: Int64) {
        #expect(userSide(text) == milliseconds)
        #expect(targetSide(text) == milliseconds)
    }

    @Test(
        "The lenient form takes unpadded numbers and white space in front of them",
        arguments: [
            ("2023-01-02 00:00:00", 1_672_617_600_000), ("2023-1-2 0:0:0", 1_672_617_600_000),
            ("2023-01-0200:00:00", 1_672_617_600_000), ("2023-1-0213:14:15", 1_672_665_255_000),
            (" 2023-01-02 00:00:00", 1_672_617_600_000), ("2023-01-02  00:00:00", 1_672_617_600_000),
            ("2023- 1- 2 3: 4: 5", 1_672_628_645_000), ("2023-1-2\u{1680}3:4:5", 1_672_628_645_000),
            ("2023-1-2\u{2003} 3:4:5", 1_672_628_645_000), ("2023-1-2 3:\u{85}4:5", 1_672_628_645_000),
            ("2023-1-\u{A0}2 3:4:5", 1_672_628_645_000), ("2023-1-2 3:4:\u{202F}5", 1_672_628_645_000),
            ("2023-1-2 3:4:\u{205F}5", 1_672_628_645_000), ("\u{3000}2023-1-2 3:4:5", 1_672_628_645_000),
            ("2023-\u{2028}1-2 3:4:5", 1_672_628_645_000), ("2023-1-2\r\n3:4:5", 1_672_628_645_000),
            ("2023-1-2\u{B}3:4:5", 1_672_628_645_000), ("1-1-1 0:0:00", -62_135_596_800_000),
            ("12-1-1 0:0:0", -61_788_528_000_000), ("123-1-1 0:0:0", -58_285_699_200_000),
            ("0-1-1 0:0:0", -62_167_219_200_000), ("0000-1-1 0:0:0", -62_167_219_200_000),
            ("2024-2-29 0:0:0", 1_709_164_800_000),
        ] as [(String, Int64)])
    func looseDates(text: String, milliseconds: Int64) {
        #expect(userSide(text) == milliseconds)
        #expect(targetSide(text) == milliseconds)
    }

    @Test(
        "Years may be signed, and then have any number of digits within the calendar",
        arguments: [
            ("+2023-1-1 0:0:0", 1_672_531_200_000), ("+02023-1-1 0:0:0", 1_672_531_200_000),
            ("-0-1-1 0:0:0", -62_167_219_200_000), ("-1-1-1 0:0:0", -62_198_755_200_000),
            ("-2023-1-1 0:0:0", -126_006_883_200_000), (" -2023-1-1 0:0:0", -126_006_883_200_000),
            ("+10000-1-1 0:0:0", 253_402_300_800_000), ("+99999-1-1 0:0:0", 3_093_496_444_800_000),
            ("+262142-12-31 0:0:0", 8_210_266_790_400_000), ("-262143-1-1 0:0:0", -8_334_601_228_800_000),
        ] as [(String, Int64)])
    func signedYears(text: String, milliseconds: Int64) {
        #expect(userSide(text) == milliseconds)
        #expect(targetSide(text) == milliseconds)
    }

    @Test(
        "Other text is no time",
        arguments: [
            "", "2023-1-23:4:5", "T", "12345678901234567890", "9223372036854775808", "1672617600000.0", "1e12",
            " 1672617600000", "1672617600000 ", "::::::::", "--------", "TTTTTTTT", "2023-01-02",
            "2023-01-02T00:00:00", "2023-01-02T00:00Z", "2023-01-02T0:00:00Z", "2023-01-02\t00:00:00Z",
            "2023-01-02  00:00:00Z", "2023-01-02T00:00:00 Z", " 2023-01-02T00:00:00Z", "2023-01-02T00:00:00Z ",
            "2023-01-02T00:00:00.Z", "2023-01-02T00:00:00,5Z", "2023-01-02T00:00:00+0000", "2023-01-02T00:00:00+00",
            "2023-01-02T00:00:00+5:30", "2023-01-02T00:00:00+24:00", "2023-01-02T00:00:00+23:60",
            "2023-01-02T00:00:00 +05:30", "2023-01-02T00:00:00UTC", "2023-01-02T00:00:61Z", "2023-01-02T00:60:00Z",
            "2023-01-02T24:00:00Z", "2023-00-02T00:00:00Z", "2023-13-02T00:00:00Z", "2023-01-00T00:00:00Z",
            "2023-01-32T00:00:00Z", "2023-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "-0001-01-01T00:00:00Z",
            "10000-01-01T00:00:00Z", "2023-01-02 00:00:61", "2023-01-02 24:00:00", "2023-01-02 0:60:0",
            "2023-01-02 00:00:00 ", "2023-01-02 00:00:00.5", "2023 -1-2 3:4:5", "2023-1 -2 3:4:5", "2023-1-2 3 :4:5",
            "2023-001-2 3:4:5", "2023-1-2 003:4:5", "2023-1-2 3:4:005", "2023-1-2T3:4:5", "2023-1-2 3:4",
            "2023-1-2\u{200B}3:4:5", "2023-1-2\u{180E}3:4:5", "2023-1-2\u{1F}3:4:5", "10000-1-1 0:0:0",
            "02023-1-1 0:0:0", "- 2023-1-1 0:0:0", "--2023-1-1 0:0:0", "+262143-1-1 0:0:0", "-262144-1-1 0:0:0",
            "+9223372036854775808-1-1 0:0:0", "2023-2-29 0:0:0", "1900-2-29 0:0:0", "2023-4-31 0:0:0",
            "2023-0-1 0:0:0", "2023-1-0 0:0:0", "2023-1-\u{662} 3:4:5", "2023/01/02 00:00:00", "20230102T000000Z",
            "Mon, 2 Jan 2023 00:00:00 GMT",
        ])
    func rejects(text: String) {
        #expect(userSide(text) == nil)
        #expect(targetSide(text) == nil)
    }

    @Test("User dates have 8 to 20 bytes")
    func limitsUserLength() {
        let date = "2023-1-2 3:4:5"
        let time: Int64 = 1_672_628_645_000
        let longest = String(repeating: " ", count: 20 - date.utf8.count) + date
        #expect(userSide(longest) == time)
        #expect(userSide(" " + longest) == nil)
        #expect(targetSide(" " + longest) == time)
        // Integers have no such limit.
        #expect(userSide(String(repeating: "0", count: 30) + "7") == 7)
        #expect(userSide("7") == 7)
    }

    @Test("Any number of digits may follow the sign of a year, as long as they fit")
    func longSignedYears() {
        let time: Int64 = 1_672_531_200_000
        #expect(targetSide("+" + String(repeating: "0", count: 40) + "2023-1-1 0:0:0") == time)
        #expect(targetSide("+99999999999999999999999-1-1 0:0:0") == nil)
        #expect(targetSide("-9223372036854775808-1-1 0:0:0") == nil)
    }

    @Test(
        "Bytes that are not UTF-8 are no time",
        arguments: [[0x20, 0xE2], [0xE2, 0x80], [0xC2], [0x32, 0x30, 0x32, 0x33, 0x2D, 0xC2]] as [[UInt8]])
    func rejectsMalformedText(prefix: [UInt8]) {
        (prefix + Array("2023-1-2 3:4:5".utf8)).withUnsafeBufferPointer {
            #expect(TimestampText.userSide($0) == nil)
            #expect(TimestampText.targetSide($0) == nil)
        }
    }

    @Test("Every day of five centuries is one day after the day before")
    func countsDays() {
        var previous = targetSide("1599-12-31T00:00:00Z")
        for year in 1600..<2100 {
            for month in 1...12 {
                let days = (28...31).last { targetSide("\(year)-\(month)-\($0) 0:0:0") != nil } ?? 0
                for day in 1...days {
                    let time = targetSide("\(year)-\(month)-\(day) 0:0:0")
                    #expect(time == previous.map { $0 + 86_400_000 })
                    previous = time
                }
            }
        }
        #expect(previous == targetSide("2099-12-31T00:00:00Z"))
    }

    private func userSide(_ text: String) -> Int64? {
        Array(text.utf8).withUnsafeBufferPointer(TimestampText.userSide)
    }

    private func targetSide(_ text: String) -> Int64? {
        Array(text.utf8).withUnsafeBufferPointer(TimestampText.targetSide)
    }
}
