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
/// The table consists of lines of eight keys, each as long as a cache line of the processor. A key belongs to one line. If
/// the line is full, the key replaces another one, which is forgotten. The table has room for twice as many keys as wanted,
/// so that this is rare.
final class SeenKeys: Sendable {
    /// The address of the table, for adding keys without retaining the set.
    ///
    /// Valid as long as the set.
    struct Places: BitwiseCopyable {
        fileprivate let base: UnsafeMutablePointer<Atomic<UInt64>>
        fileprivate let mask: Int
        fileprivate let counters: UnsafeMutablePointer<Atomic<Int>>

        @inline(__always)
        private func line(_ place: UInt64) -> UnsafeMutablePointer<Atomic<UInt64>> {
            base + (Int(truncatingIfNeeded: place) & mask) * SeenKeys.ways
        }

        /// Prefetches the line of a key that is going to be added.
        ///
        /// Most lines aren't in a cache of the processor.
        @inline(__always)
        func expect(_ place: UInt64) {
            gatehouse_prefetch(line(place))
        }

        /// Adds a key.
        ///
        /// - Parameter exposure: The key.
        /// - Returns: Whether the set didn't contain the key.
        @inline(__always)
        func insert(_ exposure: ExposureKey) -> Bool {
            let key = exposure.hash
            let first = line(exposure.slotHash)
            for way in 0..<SeenKeys.ways {
                let found = first[way].load(ordering: .relaxed)
                if found == key { return false }
                if found == 0 { return insert(key, into: first, from: way) }
            }
            replace(key, in: first)
            return true
        }

        /// All threads try the first free slot, so that two of them never add the same key twice.
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
            // These bits of the hash are random, so any key of the line may be replaced.
            let way = Int(truncatingIfNeeded: key >> 61)
            first[way].store(key, ordering: .relaxed)
            counters[SeenKeys.evictions].wrappingAdd(1, ordering: .relaxed)
        }
    }

    private static let ways = 8
    // The indices of the counters. Each has a cache line, since each new key reads the first and many write the second.
    private static let isFilled = 0
    private static let evictions = SeenKeysTable.wordsPerLine

    private let table: SeenKeysTable

    /// - Parameter capacity: The number of keys to remember.
    init(capacity: Int) {
        table = SeenKeysTable(lineCount: SeenKeys.lineCount(capacity))
    }

    /// The number of lines with twice as many slots as keys, a power of two.
    private static func lineCount(_ capacity: Int) -> Int {
        var count = 1
        while count * ways < max(min(capacity, 1 << 26), 1) * 2 { count *= 2 }
        return count
    }

    /// The address of the table.
    var places: Places { Places(base: table.base, mask: table.lineCount - 1, counters: table.counters) }

    /// Removes all keys.
    ///
    /// It may also remove keys that other threads add at the same time.
    func removeAll() {
        guard table.counters[SeenKeys.isFilled].exchange(0, ordering: .relaxed) != 0 else { return }
        for place in 0..<(table.lineCount * SeenKeys.ways)
        where table.base[place].load(ordering: .relaxed) != 0 {
            table.base[place].store(0, ordering: .relaxed)
        }
    }

    /// The number of keys that were replaced by others.
    var evictionCount: Int { table.counters[SeenKeys.evictions].load(ordering: .relaxed) }
}

/// The memory of ``SeenKeys``, filled with zeros.
///
/// The system provides each page when it is first used.
struct SeenKeysTable: ~Copyable {
    static let wordsPerLine = 8
    private static let lineByteCount = 64
    // The size on most systems. A table in one large page needs one entry of the processor's address translation cache, where
    // small pages need thousands.
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
            // The system has no memory. A table of one line forgets nearly every key, which only costs duplicates.
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
