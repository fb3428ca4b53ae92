// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Numbers values in the order they first occur, in constant time each, by their hash and a comparison.
struct Numbering<Element: BitwiseCopyable> {
    private(set) var elements: [Element] = []
    private var hashes: [UInt64] = []
    // Open addressing: number + 1, 0 where free.
    private var slots: [UInt32] = []

    init() {}

    /// - Parameter count: The expected number of distinct values.
    init(expecting count: Int) {
        var size = 16
        while size < count * 2 { size *= 2 }
        slots = [UInt32](repeating: 0, count: size)
        elements.reserveCapacity(count)
        hashes.reserveCapacity(count)
    }

    /// The number of `element`, which gets the next one unless `isSame` finds it.
    @inline(__always)
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

    /// The number of a value that has one, -1 for any other.
    func knownNumber(hash: UInt64, isSame: (Element) -> Bool) -> Int {
        if slots.isEmpty { return -1 }
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let number = Int(slots[slot]) - 1
            if hashes[number] == hash, isSame(elements[number]) { return number }
            slot = (slot + 1) & (slots.count - 1)
        }
        return -1
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

/// Numbers texts in the order they first occur, in constant time each.
package struct DistinctTexts {
    private var numbering: Numbering<Text>

    /// - Parameter count: The expected number of distinct texts.
    package init(expecting count: Int) {
        numbering = Numbering(expecting: count)
    }

    package var texts: [Text] { numbering.elements }

    /// The text's number, and whether it is new.
    package mutating func insert(_ text: Text) -> (position: Int, isNew: Bool) {
        let count = numbering.elements.count
        let number = numbering.number(of: text, hash: XXH3.hash(text)) { $0 == text }
        return (number, number == count)
    }

    /// The text's number, -1 when it isn't there.
    package func position(of text: Text) -> Int {
        numbering.knownNumber(hash: XXH3.hash(text)) { $0 == text }
    }
}
