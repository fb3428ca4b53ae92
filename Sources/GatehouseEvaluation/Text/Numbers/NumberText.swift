// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Numbers to text and back, digit for digit as the reference does it.
///
/// Two texts exist for one number: the plain positional one every numeric user value takes (``display(_:into:)``) and
/// the one numbers have inside JSON text (``json(_:into:)``). Evaluation §2.2, §2.3.
package enum NumberText {
    /// Bytes that hold any result of ``display(_:into:)``.
    ///
    /// The longest are negative values around 2e-308: sign, `0.` and 324 decimal places.
    package static let displayCapacity = 344

    /// Bytes that hold any result of ``json(_:into:)``: at most a sign, 17 digits, a point and five more.
    package static let jsonCapacity = 32

    /// Bytes that hold any 64-bit integer in decimal.
    package static let decimalCapacity = 20
}

extension NumberText {
    /// Reads a float: optional sign, digits with an optional point, optional exponent; or `inf`, `infinity`, `nan`.
    ///
    /// Neither surrounding blanks nor separators nor hexadecimal are accepted. Out-of-range values become infinity or
    /// zero. Evaluation §2.3.
    package static func parseFloat(_ bytes: Span<UInt8>) -> Double? {
        guard !bytes.isEmpty else { return nil }
        let first = bytes[0]
        let isNegative = first == UInt8(ascii: "-")
        let start = isNegative || first == UInt8(ascii: "+") ? 1 : 0

        guard let decimal = Decimal(scanning: bytes, from: start) else {
            guard let magnitude = namedValue(bytes, from: start) else { return nil }
            return isNegative ? -magnitude : magnitude
        }
        if let magnitude = decimal.exactlyRounded {
            return isNegative ? -magnitude : magnitude
        }
        return parseLongFloat(bytes)
    }

    /// Reads an `Int64`: optional sign and ASCII digits; `nil` outside the range.
    ///
    /// Evaluation §2.3.
    package static func parseInt64(_ bytes: Span<UInt8>) -> Int64? {
        parseInteger(bytes)
    }

    /// Reads an `Int128`, the width of one part of a version.
    ///
    /// Evaluation §7.2.
    package static func parseInt128(_ bytes: Span<UInt8>) -> Int128? {
        // Version parts are short: 64-bit arithmetic does for up to 18 digits and a sign.
        if bytes.count < 19 {
            guard let part: Int64 = parseInteger(bytes) else { return nil }
            return Int128(part)
        }
        return parseInteger(bytes)
    }

    /// The integer view of a float: truncated to `Int64`, saturating, and kept only if it converts back to the same
    /// float.
    ///
    /// Evaluation §2.2.
    package static func truncatedInteger(_ value: Double) -> Int64? {
        guard !value.isNaN else { return nil }
        let limit = 0x1p63
        // 2^63 itself saturates to the largest integer, whose nearest float is 2^63 again.
        let integer = value >= limit ? Int64.max : value < -limit ? Int64.min : Int64(value)
        return Double(integer) == value ? integer : nil
    }

    @inline(__always)
    private static func parseInteger<Integer: FixedWidthInteger>(_ bytes: Span<UInt8>) -> Integer? {
        guard !bytes.isEmpty else { return nil }
        let first = bytes[0]
        let isNegative = first == UInt8(ascii: "-")
        var index = isNegative || first == UInt8(ascii: "+") ? 1 : 0
        guard index < bytes.count else { return nil }

        var result: Integer = 0
        while index < bytes.count {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            let (product, productOverflows) = result.multipliedReportingOverflow(by: 10)
            // Counting downwards when negative reaches the minimum, which has no positive counterpart.
            let (sum, sumOverflows) =
                isNegative
                ? product.subtractingReportingOverflow(Integer(truncatingIfNeeded: digit))
                : product.addingReportingOverflow(Integer(truncatingIfNeeded: digit))
            guard !productOverflows, !sumOverflows else { return nil }
            result = sum
            index += 1
        }
        return result
    }

    private static func namedValue(_ bytes: Span<UInt8>, from start: Int) -> Double? {
        let rest = bytes.extracting(start...)
        if equalsIgnoringCase(rest, "inf") || equalsIgnoringCase(rest, "infinity") { return .infinity }
        if equalsIgnoringCase(rest, "nan") { return .nan }
        return nil
    }

    private static func equalsIgnoringCase(_ bytes: Span<UInt8>, _ word: StaticString) -> Bool {
        guard bytes.count == word.utf8CodeUnitCount else { return false }
        for index in bytes.indices where bytes[index] | 0x20 != word.utf8Start[index] {
            return false
        }
        return true
    }

    /// The general case, for text whose grammar has been checked; allocates a string.
    @inline(never)
    private static func parseLongFloat(_ bytes: Span<UInt8>) -> Double? {
        bytes.withUnsafeBufferPointer { Double(String(decoding: $0, as: UTF8.self)) }
    }

    /// Unsigned decimal text: up to 19 significant digits and the power of ten they are multiplied by.
    struct Decimal {
        var significand: UInt64 = 0
        var exponent = 0
        var isTruncated = false

        init?(scanning bytes: Span<UInt8>, from start: Int) {
            var index = start
            var digits = scanDigits(bytes, &index, areFraction: false)
            if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
                index += 1
                digits += scanDigits(bytes, &index, areFraction: true)
            }
            guard digits > 0 else { return nil }
            if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
                index += 1
                guard let written = Self.scanExponent(bytes, &index) else { return nil }
                exponent += written
            }
            guard index == bytes.count else { return nil }
        }

        /// Takes the digits at `index` and returns how many there were.
        @inline(__always)
        private mutating func scanDigits(
            _ bytes: Span<UInt8>, _ index: inout Int, areFraction: Bool
        ) -> Int {
            let start = index
            while index < bytes.count {
                let digit = bytes[index] &- UInt8(ascii: "0")
                guard digit < 10 else { break }
                if significand < 1_000_000_000_000_000_000 {
                    significand = significand &* 10 &+ UInt64(digit)
                    if areFraction { exponent -= 1 }
                } else {
                    isTruncated = isTruncated || digit != 0
                    if !areFraction { exponent += 1 }
                }
                index += 1
            }
            return index - start
        }

        private static func scanExponent(_ bytes: Span<UInt8>, _ index: inout Int) -> Int? {
            var isNegative = false
            if index < bytes.count, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
                isNegative = bytes[index] == UInt8(ascii: "-")
                index += 1
            }
            let start = index
            var exponent = 0
            while index < bytes.count {
                let digit = bytes[index] &- UInt8(ascii: "0")
                guard digit < 10 else { break }
                // The reference stops counting here too; larger exponents decide nothing.
                if exponent < 0x10000 { exponent = exponent * 10 + Int(digit) }
                index += 1
            }
            guard index > start else { return nil }
            return isNegative ? -exponent : exponent
        }

        /// The nearest float, if one floating-point operation (or none) is sure to find it.
        ///
        /// A significand below 2^53 and a power of ten up to 10^22 are both exact, so that their product or quotient
        /// is rounded once.
        var exactlyRounded: Double? {
            if significand == 0 { return 0 }
            if exponent > 308 { return .infinity }
            if exponent < -344 { return 0 }
            guard significand <= 1 << 53, !isTruncated, exponent.magnitude <= 22 else { return nil }
            let power = exactPowerOfTen(Int(exponent.magnitude))
            return exponent < 0 ? Double(significand) / power : Double(significand) * power
        }
    }

    /// 10^exponent for 0...22, where every step of the multiplication is exact.
    static func exactPowerOfTen(_ exponent: Int) -> Double {
        var result = exponent & 1 != 0 ? 10.0 : 1.0
        if exponent & 2 != 0 { result *= 1e2 }
        if exponent & 4 != 0 { result *= 1e4 }
        if exponent & 8 != 0 { result *= 1e8 }
        if exponent & 16 != 0 { result *= 1e16 }
        return result
    }
}
