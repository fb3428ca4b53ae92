// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A set of hashed IDs, for millions of them: one word per slot, about three of four slots in use.
struct IDHashSet: Sendable {
    // Open addressing over the 48 bits of an IDHash; all ones is free, since a hash has no upper bits.
    private var slots: [UInt64]
    private(set) var count = 0

    private static let free = UInt64.max

    /// - Parameter expectedCount: How many ids there will be; more are fine.
    init(expecting expectedCount: Int = 0) {
        slots = [UInt64](repeating: IDHashSet.free, count: IDHashSet.slotCount(for: expectedCount))
    }

    private static func slotCount(for count: Int) -> Int { count + count / 3 + 8 }

    /// The memory of the slots, in bytes, and of what the array has beside them.
    var byteCount: Int { slots.capacity * MemoryLayout<UInt64>.stride + 32 }

    // The hash is uniform already: its upper bits select the slot.
    @inline(__always)
    private static func home(_ bits: UInt64, among slotCount: Int) -> Int {
        Int(truncatingIfNeeded: (bits << 16).multipliedFullWidth(by: UInt64(slotCount)).high)
    }

    func contains(_ hash: IDHash) -> Bool {
        slots.withUnsafeBufferPointer { slots in
            var slot = IDHashSet.home(hash.bits, among: slots.count)
            while slots[slot] != IDHashSet.free {
                if slots[slot] == hash.bits { return true }
                slot = slot + 1 < slots.count ? slot + 1 : 0
            }
            return false
        }
    }

    mutating func insert(_ hash: IDHash) {
        if IDHashSet.slotCount(for: count + 1) > slots.count { resize(for: count * 3 / 2 + 8) }
        let slotCount = slots.count
        var slot = IDHashSet.home(hash.bits, among: slotCount)
        while slots[slot] != IDHashSet.free {
            if slots[slot] == hash.bits { return }
            slot = slot + 1 < slotCount ? slot + 1 : 0
        }
        slots[slot] = hash.bits
        count += 1
    }

    mutating func remove(_ hash: IDHash) {
        let slotCount = slots.count
        var gap = IDHashSet.home(hash.bits, among: slotCount)
        while slots[gap] != hash.bits {
            if slots[gap] == IDHashSet.free { return }
            gap = gap + 1 < slotCount ? gap + 1 : 0
        }
        // Hashes that were stored past the gap move back, because a search ends at a free slot.
        var slot = gap
        while true {
            slot = slot + 1 < slotCount ? slot + 1 : 0
            guard slots[slot] != IDHashSet.free else { break }
            let home = IDHashSet.home(slots[slot], among: slotCount)
            let isBehindHome = slot >= home ? slot - home : slot + slotCount - home
            let isBehindGap = slot >= gap ? slot - gap : slot + slotCount - gap
            if isBehindHome >= isBehindGap {
                slots[gap] = slots[slot]
                gap = slot
            }
        }
        slots[gap] = IDHashSet.free
        count -= 1
    }

    /// Makes room for more ids at once.
    ///
    /// A set that grows again and again gets a sixteenth more than it needs, so that most times its slots stay as they are.
    mutating func reserve(_ additionalCount: Int) {
        let needed = count + additionalCount
        guard IDHashSet.slotCount(for: needed) > slots.count else { return }
        resize(for: count == 0 ? needed : needed + needed / 16)
    }

    /// Gives back room for more than a tenth more ids than there are.
    mutating func shrink() {
        if slots.count > IDHashSet.slotCount(for: count + count / 10 + 16) { resize(for: count) }
    }

    private mutating func resize(for expectedCount: Int) {
        var other = IDHashSet(expecting: expectedCount)
        for bits in slots where bits != IDHashSet.free { other.insert(IDHash(bits: bits)) }
        self = other
    }
}

/// The hash of an ID, as ID lists have it.
///
/// It is the first eight Base64 characters of the SHA-256 digest of its text, which are the digest's first 48 bits.
/// Evaluation §4, §13.
package struct IDHash: Hashable, Sendable {
    /// The 48 bits, right-aligned.
    package let bits: UInt64

    init(bits: UInt64) { self.bits = bits }

    /// Hashes the text of an id.
    package init(hashing bytes: Span<UInt8>) {
        bits = SHA256.prefix64(bytes) >> 16
    }

    /// Reads the eight characters of an id-list line; `nil` for text that no digest has.
    package init?(base64 bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.count == 8 else { return nil }
        var bits: UInt64 = 0
        for byte in bytes {
            guard let value = Base64.value(byte) else { return nil }
            bits = bits << 6 | UInt64(value)
        }
        self.bits = bits
    }
}
