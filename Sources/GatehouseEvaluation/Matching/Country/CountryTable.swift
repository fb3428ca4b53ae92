// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import CGatehouse

/// A view of the embedded table of IPv4 ranges.
///
/// The bytes are constants of the executable, so a view costs a few loads to make, owns nothing, and any number of
/// threads may read through their own. `scripts/build-country-table.py` writes the table and describes its format.
struct CountryTable {
    /// One run of addresses with the same country, counted in blocks of 256 addresses.
    struct Range: Equatable {
        var length: UInt32
        var code: Int
    }

    /// The number of ranges in a block; the last block may have fewer.
    static let blockLength = 32

    private static let headerSize = 16

    /// The bytes "GHC1", which begin the table.
    private static let signature = 0x3143_4847

    let codeCount: Int
    let blockCount: Int
    let rangeCount: Int
    private let codes: UnsafeRawBufferPointer
    private let index: UnsafeRawBufferPointer
    private let stream: UnsafeRawBufferPointer

    /// Opens the embedded table; nil if its header does not fit its size.
    init?() {
        let size = gatehouse_country_table_size()
        let bytes = UnsafeRawBufferPointer(start: gatehouse_country_table(), count: size)
        guard bytes.count >= Self.headerSize, Self.integer(in: bytes, at: 0) == Self.signature else { return nil }
        codeCount = Self.integer(in: bytes, at: 4)
        blockCount = Self.integer(in: bytes, at: 8)
        rangeCount = Self.integer(in: bytes, at: 12)
        let indexStart = Self.headerSize + 2 * codeCount
        let streamStart = indexStart + 8 * blockCount
        guard streamStart <= bytes.count else { return nil }
        codes = UnsafeRawBufferPointer(rebasing: bytes[Self.headerSize..<indexStart])
        index = UnsafeRawBufferPointer(rebasing: bytes[indexStart..<streamStart])
        stream = UnsafeRawBufferPointer(rebasing: bytes[streamStart...])
    }

    /// Returns the code with the given number; nil for "no country" and for numbers the table does not have.
    func code(_ number: Int) -> CountryCode? {
        guard (0..<codeCount).contains(number) else { return nil }
        return CountryCode(codes[2 * number], codes[2 * number + 1])
    }

    /// The first block of 256 addresses that a block of ranges covers.
    func start(ofBlock block: Int) -> UInt32 {
        UInt32(Self.integer(in: index, at: 8 * block))
    }

    /// The position of a block's first range in the stream, in bytes.
    func streamOffset(ofBlock block: Int) -> Int {
        Self.integer(in: index, at: 8 * block + 4)
    }

    /// Reads the range at a position of the stream and moves the position behind it; nil at the end.
    func nextRange(at offset: inout Int) -> Range? {
        var length: UInt32 = 0
        var shift: UInt32 = 0
        while offset < stream.count {
            let byte = stream[offset]
            offset += 1
            length |= UInt32(byte & 0x7F) << shift
            shift += 7
            guard byte < 0x80 else { continue }
            guard offset < stream.count else { return nil }
            let code = Int(stream[offset])
            offset += 1
            return Range(length: length, code: code)
        }
        return nil
    }

    /// Returns the number of the code for an address; nil only if the table is damaged.
    func codeNumber(ofIPv4 address: UInt32) -> Int? {
        let target = address >> 8
        let block = lastBlock(startingAtOrBefore: target)
        guard block >= 0 else { return nil }
        var end = start(ofBlock: block)
        var offset = streamOffset(ofBlock: block)
        for _ in 0..<Self.blockLength {
            guard let range = nextRange(at: &offset) else { return nil }
            end &+= range.length
            if target < end { return range.code }
        }
        return nil
    }

    private func lastBlock(startingAtOrBefore target: UInt32) -> Int {
        var low = 0
        var high = blockCount
        while low < high {
            let middle = (low + high) / 2
            if start(ofBlock: middle) <= target {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low - 1
    }

    private static func integer(in bytes: UnsafeRawBufferPointer, at offset: Int) -> Int {
        Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
    }
}
