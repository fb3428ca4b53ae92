// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Numbers things in the order they first come, by their hash and a comparison.
struct Numbering<Element: BitwiseCopyable> {
    private(set) var elements: [Element] = []
    private var hashes: [UInt64] = []
    // Open addressing: number + 1, 0 where free.
    private var slots: [UInt32] = []

    /// The number of `element`, which gets the next one unless `isSame` finds it.
    mutating func number(of element: Element, hash: UInt64, isSame: (Element) -> Bool) -> Int {
        if elements.count * 2 >= slots.count { grow() }
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let number = Int(slots[slot]) - 1
            if hashes[number] == hash, isSame(elements[number]) { return number }
            slot = (slot + 1) & (slots.count - 1)
        }
        elements.append(element)
        hashes.append(hash)
        slots[slot] = UInt32(truncatingIfNeeded: elements.count)
        return elements.count - 1
    }

    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: max(slots.count * 2, 64))
        for (number, hash) in hashes.enumerated() {
            var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = UInt32(truncatingIfNeeded: number + 1)
        }
    }
}
