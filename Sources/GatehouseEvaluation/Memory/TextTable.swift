// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// An immutable table of distinct texts: scanned while small, hashed with XXH3 when large.
package struct TextTable: BitwiseCopyable {
    package let texts: UnsafeBufferPointer<Text>
    // Open addressing: position + 1 in `texts`, 0 where free; `mask` is the table's size - 1.
    private let slots: UnsafePointer<UInt32>?
    private let hashes: UnsafePointer<UInt64>?
    private let mask: Int

    /// Up to here comparing lengths one by one is faster than hashing the text looked for.
    private static let scannedCount = 8

    package init() {
        texts = UnsafeBufferPointer(start: nil, count: 0)
        slots = nil
        hashes = nil
        mask = 0
    }

    /// - Parameters:
    ///   - texts: Distinct texts, fewer than 2^31, owned by `region` or something that lives as long.
    ///   - region: Where the table goes.
    package init(_ texts: TextList, in region: Region) {
        self.texts = texts
        guard texts.count > TextTable.scannedCount else {
            slots = nil
            hashes = nil
            mask = 0
            return
        }
        var size = 16
        while size < texts.count * 2 { size *= 2 }
        let slots = region.allocate(UInt32.self, count: size)
        slots.initialize(repeating: 0, count: size)
        let hashes = region.allocate(UInt64.self, count: texts.count)
        for (position, text) in texts.enumerated() {
            let hash = XXH3.hash(text.bytes)
            (hashes + position).initialize(to: hash)
            var slot = Int(truncatingIfNeeded: hash) & (size - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = UInt32(truncatingIfNeeded: position + 1)
        }
        self.slots = UnsafePointer(slots)
        self.hashes = UnsafePointer(hashes)
        mask = size - 1
    }

    package var isEmpty: Bool { texts.isEmpty }

    @inline(__always)
    package func contains(_ text: Text) -> Bool { index(of: text) >= 0 }

    /// The text's position, -1 when it isn't there.
    @inline(__always)
    package func index(of text: Text) -> Int {
        guard slots != nil else { return scan(for: text) }
        return index(of: text, hash: XXH3.hash(text.bytes))
    }

    /// Like ``index(of:)`` for a text whose XXH3 is known.
    @inline(__always)
    package func index(of text: Text, hash: UInt64) -> Int {
        guard let slots, let hashes else { return scan(for: text) }
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 {
            let position = Int(slots[slot]) - 1
            if hashes[position] == hash, texts[position] == text { return position }
            slot = (slot + 1) & mask
        }
        return -1
    }

    @inline(__always)
    private func scan(for text: Text) -> Int {
        for position in 0..<texts.count where texts[position] == text { return position }
        return -1
    }
}
