// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import CGatehouse
internal import GatehouseEvaluation
internal import Synchronization

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// A set of 64-bit keys of bounded size, for any number of threads, without locks.
///
/// The table is cut into lines of eight, as long as a processor's cache line. A key belongs to one line; where that is full
/// it takes the place of another one, which is then forgotten. With twice as many places as wanted keys that is rare.
final class SeenKeys: Sendable {
    /// The table, to add keys without counting references to its owner, whom somebody else has to keep.
    struct Places: BitwiseCopyable {
        fileprivate let base: UnsafeMutablePointer<Atomic<UInt64>>
        fileprivate let mask: Int
        fileprivate let counters: UnsafeMutablePointer<Atomic<Int>>

        @inline(__always)
        private func line(_ place: UInt64) -> UnsafeMutablePointer<Atomic<UInt64>> {
            base + (Int(truncatingIfNeeded: place) & mask) * SeenKeys.ways
        }

        /// Has the line fetched where a key of this place is going to be looked for: most aren't in any cache.
        @inline(__always)
        func expect(_ place: UInt64) {
            gatehouse_prefetch(line(place))
        }

        /// Adds a key.
        ///
        /// - Returns: Whether it wasn't there.
        @inline(__always)
        func insert(_ exposure: ExposureKey) -> Bool {
            let key = exposure.hash
            let first = line(exposure.place)
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
            if counters[SeenKeys.isFilled].load(ordering: .relaxed) == 0 {
                counters[SeenKeys.isFilled].store(1, ordering: .relaxed)
            }
            for way in way..<SeenKeys.ways {
                let (isDone, found) = first[way].compareExchange(expected: 0, desired: key, ordering: .relaxed)
                if isDone { return true }
                if found == key { return false }
            }
            replace(key, in: first)
            return true
        }

        private func replace(_ key: UInt64, in first: UnsafeMutablePointer<Atomic<UInt64>>) {
            // As good as chance.
            let way = Int(truncatingIfNeeded: key >> 61)
            first[way].store(key, ordering: .relaxed)
            counters[SeenKeys.evictions].wrappingAdd(1, ordering: .relaxed)
        }
    }

    private static let ways = 8
    // What the counters count: a line each, since one is read with every new key and the other written with many.
    private static let isFilled = 0
    private static let evictions = SeenKeysTable.wordsPerLine

    private let table: SeenKeysTable

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

    /// Where the keys are, as long as there is the set.
    var places: Places { Places(base: table.base, mask: table.lineCount - 1, counters: table.counters) }

    /// Forgets all keys.
    ///
    /// Others may add some meanwhile, which may be forgotten too.
    func removeAll() {
        guard table.counters[SeenKeys.isFilled].exchange(0, ordering: .relaxed) != 0 else { return }
        for place in 0..<(table.lineCount * SeenKeys.ways)
        where table.base[place].load(ordering: .relaxed) != 0 {
            table.base[place].store(0, ordering: .relaxed)
        }
    }

    /// How many keys were forgotten for others.
    var evictionCount: Int { table.counters[SeenKeys.evictions].load(ordering: .relaxed) }
}

/// The memory of ``SeenKeys``: zeros that the system makes when they are first touched.
struct SeenKeysTable: ~Copyable {
    static let wordsPerLine = 8
    private static let lineByteCount = 64
    // Of most systems. A table in one page needs one translation of addresses, where thousands would be forgotten between two
    // looks at the same.
    private static let largePageByteCount = 2 << 20

    let base: UnsafeMutablePointer<Atomic<UInt64>>
    /// Two lines.
    let counters: UnsafeMutablePointer<Atomic<Int>>
    let lineCount: Int
    // `nil` for a table beside the counters.
    private let memory: UnsafeMutableRawPointer?
    // 0 for memory of the heap.
    private let mappedByteCount: Int

    /// - Parameter lineCount: A power of two.
    init(lineCount: Int) {
        let lineByteCount = SeenKeysTable.lineByteCount
        let largePage = SeenKeysTable.largePageByteCount
        // An atomic integer is stored as the integer (SE-0410), so zeros are atomic zeros.
        let words = UnsafeMutableRawPointer.allocate(byteCount: 3 * lineByteCount, alignment: lineByteCount)
        words.initializeMemory(as: Int.self, repeating: 0, count: 3 * SeenKeysTable.wordsPerLine)
        counters = words.assumingMemoryBound(to: Atomic<Int>.self)

        let byteCount = lineCount * lineByteCount
        let start: UnsafeMutableRawPointer
        if byteCount >= largePage,
            let mapped = mmap(nil, byteCount + largePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0),
            mapped != MAP_FAILED
        {
            (memory, mappedByteCount, self.lineCount) = (mapped, byteCount + largePage, lineCount)
            start = SeenKeysTable.aligned(mapped, to: largePage)
            #if os(Linux)
                madvise(start, byteCount, MADV_HUGEPAGE)
            #endif
        } else if let memory = calloc(lineCount + 1, lineByteCount) {
            (self.memory, mappedByteCount, self.lineCount) = (memory, 0, lineCount)
            start = SeenKeysTable.aligned(memory, to: lineByteCount)
        } else {
            // Without memory for it, a table of one line: it forgets nearly everything at once, and nothing breaks.
            start = words + 2 * lineByteCount
            (memory, mappedByteCount, self.lineCount) = (nil, 0, 1)
        }
        base = start.assumingMemoryBound(to: Atomic<UInt64>.self)
    }

    /// The first address at or behind another one that is a multiple of a power of two.
    private static func aligned(_ memory: UnsafeMutableRawPointer, to alignment: Int) -> UnsafeMutableRawPointer {
        let address = Int(bitPattern: memory)
        return memory + (((address + alignment - 1) & ~(alignment - 1)) - address)
    }

    deinit {
        if let memory, mappedByteCount > 0 { munmap(memory, mappedByteCount) } else { free(memory) }
        UnsafeMutableRawPointer(counters).deallocate()
    }
}
