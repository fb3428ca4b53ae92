// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// An immutable table of distinct texts: scanned while small, hashed with XXH3 when large.
package struct TextTable: BitwiseCopyable {
    package let texts: UnsafeBufferPointer<Text>
    // Open addressing; `mask` is the table's size - 1.
    private let slots: UnsafePointer<Slot>?
    private let mask: Int

    /// Half of a text's hash beside its position, so that a search reads one slot for most texts that differ.
    private struct Slot: BitwiseCopyable {
        /// The half of the hash that doesn't select the slot.
        let tag: UInt32
        /// The position in `texts` + 1, 0 where the slot is free.
        let position: UInt32

        @inline(__always)
        init(hash: UInt64 = 0, position: Int = 0) {
            tag = UInt32(truncatingIfNeeded: hash >> 32)
            self.position = UInt32(truncatingIfNeeded: position)
        }
    }

    /// Up to this count comparing texts one by one is faster than hashing.
    private static let scannedCount = 8

    package init() {
        texts = UnsafeBufferPointer(start: nil, count: 0)
        slots = nil
        mask = 0
    }

    /// - Parameters:
    ///   - texts: Distinct texts, fewer than 2^31, owned by `region` or something that lives as long.
    ///   - region: The memory for the table.
    package init(_ texts: TextList, in region: Region) {
        self.texts = texts
        guard texts.count > TextTable.scannedCount else {
            slots = nil
            mask = 0
            return
        }
        var size = 16
        while size < texts.count * 2 { size *= 2 }
        let slots = region.allocate(Slot.self, count: size)
        slots.initialize(repeating: Slot(), count: size)
        for (position, text) in texts.enumerated() {
            let hash = XXH3.hash(text)
            var slot = Int(truncatingIfNeeded: hash) & (size - 1)
            while slots[slot].position != 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = Slot(hash: hash, position: position + 1)
        }
        self.slots = UnsafePointer(slots)
        mask = size - 1
    }

    package var isEmpty: Bool { texts.isEmpty }

    @inline(__always)
    package func contains(_ text: Text) -> Bool { index(of: text) >= 0 }

    /// The text's position, -1 when it isn't there.
    @inline(__always)
    package func index(of text: Text) -> Int {
        guard slots != nil else { return scan(for: text) }
        return index(of: text, hash: XXH3.hash(text))
    }

    /// Like ``index(of:)`` for a text whose XXH3 is known.
    @inline(__always)
    package func index(of text: Text, hash: UInt64) -> Int {
        guard let slots else { return scan(for: text) }
        let tag = UInt32(truncatingIfNeeded: hash >> 32)
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot].position != 0 {
            let position = Int(slots[slot].position) &- 1
            if slots[slot].tag == tag, texts[position] == text { return position }
            slot = (slot &+ 1) & mask
        }
        return -1
    }

    @inline(__always)
    private func scan(for text: Text) -> Int {
        for position in 0..<texts.count where texts[position] == text { return position }
        return -1
    }
}

extension TextTable {
    /// Whether the texts are distinct and each is found at its own index, for checks of a whole program.
    var isConsistent: Bool {
        if let slots {
            let size = mask + 1
            guard size.nonzeroBitCount == 1, size >= texts.count * 2 else { return false }
            let positions = (0..<size).map { Int(slots[$0].position) }.filter { $0 != 0 }
            guard positions.count == texts.count, positions.allSatisfy({ 1...texts.count ~= $0 }) else { return false }
        } else if texts.count > TextTable.scannedCount {
            return false
        }
        return texts.indices.allSatisfy { index(of: texts[$0]) == $0 }
    }
}

/// An array of texts, owned by a region.
package typealias TextList = UnsafeBufferPointer<Text>

extension UnsafeBufferPointer {
    /// No elements.
    package init() { self.init(start: nil, count: 0) }
}
