// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// A set of 64-bit keys of bounded size, for any number of threads, without locks.
///
/// The table is cut into lines of eight, as long as a processor's cache line. A key belongs to one line; where that is full
/// it takes the place of another one, which is then forgotten. With twice as many places as wanted keys that is rare.
final class SeenKeys: Sendable {
    private static let ways = 8

    private let table: SeenKeysTable
    private let evictions = Atomic(0)
    private let isEmpty = Atomic(true)

    /// - Parameter capacity: How many keys are to find room.
    init(capacity: Int) {
        table = SeenKeysTable(lineCount: SeenKeys.lineCount(capacity))
    }

    /// Twice as many places as keys, a power of two.
    private static func lineCount(_ capacity: Int) -> Int {
        var count = 1
        while count * ways < max(min(capacity, 1 << 26), 1) * 2 { count *= 2 }
        return count
    }

    /// Adds a key, which mustn't be 0.
    ///
    /// - Returns: Whether it wasn't there.
    @inline(__always)
    func insert(_ key: UInt64) -> Bool {
        let line = Int(truncatingIfNeeded: key) & (table.lineCount - 1)
        let first = table.base + line * SeenKeys.ways
        for way in 0..<SeenKeys.ways {
            let found = first[way].load(ordering: .relaxed)
            if found == key { return false }
            if found == 0 { return insert(key, into: first, from: way) }
        }
        replace(key, in: first)
        return true
    }

    /// The first free place is the same for all threads, so two of them never add the same key twice.
    private func insert(_ key: UInt64, into first: UnsafeMutablePointer<Atomic<UInt64>>, from way: Int) -> Bool {
        if isEmpty.load(ordering: .relaxed) { isEmpty.store(false, ordering: .relaxed) }
        for way in way..<SeenKeys.ways {
            let (isDone, found) = first[way].compareExchange(
                expected: 0, desired: key, ordering: .relaxed)
            if isDone { return true }
            if found == key { return false }
        }
        replace(key, in: first)
        return true
    }

    private func replace(_ key: UInt64, in first: UnsafeMutablePointer<Atomic<UInt64>>) {
        // Bits that don't choose the line: as good as chance.
        let way = Int(truncatingIfNeeded: key >> 61)
        first[way].store(key, ordering: .relaxed)
        evictions.wrappingAdd(1, ordering: .relaxed)
    }

    /// Forgets all keys.
    ///
    /// Others may add some meanwhile, which may be forgotten too.
    func removeAll() {
        guard !isEmpty.exchange(true, ordering: .relaxed) else { return }
        for place in 0..<(table.lineCount * SeenKeys.ways)
        where table.base[place].load(ordering: .relaxed) != 0 {
            table.base[place].store(0, ordering: .relaxed)
        }
    }

    /// How many keys were forgotten for others.
    var evictionCount: Int { evictions.load(ordering: .relaxed) }
}
