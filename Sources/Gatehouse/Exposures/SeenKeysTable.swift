// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

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
