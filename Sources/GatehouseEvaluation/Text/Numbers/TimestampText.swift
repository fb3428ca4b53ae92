// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Text to a point in time, in milliseconds since the Unix epoch.
///
/// Three forms are tried in this order: a plain integer, RFC 3339, and a lenient `Y-M-D h:m:s` taken as UTC. A date
/// alone is never a time. Evaluation §2.4.
package enum TimestampText {
    /// Reads a user's value.
    ///
    /// Dates longer than 20 bytes are not recognised, which excludes fractions of a second and numeric offsets in most
    /// spellings. Evaluation §2.4.
    package static func userSide(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
        if let integer = NumberText.parseInt64(bytes.span) { return integer }
        // Every user string passes here: most are turned away by their length or first bytes.
        guard 8...20 ~= bytes.count else { return nil }
        return date(bytes)
    }

    /// Reads a condition's target value, of any length.
    ///
    /// Evaluation §2.4.
    package static func targetSide(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
        NumberText.parseInt64(bytes.span) ?? date(bytes)
    }

    private static func date(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
        internetDate(bytes) ?? looseDate(bytes)
    }

    /// RFC 3339: fixed-width fields, `T`, `t` or a blank between date and time, any fraction, a mandatory offset.
    private static func internetDate(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
        guard bytes.count >= 20 else { return nil }
        var scanner = Scanner(bytes)
        guard let year = scanner.digits(exactly: 4), scanner.skip("-"),
            let month = scanner.digits(exactly: 2), scanner.skip("-"),
            let day = scanner.digits(exactly: 2), scanner.skip("T") || scanner.skip("t") || scanner.skip(" "),
            let hour = scanner.digits(exactly: 2), scanner.skip(":"),
            let minute = scanner.digits(exactly: 2), scanner.skip(":"),
            let second = scanner.digits(exactly: 2)
        else { return nil }

        var fraction: Int64 = 0
        if scanner.skip(".") {
            guard let milliseconds = scanner.fractionInMilliseconds() else { return nil }
            fraction = milliseconds
        }
        guard let offset = scanner.offsetInSeconds(), scanner.isAtEnd,
            let time = milliseconds(
                year: year, month: month, day: day, hour: hour, minute: minute, second: second)
        else { return nil }
        return time + fraction - offset * 1000
    }

    /// `Y-M-D h:m:s` in UTC, where numbers may be unpadded and preceded by white space and years may be signed.
    private static func looseDate(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
        var scanner = Scanner(bytes)
        guard let year = scanner.looseYear(), scanner.skip("-"),
            let month = scanner.looseNumber(), scanner.skip("-"),
            let day = scanner.looseNumber(),
            // White space before the hour is optional like before any other number.
            let hour = scanner.looseNumber(), scanner.skip(":"),
            let minute = scanner.looseNumber(), scanner.skip(":"),
            let second = scanner.looseNumber(), scanner.isAtEnd
        else { return nil }
        return milliseconds(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    }

    /// Milliseconds of a UTC date and time; `nil` if a field is out of range.
    ///
    /// Second 60 is accepted in any minute and is the first second of the next one.
    private static func milliseconds(
        year: Int64, month: Int64, day: Int64, hour: Int64, minute: Int64, second: Int64
    ) -> Int64? {
        // The years the reference's calendar can hold.
        guard -262_143...262_142 ~= year, 1...12 ~= month, 1...daysIn(month: month, year: year) ~= day,
            0...23 ~= hour, 0...59 ~= minute, 0...60 ~= second
        else { return nil }
        return (((daysSinceEpoch(year: year, month: month, day: day) * 24 + hour) * 60 + minute) * 60 + second) * 1000
    }

    private static func isLeap(_ year: Int64) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    private static func daysIn(month: Int64, year: Int64) -> Int64 {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days from 1970-01-01 in the proleptic Gregorian calendar.
    private static func daysSinceEpoch(year: Int64, month: Int64, day: Int64) -> Int64 {
        // Years begin in March here, so that the leap day is the last of its year; shifting by whole 400-year cycles
        // keeps the divisions away from negative numbers.
        let cycles: Int64 = 700
        let shiftedYear = (month <= 2 ? year - 1 : year) + cycles * 400
        let dayOfYear = (153 * (month <= 2 ? month + 9 : month - 3) + 2) / 5 + day - 1
        let days = shiftedYear * 365 + shiftedYear / 4 - shiftedYear / 100 + shiftedYear / 400 + dayOfYear
        let daysPerCycle: Int64 = 146_097
        let epoch: Int64 = 719_468
        return days - cycles * daysPerCycle - epoch
    }
}

extension TimestampText {
    /// A position in a text and the pieces that dates are made of.
    private struct Scanner {
        private let bytes: UnsafeBufferPointer<UInt8>
        private var index = 0

        init(_ bytes: UnsafeBufferPointer<UInt8>) {
            self.bytes = bytes
        }

        var isAtEnd: Bool { index == bytes.count }

        private var digit: Int64? {
            guard index < bytes.count else { return nil }
            let value = bytes[index] &- UInt8(ascii: "0")
            return value < 10 ? Int64(value) : nil
        }

        mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
            guard index < bytes.count, bytes[index] == UInt8(truncatingIfNeeded: scalar.value) else { return false }
            index += 1
            return true
        }

        mutating func digits(exactly count: Int) -> Int64? {
            let start = index
            let value = digits(upTo: count)
            return index - start == count ? value : nil
        }

        /// At least one digit and at most `limit`.
        private mutating func digits(upTo limit: Int) -> Int64? {
            guard var value = digit else { return nil }
            var taken = 1
            index += 1
            while taken < limit, let next = digit {
                let (product, productOverflows) = value.multipliedReportingOverflow(by: 10)
                let (sum, sumOverflows) = product.addingReportingOverflow(next)
                guard !productOverflows, !sumOverflows else { return nil }
                value = sum
                taken += 1
                index += 1
            }
            return value
        }

        mutating func looseNumber() -> Int64? {
            skipWhiteSpace()
            return digits(upTo: 2)
        }

        /// Up to four digits, or a sign and any number of them.
        mutating func looseYear() -> Int64? {
            skipWhiteSpace()
            if skip("-") { return digits(upTo: .max).map { -$0 } }
            return digits(upTo: skip("+") ? .max : 4)
        }

        mutating func fractionInMilliseconds() -> Int64? {
            guard digit != nil else { return nil }
            var value: Int64 = 0
            var unit: Int64 = 100
            while let next = digit {
                value += next * unit
                unit /= 10
                index += 1
            }
            return value
        }

        /// `Z`, `z` or a sign with hours and minutes; the sign may be U+2212 as ISO 8601 prefers.
        mutating func offsetInSeconds() -> Int64? {
            if skip("Z") || skip("z") { return 0 }
            let isNegative: Bool
            if skip("+") {
                isNegative = false
            } else if skip("-") || skipMinusSign() {
                isNegative = true
            } else {
                return nil
            }
            guard let hours = digits(exactly: 2), hours < 24, skip(":"),
                let minutes = digits(exactly: 2), minutes < 60
            else { return nil }
            let seconds = hours * 3600 + minutes * 60
            return isNegative ? -seconds : seconds
        }

        private mutating func skipMinusSign() -> Bool {
            guard bytes.count - index >= 3, bytes[index] == 0xE2, bytes[index + 1] == 0x88, bytes[index + 2] == 0x92
            else { return false }
            index += 3
            return true
        }

        /// Skips scalars of the Unicode property White_Space.
        private mutating func skipWhiteSpace() {
            while index < bytes.count {
                let width = whiteSpaceWidth()
                guard width > 0 else { return }
                index += width
            }
        }

        /// Length of the white space scalar at `index`, 0 if there is none.
        private func whiteSpaceWidth() -> Int {
            let first = bytes[index]
            if first == 0x20 || 0x09...0x0D ~= first { return 1 }
            guard first >= 0xC2, bytes.count - index >= 2 else { return 0 }
            let second = bytes[index + 1]
            if first == 0xC2 { return second == 0x85 || second == 0xA0 ? 2 : 0 }
            guard bytes.count - index >= 3 else { return 0 }
            switch (first, second, bytes[index + 2]) {
            case (0xE1, 0x9A, 0x80),  // U+1680
                (0xE2, 0x80, 0x80...0x8A),  // U+2000...U+200A
                (0xE2, 0x80, 0xA8...0xA9), (0xE2, 0x80, 0xAF),  // U+2028, U+2029, U+202F
                (0xE2, 0x81, 0x9F),  // U+205F
                (0xE3, 0x80, 0x80):  // U+3000
                return 3
            default:
                return 0
            }
        }
    }
}
