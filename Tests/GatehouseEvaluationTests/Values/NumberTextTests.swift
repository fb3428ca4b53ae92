// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import Testing

/// Expected values are what `str::parse` and `Display` of Rust's standard library give; JSON texts were confirmed with
/// the reference SDK.
@Suite("Numbers and their text")
struct NumberTextTests {
    // MARK: Reading floats

    @Test(
        "Text in the float grammar is read as the nearest float",
        arguments: [
            ("0", 0.0), ("5", 5), ("+5", 5), ("-5", -5), (".5", 0.5), ("5.", 5), ("+.5", 0.5), ("-5.", -5),
            ("00005", 5), ("5e0", 5), ("1e5", 1e5), ("1E5", 1e5), ("1e+5", 1e5), ("1e-5", 1e-5), (".5e3", 500),
            ("5.e3", 5000), ("19.99", 19.99), ("0.1", 0.1), ("3.141592653589793", .pi), ("1e22", 1e22),
            ("1e23", 0x1.52d02c7e14af6p+76), ("8.5e22", 0x1.1ffdbf6b2b2ebp+76),
            ("123456789012345678e5", 1.2345678901234568e22),
            ("9007199254740993", 0x1p53), ("9007199254740992.99999999999999999999", 0x1p53),
            ("9007199254740993.00000000000000000001", 0x1.0000000000001p53),
            ("0.30000000000000004", 0x1.3333333333334p-2), ("12345.678e-20", 1.2345678e-16),
            ("2.4703282292062328e-324", .leastNonzeroMagnitude), ("5e-324", .leastNonzeroMagnitude),
            ("2.2250738585072011e-308", Double.leastNormalMagnitude.nextDown),
            ("2.2250738585072012e-308", .leastNormalMagnitude),
            ("1.797693134862315807e308", .greatestFiniteMagnitude),
            ("1000000000000000000000000000000e-30", 1), ("0.000000000000000000000000000001e30", 1),
        ])
    func readsFloat(text: String, expected: Double) {
        #expect(parseFloat(text) == expected)
    }

    @Test(
        "Text outside the range of floats becomes infinity or zero",
        arguments: [
            ("1e309", Double.infinity), ("-1e400", -.infinity), ("1.797693134862315808e308", .infinity),
            ("1e99999999999999999999", .infinity), ("1e-400", 0), ("2.4703282292062327e-324", 0),
            ("1e-99999999999999999999", 0), ("0e999999999999999999999", 0), ("inf", .infinity), ("+INF", .infinity),
            ("-Inf", -.infinity), ("infinity", .infinity), ("-Infinity", -.infinity),
        ])
    func readsExtremes(text: String, expected: Double) {
        #expect(parseFloat(text) == expected)
    }

    @Test("A minus sign in front of zero is kept", arguments: ["-0", "-0.0", "-0e5", "-1e-400"])
    func readsNegativeZero(text: String) {
        #expect(parseFloat(text)?.bitPattern == (-0.0).bitPattern)
    }

    @Test("NaN is read in any case and with a sign", arguments: ["nan", "NaN", "NAN", "-nan", "+NaN"])
    func readsNaN(text: String) {
        #expect(parseFloat(text)?.isNaN == true)
    }

    @Test(
        "Text outside the float grammar is no float",
        arguments: [
            "", "+", "-", ".", "+.", "-.", "e", "e5", ".e5", "1e", "1e+", "1e-", "0x10", "0x1p3", "1_000", "1,5", " 5",
            "5 ", "\t5", "5\n", "5\0", "--1", "+-1", "1-", "1.2.3", "1..2", "1.5e3.2", "1ee5", "1f", "true", "in",
            "infinit", "infinityx", "1inf", "nan(1)", "٣", "５", "\u{2212}5",
        ])
    func rejectsFloat(text: String) {
        #expect(parseFloat(text) == nil)
    }

    @Test(
        "Bytes that are not UTF-8 are no number",
        arguments: [[0xFF], [0x31, 0x80], [0xC3], [0x2D, 0xE2, 0x88]] as [[UInt8]])
    func rejectsMalformedText(bytes: [UInt8]) {
        #expect(NumberText.parseFloat(bytes.span) == nil)
        #expect(NumberText.parseInt64(bytes.span) == nil)
        #expect(NumberText.parseInt128(bytes.span) == nil)
    }

    @Test("Thousands of digits are read")
    func readsLongText() {
        #expect(parseFloat(String(repeating: "9", count: 2000)) == .infinity)
        #expect(parseFloat("0." + String(repeating: "0", count: 2000) + "1") == 0)
        #expect(parseFloat("0." + String(repeating: "0", count: 30_000) + "1e30000") == 0.1)
        #expect(parseFloat("1" + String(repeating: "0", count: 30_000) + "e-30000") == 1)
    }

    // MARK: Reading integers

    @Test(
        "Integer text is a sign and digits within 64 bits",
        arguments: [
            ("0", 0), ("-0", 0), ("+5", 5), ("-5", -5), ("007", 7), ("9223372036854775807", .max),
            ("+9223372036854775807", .max), ("-9223372036854775808", .min), ("9223372036854775808", nil),
            ("-9223372036854775809", nil), ("18446744073709551616", nil), ("0000000000000000000000000001", 1),
            ("", nil),
            ("+", nil), ("-", nil), ("--1", nil), ("+-1", nil), ("1.0", nil), ("1e3", nil), (" 1", nil), ("1 ", nil),
            ("٣", nil), ("0x1", nil),
        ] as [(String, Int64?)])
    func readsInteger(text: String, expected: Int64?) {
        #expect(withBytes(text, NumberText.parseInt64) == expected)
        if let expected { #expect(withBytes(text, NumberText.parseInt128) == Int128(expected)) }
    }

    @Test(
        "Version parts are integers within 128 bits",
        arguments: [
            ("9223372036854775808", Int128(Int64.max) + 1), ("170141183460469231731687303715884105727", .max),
            ("-170141183460469231731687303715884105728", .min), ("170141183460469231731687303715884105728", nil),
            ("-170141183460469231731687303715884105729", nil), ("", nil), ("+", nil), ("3+b", nil),
        ] as [(String, Int128?)])
    func readsWideInteger(text: String, expected: Int128?) {
        #expect(withBytes(text, NumberText.parseInt128) == expected)
    }

    @Test(
        "A float has an integer view if truncation changes nothing",
        arguments: [
            (0, 0), (-0.0, 0), (1, 1), (-1, -1), (1.5, nil), (-0.5, nil), (1e15, 1_000_000_000_000_000),
            (0x1p53, 9_007_199_254_740_992), (0x1.fffffffffffffp62, 9_223_372_036_854_774_784), (0x1p63, .max),
            (-0x1p63, .min), (0x1.0000000000001p63, nil), (-0x1.0000000000001p63, nil), (1e300, nil), (.infinity, nil),
            (-.infinity, nil), (.nan, nil),
        ] as [(Double, Int64?)])
    func truncates(value: Double, expected: Int64?) {
        #expect(NumberText.truncatedInteger(value) == expected)
    }

    // MARK: Writing

    @Test(
        "The user-side text is positional and the JSON text keeps a point or an exponent",
        arguments: [
            (0, "0", "0.0"), (-0.0, "-0", "-0.0"), (1, "1", "1.0"), (1.5, "1.5", "1.5"), (-19.99, "-19.99", "-19.99"),
            (100.5, "100.5", "100.5"), (0.1, "0.1", "0.1"), (1200, "1200", "1200.0"),
            (0.30000000000000004, "0.30000000000000004", "0.30000000000000004"),
            (.pi, "3.141592653589793", "3.141592653589793"),
            (999999999999999.9, "999999999999999.9", "999999999999999.9"),
            (1e15, "1000000000000000", "1000000000000000.0"), (1e16, "10000000000000000", "1e16"),
            (0x1p53, "9007199254740992", "9007199254740992.0"),
            (123456789012345680, "123456789012345680", "1.2345678901234568e17"),
            (0x1p63, "9223372036854776000", "9.223372036854776e18"),
            (0x1p64, "18446744073709552000", "1.8446744073709552e19"),
            (1e21, "1000000000000000000000", "1e21"), (1e23, "100000000000000000000000", "1e23"),
            (0.001, "0.001", "0.001"), (0.00001, "0.00001", "0.00001"), (0.000012, "0.000012", "0.000012"),
            (0.000001, "0.000001", "1e-6"), (1e-7, "0.0000001", "1e-7"),
            (1.2345678e-16, "0.00000000000000012345678", "1.2345678e-16"),
        ])
    func writes(value: Double, display: String, json: String) {
        #expect(self.display(value) == display)
        #expect(self.json(value) == json)
        // What was written reads back as the value it came from.
        #expect(parseFloat(display)?.bitPattern == value.bitPattern)
        #expect(parseFloat(json)?.bitPattern == value.bitPattern)
    }

    @Test(
        "Of two shortest texts equally close, the user side takes the larger and JSON the even one",
        arguments: [
            (0x1p-25, "0.000000029802322387695313", "2.9802322387695312e-8"),
            (0x1.0000000000001p50, "1125899906842624.3", "1125899906842624.2"),
            (1000000000000000.25, "1000000000000000.3", "1000000000000000.2"),
            (-95781849388140.625, "-95781849388140.63", "-95781849388140.62"),
            (1125899906842624.75, "1125899906842624.8", "1125899906842624.8"),
        ])
    func breaksTies(value: Double, display: String, json: String) {
        #expect(self.display(value) == display)
        #expect(self.json(value) == json)
    }

    @Test("The largest and smallest floats are written in full")
    func writesExtremes() {
        let zeros = { String(repeating: "0", count: $0) }
        #expect(display(.greatestFiniteMagnitude) == "17976931348623157" + zeros(292))
        #expect(display(-.leastNonzeroMagnitude) == "-0." + zeros(323) + "5")
        #expect(display(-.leastNormalMagnitude) == "-0." + zeros(307) + "22250738585072014")
        #expect(json(-.greatestFiniteMagnitude) == "-1.7976931348623157e308")
        #expect(json(.leastNonzeroMagnitude) == "5e-324")
    }

    @Test("Infinities and NaN have a user-side text but are null in JSON")
    func writesNonFinite() {
        #expect(display(.infinity) == "inf")
        #expect(display(-.infinity) == "-inf")
        #expect(display(.nan) == "NaN")
        #expect(display(-.nan) == "NaN")
        #expect(json(.infinity) == "null")
        #expect(json(.nan) == "null")
    }

    @Test(
        "Integers are written in decimal", arguments: [0, 1, -1, 9, 10, 99, 100, 1_234_567_890, .max, .min] as [Int64])
    func writesIntegers(value: Int64) {
        #expect(written(NumberText.decimalCapacity) { NumberText.decimal(value, into: $0) } == "\(value)")
        let unsigned = UInt64(bitPattern: value)
        #expect(written(NumberText.decimalCapacity) { NumberText.decimal(unsigned, into: $0) } == "\(unsigned)")
    }

    @Test("A buffer that may be too small is left alone")
    func refusesSmallBuffers() {
        #expect(written(NumberText.displayCapacity - 1) { NumberText.display(1, into: $0) }.isEmpty)
        #expect(written(NumberText.jsonCapacity - 1) { NumberText.json(1, into: $0) }.isEmpty)
        #expect(written(NumberText.decimalCapacity - 1) { NumberText.decimal(Int64(1), into: $0) }.isEmpty)
    }

    @Test("Random floats survive both texts")
    func roundTrips() {
        var generator = SplitMix(state: 7)
        for _ in 0..<20_000 {
            let value = Double(bitPattern: generator.next())
            guard value.isFinite else { continue }
            #expect(parseFloat(display(value)) == value)
            #expect(parseFloat(json(value)) == value)
        }
    }

    // MARK: Helpers

    private func parseFloat(_ text: String) -> Double? {
        withBytes(text, NumberText.parseFloat)
    }

    private func display(_ value: Double) -> String {
        written(NumberText.displayCapacity) { NumberText.display(value, into: $0) }
    }

    private func json(_ value: Double) -> String {
        written(NumberText.jsonCapacity) { NumberText.json(value, into: $0) }
    }

    private func withBytes<Result>(_ text: String, _ body: (Span<UInt8>) -> Result) -> Result {
        body(Array(text.utf8).span)
    }

    private func written(_ capacity: Int, _ body: (UnsafeMutableBufferPointer<UInt8>) -> Int) -> String {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: capacity) { buffer in
            let count = body(buffer)
            return String(decoding: buffer[..<count], as: UTF8.self)
        }
    }
}

/// A reproducible source of bits.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
