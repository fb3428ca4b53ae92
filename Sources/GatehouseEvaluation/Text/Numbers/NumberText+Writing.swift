// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

// MARK: - Writing

extension NumberText {
    /// Writes the user-side text of a number and returns its length.
    ///
    /// Shortest round-trip digits in positional notation, never an exponent, no trailing `.0`; `-0`, `NaN`, `inf`.
    /// Evaluation §2.2(a).
    ///
    /// Needs a buffer of ``displayCapacity`` bytes and writes nothing into a smaller one. Values of 16 or 17 digits go
    /// through a temporary string.
    package static func display(_ value: Double, into buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
        guard buffer.count >= displayCapacity, var text = Writer(buffer) else { return 0 }
        guard !value.isNaN else { return text.write("NaN") }
        if value.sign == .minus { text.append(UInt8(ascii: "-")) }
        let magnitude = value.magnitude
        guard magnitude.isFinite else { return text.write("inf") }

        if let integer = smallInteger(magnitude) {
            text.append(decimal: integer)
        } else {
            text.append(positional: ShortestDecimal(magnitude, ties: .up))
        }
        return text.count
    }

    /// Writes a float as it stands in JSON text and returns its length.
    ///
    /// Shortest round-trip digits, always with a point or an exponent. Evaluation §2.2(b).
    ///
    /// Positional while the decimal exponent is in -5...15, otherwise `d.ddde±x` without a `+`. JSON has no infinities
    /// and no NaN: these are `null`. Needs a buffer of ``jsonCapacity`` bytes and writes nothing into a smaller one.
    package static func json(_ value: Double, into buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
        guard buffer.count >= jsonCapacity, var text = Writer(buffer) else { return 0 }
        guard value.isFinite else { return text.write("null") }
        if value.sign == .minus { text.append(UInt8(ascii: "-")) }
        let magnitude = value.magnitude

        if let integer = smallInteger(magnitude) {
            text.append(decimal: integer)
            return text.write(".0")
        }
        let shortest = ShortestDecimal(magnitude, ties: .toEven)
        let exponent = shortest.digitCount + shortest.exponent - 1
        guard -5...15 ~= exponent else {
            text.append(scientific: shortest)
            return text.count
        }
        text.append(positional: shortest)
        return shortest.exponent >= 0 ? text.write(".0") : text.count
    }

    /// Writes an integer in decimal and returns its length; needs ``decimalCapacity`` bytes.
    package static func decimal(_ value: Int64, into buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
        guard buffer.count >= decimalCapacity, var text = Writer(buffer) else { return 0 }
        if value < 0 { text.append(UInt8(ascii: "-")) }
        text.append(decimal: value.magnitude)
        return text.count
    }

    /// Writes an integer in decimal and returns its length; needs ``decimalCapacity`` bytes.
    package static func decimal(_ value: UInt64, into buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
        guard buffer.count >= decimalCapacity, var text = Writer(buffer) else { return 0 }
        text.append(decimal: value)
        return text.count
    }

    /// The value as an integer if it is one below 2^53, where the shortest digits are those of the integer.
    @inline(__always)
    private static func smallInteger(_ magnitude: Double) -> UInt64? {
        guard magnitude < 0x1p53 else { return nil }
        let integer = UInt64(magnitude)
        return Double(integer) == magnitude ? integer : nil
    }

    /// What to do when the two closest decimals are equally close, as for 2^-25 = 2.98023223876953125e-8.
    private enum TieRule {
        /// As the reference's own float formatting does.
        case up
        /// As its JSON writer does, and the Swift standard library.
        case toEven
    }

    /// The shortest decimal that reads back as a given float, and of these the closest: significand × 10^exponent.
    private struct ShortestDecimal {
        let significand: UInt64
        let exponent: Int

        var digitCount: Int { NumberText.digitCount(significand) }

        /// - Parameters:
        ///   - magnitude: A positive and finite float.
        ///   - ties: The rule for a float halfway between two decimals.
        init(_ magnitude: Double, ties: TieRule) {
            var digits: (significand: UInt64, exponent: Int)
            if let few = Self.fewDigits(magnitude) {
                digits = few
            } else {
                digits = Self.describedDigits(magnitude)
                if ties == .up, Self.isHalfway(magnitude, above: digits) { digits.significand += 1 }
            }
            // Scaling leaves up to 14 zeros, the description a single one (`123.0`).
            Self.dropZeros(&digits, power: 100_000_000, zeros: 8)
            Self.dropZeros(&digits, power: 10_000, zeros: 4)
            Self.dropZeros(&digits, power: 100, zeros: 2)
            Self.dropZeros(&digits, power: 10, zeros: 1)
            (significand, exponent) = digits
        }

        @inline(__always)
        private static func dropZeros(
            _ digits: inout (significand: UInt64, exponent: Int), power: UInt64, zeros: Int
        ) {
            let (quotient, remainder) = digits.significand.quotientAndRemainder(dividingBy: power)
            if remainder == 0 { digits = (quotient, digits.exponent + zeros) }
        }

        /// Finds a decimal of at most 15 digits by scaling it to an integer.
        ///
        /// No two decimals that short share a float, so one that converts to the value is the only one; and the scaled
        /// product is off by less than a quarter, so rounding cannot miss it.
        private static func fewDigits(_ magnitude: Double) -> (significand: UInt64, exponent: Int)? {
            guard magnitude >= 1e-7, magnitude < 1e15 else { return nil }
            // 1233/4096 is log10(2): the decimal exponent, or one less.
            var places = 14 - (Int(magnitude.exponent) * 1233) >> 12
            if magnitude * exactPowerOfTen(places) >= 1e15 { places -= 1 }
            let power = exactPowerOfTen(places)
            let scaled = (magnitude * power).rounded()
            guard scaled < 1e15, scaled / power == magnitude else { return nil }
            return (UInt64(scaled), -places)
        }

        /// The standard library prints the shortest, closest digits; only their arrangement differs.
        @inline(never)
        private static func describedDigits(_ magnitude: Double) -> (significand: UInt64, exponent: Int) {
            var description = magnitude.description
            let decimal = description.withUTF8 { Decimal(scanning: $0.span, from: 0) }
            return (decimal?.significand ?? 0, decimal?.exponent ?? 0)
        }

        /// Whether the value lies exactly between these digits and the ones with the last digit one higher.
        ///
        /// Then it is (2s + 1) / (2^(p + 1) × 5^p) for s with p decimal places, which being a float requires 5^p to
        /// divide the odd number. Without decimal places there are no such values: an integral float large enough to
        /// be shortened is divisible by too high a power of two.
        private static func isHalfway(
            _ magnitude: Double, above digits: (significand: UInt64, exponent: Int)
        ) -> Bool {
            // 5^24 is the last power below twice the largest significand.
            guard -24...(-1) ~= digits.exponent else { return false }
            var quotient = digits.significand * 2 + 1
            for _ in 0..<(-digits.exponent) {
                guard quotient.isMultiple(of: 5) else { return false }
                quotient /= 5
            }
            guard quotient < 1 << 53 else { return false }
            return Double(sign: .plus, exponent: digits.exponent - 1, significand: Double(quotient)) == magnitude
        }
    }

    private static func digitCount(_ value: UInt64) -> Int {
        var count = 1
        var limit: UInt64 = 10
        // Past 10^19 the limit would wrap; 20 digits are the most there are.
        while value >= limit, count < 20 {
            limit = limit &* 10
            count += 1
        }
        return count
    }

    /// Appends to memory whose size has been checked.
    private struct Writer {
        private let base: UnsafeMutablePointer<UInt8>
        private(set) var count = 0

        init?(_ buffer: UnsafeMutableBufferPointer<UInt8>) {
            guard let base = buffer.baseAddress else { return nil }
            self.base = base
        }

        mutating func append(_ byte: UInt8) {
            base[count] = byte
            count += 1
        }

        /// Appends the last part of a text and returns the length of the whole.
        mutating func write(_ word: StaticString) -> Int {
            for index in 0..<word.utf8CodeUnitCount { append(word.utf8Start[index]) }
            return count
        }

        mutating func append(decimal value: UInt64) {
            append(decimal: value, width: digitCount(value))
        }

        /// Appends the last `width` digits of `value`.
        mutating func append(decimal value: UInt64, width: Int) {
            var rest = value
            var index = count + width
            while index > count {
                index -= 1
                let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
                base[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
                rest = quotient
            }
            count += width
        }

        mutating func append(zeros: Int) {
            guard zeros > 0 else { return }
            (base + count).update(repeating: UInt8(ascii: "0"), count: zeros)
            count += zeros
        }

        mutating func append(positional number: ShortestDecimal) {
            let pointPosition = number.digitCount + number.exponent
            if number.exponent >= 0 {
                append(decimal: number.significand)
                append(zeros: number.exponent)
            } else if pointPosition > 0 {
                append(number.significand, places: -number.exponent, wholeDigits: pointPosition)
            } else {
                append(UInt8(ascii: "0"))
                append(UInt8(ascii: "."))
                append(zeros: -pointPosition)
                append(decimal: number.significand)
            }
        }

        mutating func append(scientific number: ShortestDecimal) {
            let places = number.digitCount - 1
            if places == 0 {
                append(decimal: number.significand)
            } else {
                append(number.significand, places: places, wholeDigits: 1)
            }
            append(UInt8(ascii: "e"))
            let exponent = number.exponent + places
            if exponent < 0 { append(UInt8(ascii: "-")) }
            append(decimal: UInt64(exponent.magnitude))
        }

        /// Appends digits with a point before the last `places` of them, 1...16.
        private mutating func append(_ significand: UInt64, places: Int, wholeDigits: Int) {
            // Write all digits one place to the right, then move the whole ones back over the gap.
            let start = count
            count += 1
            append(decimal: significand, width: wholeDigits + places)
            (base + start).update(from: base + start + 1, count: wholeDigits)
            base[start + wholeDigits] = UInt8(ascii: ".")
        }
    }
}
