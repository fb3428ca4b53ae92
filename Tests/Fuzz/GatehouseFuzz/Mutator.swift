// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Damages bytes: some changes leave JSON behind, many don't.
struct Mutator {
    /// The number of changes is small, so that documents often still decode.
    static func mutate(_ bytes: [UInt8], with others: [[UInt8]], _ random: inout FuzzRandom) -> [UInt8] {
        var result = bytes
        for _ in 0..<(1 + random.below(random.once(in: 8) ? 40 : 4)) { change(&result, others, &random) }
        return result
    }

    private static func change(_ bytes: inout [UInt8], _ others: [[UInt8]], _ random: inout FuzzRandom) {
        guard !bytes.isEmpty else {
            bytes = random.pick(others, or: [])
            return
        }
        let position = random.below(bytes.count)
        switch random.below(16) {
        case 0: bytes[position] ^= 1 << UInt8(random.below(8))
        case 1: bytes[position] = UInt8(truncatingIfNeeded: random.next())
        case 2: bytes[position] = random.pick(Array("{}[]\",:\\0123456789-+.eEtfn \u{0}".utf8), or: 0)
        case 3: if random.once(in: 3) { bytes.removeSubrange(position...) }
        case 4: bytes.removeSubrange(chunk(of: bytes, at: position, &random))
        case 5:
            let copy = bytes[chunk(of: bytes, at: position, &random)]
            bytes.insert(contentsOf: copy, at: random.below(bytes.count))
        case 6:
            let other = random.pick(others, or: bytes)
            guard !other.isEmpty else { return }
            bytes.replaceSubrange(
                chunk(of: bytes, at: position, &random),
                with: other[chunk(of: other, at: random.below(other.count), &random)])
        case 7: bytes.insert(contentsOf: random.pick(brokenBytes, or: []), at: position)
        case 8: duplicateMember(&bytes, from: position)
        default: replaceValue(&bytes, from: position, others, &random)
        }
    }

    private static let brokenBytes: [[UInt8]] = [
        [0x80], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF], [0xE2, 0x82], [0xEF, 0xBB, 0xBF],
        [0],
        Array("\\ud800".utf8), Array("\\udc00\\ud800".utf8), Array("\\u00e9".utf8), Array("\\ud83d\\ude00".utf8),
        Array("\\u0000".utf8), Array("\\x".utf8), Array("\\u12".utf8),
    ]

    private static func chunk(of bytes: [UInt8], at start: Int, _ random: inout FuzzRandom) -> Range<Int> {
        let length = random.once(in: 10) ? random.below(bytes.count) : random.below(64)
        return start..<min(start + length, bytes.count)
    }

    // MARK: - Changes that know JSON

    /// Replaces the first value that follows a colon.
    private static func replaceValue(
        _ bytes: inout [UInt8], from position: Int, _ others: [[UInt8]], _ random: inout FuzzRandom
    ) {
        guard let range = value(in: bytes, from: position) else { return }
        if random.once(in: 3) {
            let other = random.once(in: 2) ? bytes : random.pick(others, or: bytes)
            guard !other.isEmpty, let source = value(in: other, from: random.below(other.count)) else { return }
            bytes.replaceSubrange(range, with: other[source])
        } else {
            bytes.replaceSubrange(range, with: WeirdValues.value(&random).bytes)
        }
    }

    private static func duplicateMember(_ bytes: inout [UInt8], from position: Int) {
        guard let value = value(in: bytes, from: position),
            let quote = bytes[..<value.lowerBound].dropLast(2).lastIndex(of: UInt8(ascii: "\""))
        else { return }
        let member = bytes[quote..<value.upperBound]
        bytes.insert(contentsOf: Array(member) + [UInt8(ascii: ",")], at: quote)
    }

    /// The value behind the next colon, found by brackets and quotes only.
    private static func value(in bytes: [UInt8], from position: Int) -> Range<Int>? {
        guard var start = bytes[position...].firstIndex(of: UInt8(ascii: ":")) else { return nil }
        start += 1
        while start < bytes.count, bytes[start] <= 0x20 { start += 1 }
        var depth = 0
        var isInString = false
        var index = start
        while index < bytes.count {
            let byte = bytes[index]
            if isInString {
                if byte == UInt8(ascii: "\\") { index += 1 }
                if byte == UInt8(ascii: "\"") { isInString = false }
            } else {
                switch byte {
                case UInt8(ascii: "\""): isInString = true
                case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    depth -= 1
                    if depth < 0 { return start..<index }
                case UInt8(ascii: ",") where depth == 0: return start..<index
                default: break
                }
            }
            index += 1
        }
        return nil
    }
}
