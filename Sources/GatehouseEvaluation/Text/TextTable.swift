// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// An immutable table of distinct texts: scanned while small, hashed with XXH3 when large.
package struct TextTable: BitwiseCopyable {
    package let texts: UnsafeBufferPointer<Text>
    // Open addressing; `mask` is the table's size - 1.
    private let slots: UnsafePointer<Slot>?
    private let mask: Int

    /// Half of a text's hash beside its position, so that a search looks at one place for most texts that aren't its own.
    private struct Slot: BitwiseCopyable {
        /// The half that doesn't decide on the slot.
        let tag: UInt32
        /// The position in `texts` + 1, 0 where the slot is free.
        let place: UInt32

        @inline(__always)
        init(hash: UInt64 = 0, place: Int = 0) {
            tag = UInt32(truncatingIfNeeded: hash >> 32)
            self.place = UInt32(truncatingIfNeeded: place)
        }
    }

    /// Up to here comparing lengths one by one is faster than hashing the text looked for.
    private static let scannedCount = 8

    package init() {
        texts = UnsafeBufferPointer(start: nil, count: 0)
        slots = nil
        mask = 0
    }

    /// - Parameters:
    ///   - texts: Distinct texts, fewer than 2^31, owned by `region` or something that lives as long.
    ///   - region: Where the table goes.
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
            let hash = XXH3.hash(text.bytes)
            var slot = Int(truncatingIfNeeded: hash) & (size - 1)
            while slots[slot].place != 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = Slot(hash: hash, place: position + 1)
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
        return index(of: text, hash: XXH3.hash(text.bytes))
    }

    /// Like ``index(of:)`` for a text whose XXH3 is known.
    @inline(__always)
    package func index(of text: Text, hash: UInt64) -> Int {
        guard let slots else { return scan(for: text) }
        let tag = UInt32(truncatingIfNeeded: hash >> 32)
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot].place != 0 {
            let position = Int(slots[slot].place) &- 1
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

/// Texts in a row, owned by a region.
package typealias TextList = UnsafeBufferPointer<Text>

extension UnsafeBufferPointer {
    /// No elements.
    package init() { self.init(start: nil, count: 0) }
}
