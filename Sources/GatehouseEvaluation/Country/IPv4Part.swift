// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The digits read so far of one part of the address: an optional sign, then at least one digit, within 64 bits.
struct IPv4Part {
    private var magnitude: Int64 = 0
    private var isNegative = false
    private var hasSign = false
    private var hasDigit = false

    /// The number, or nil as long as there is no digit.
    var value: Int64? { hasDigit ? magnitude : nil }

    /// Takes one more byte; false when the part cannot continue with it.
    mutating func append(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "+"), UInt8(ascii: "-"):
            guard !hasSign, !hasDigit else { return false }
            hasSign = true
            isNegative = byte == UInt8(ascii: "-")
            return true
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            hasDigit = true
            // Counted towards the sign, because the smallest number has no positive counterpart.
            let digit = Int64(byte - UInt8(ascii: "0"))
            let (scaled, overflowed) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, carried) =
                isNegative
                ? scaled.subtractingReportingOverflow(digit) : scaled.addingReportingOverflow(digit)
            magnitude = sum
            return !overflowed && !carried
        default: return false
        }
    }
}
