// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Pseudorandom numbers that are the same on every machine and in every run.
///
/// A counter whose values are mixed, as in SplitMix64.
struct RandomNumbers {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }

    /// A number within a range, near enough to uniform for this purpose.
    mutating func number(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.count))
    }

    /// Whether something happens that does so in `percentage` of 100 cases.
    mutating func happens(_ percentage: Int) -> Bool { number(1...100) <= percentage }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[number(0...(elements.count - 1))] }

    /// Letters and digits, as ids of rules are made of.
    mutating func word(length: Int) -> String {
        String(decoding: (0..<length).map { _ in pick(RandomNumbers.alphabet) }, as: UTF8.self)
    }

    /// Text of the form of a UUID, as salts and user ids are.
    mutating func uuid() -> String {
        let digits = Array("0123456789abcdef".utf8)
        var bits: UInt64 = 0
        let text = (0..<36).map { position -> UInt8 in
            if [8, 13, 18, 23].contains(position) { return UInt8(ascii: "-") }
            if bits < 16 { bits = next() | 1 << 63 }
            defer { bits >>= 4 }
            return digits[Int(bits & 15)]
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
}
