// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Numbers texts in the order they first occur, in constant time each.
package struct DistinctTexts {
    package private(set) var texts: [Text] = []
    private var hashes: [UInt64] = []
    // Open addressing: position + 1, 0 where free.
    private var slots: [UInt32]

    package init(expecting count: Int) {
        var size = 16
        while size < count * 2 { size *= 2 }
        slots = [UInt32](repeating: 0, count: size)
        texts.reserveCapacity(count)
        hashes.reserveCapacity(count)
    }

    /// The text's number, and whether it is new.
    package mutating func insert(_ text: Text) -> (position: Int, isNew: Bool) {
        if texts.count * 2 >= slots.count { grow() }
        let hash = XXH3.hash(text.bytes)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let position = Int(slots[slot]) - 1
            if hashes[position] == hash, texts[position] == text { return (position, false) }
            slot = (slot + 1) & (slots.count - 1)
        }
        texts.append(text)
        hashes.append(hash)
        slots[slot] = UInt32(truncatingIfNeeded: texts.count)
        return (texts.count - 1, true)
    }

    /// The text's number, -1 when it isn't there.
    package func position(of text: Text) -> Int {
        let hash = XXH3.hash(text.bytes)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let position = Int(slots[slot]) - 1
            if hashes[position] == hash, texts[position] == text { return position }
            slot = (slot + 1) & (slots.count - 1)
        }
        return -1
    }

    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: slots.count * 2)
        for (position, hash) in hashes.enumerated() {
            var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = UInt32(truncatingIfNeeded: position + 1)
        }
    }
}
