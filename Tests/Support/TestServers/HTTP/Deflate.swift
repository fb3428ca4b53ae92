// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Compresses, simply: runs of a byte become short, nothing else does.
enum Deflate {
    static func gzip(_ bytes: [UInt8]) -> [UInt8] {
        var writer = BitWriter(gzipHead)
        writer.block(bytes)
        return writer.finished + littleEndian(crc32(bytes)) + littleEndian(UInt32(truncatingIfNeeded: bytes.count))
    }

    static func zlib(_ bytes: [UInt8]) -> [UInt8] {
        var writer = BitWriter([0x78, 0x01])
        writer.block(bytes)
        return writer.finished + littleEndian(adler32(bytes)).reversed()
    }

    /// A gzip file of nothing but spaces, at a 1,200th of their number; the checksum is wrong, as no reader should get
    /// there.
    static func bomb(ofBytes count: Int) -> [UInt8] {
        var writer = BitWriter(gzipHead)
        writer.open()
        writer.literal(0x20)
        for _ in 0..<count / BitWriter.runLength { writer.run() }
        writer.close()
        return writer.finished + [UInt8](repeating: 0, count: 8)
    }

    private static let gzipHead: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF]

    private static func littleEndian(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }

    private static let crcTable: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1 }
    }

    private static func crc32(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~UInt32(0)) { crc, byte in crcTable[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] ^ crc >> 8 }
    }

    private static func adler32(_ bytes: [UInt8]) -> UInt32 {
        let (a, b) = bytes.reduce((UInt32(1), UInt32(0))) { sums, byte in
            let a = (sums.0 + UInt32(byte)) % 65_521
            return (a, (sums.1 + a) % 65_521)
        }
        return b << 16 | a
    }
}

/// One block of RFC 1951 with its fixed codes, of which it uses literals and the longest run.
private struct BitWriter {
    static let runLength = 258

    private var bytes: [UInt8]
    private var bits: UInt32 = 0
    private var count: UInt32 = 0

    init(_ head: [UInt8]) {
        bytes = head
    }

    mutating func block(_ content: [UInt8]) {
        open()
        var index = 0
        while index < content.count {
            let byte = content[index]
            literal(byte)
            index += 1
            while index + BitWriter.runLength <= content.count,
                content[index..<index + BitWriter.runLength].allSatisfy({ $0 == byte })
            {
                run()
                index += BitWriter.runLength
            }
        }
        close()
    }

    /// The last block, fixed codes.
    mutating func open() { put(0b011, 3) }

    mutating func literal(_ byte: UInt8) {
        byte < 144 ? code(0x30 + UInt32(byte), 8) : code(0x190 + UInt32(byte) - 144, 9)
    }

    /// 258 times the last byte: length code 285, distance code 0.
    mutating func run() {
        code(0xC5, 8)
        code(0, 5)
    }

    mutating func close() { code(0, 7) }

    var finished: [UInt8] {
        count > 0 ? bytes + [UInt8(truncatingIfNeeded: bits)] : bytes
    }

    // Codes start with their highest bit, everything else with the lowest.
    private mutating func code(_ value: UInt32, _ length: UInt32) {
        var reversed: UInt32 = 0
        for bit in 0..<length { reversed |= (value >> bit & 1) << (length - 1 - bit) }
        put(reversed, length)
    }

    private mutating func put(_ value: UInt32, _ length: UInt32) {
        bits |= value << count
        count += length
        while count >= 8 {
            bytes.append(UInt8(truncatingIfNeeded: bits))
            bits >>= 8
            count -= 8
        }
    }
}
