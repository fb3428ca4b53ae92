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
    let base: UnsafeMutablePointer<Atomic<UInt64>>
    let lineCount: Int
    private let memory: UnsafeMutableRawPointer

    /// - Parameter lineCount: A power of two.
    init(lineCount: Int) {
        var lineCount = lineCount
        // Without memory for it, a table of one line: it forgets nearly everything at once, and nothing breaks.
        let lineByteCount = 64
        if let memory = calloc(lineCount + 1, lineByteCount) {
            self.memory = memory
        } else {
            lineCount = 1
            memory = UnsafeMutableRawPointer.allocate(byteCount: 2 * lineByteCount, alignment: lineByteCount)
            memory.initializeMemory(as: UInt64.self, repeating: 0, count: 2 * lineByteCount / 8)
        }
        self.lineCount = lineCount
        // An atomic integer is stored as the integer (SE-0410), so zeros are atomic zeros.
        let address = (Int(bitPattern: memory) + lineByteCount - 1) & ~(lineByteCount - 1)
        base = (memory + (address - Int(bitPattern: memory))).assumingMemoryBound(to: Atomic<UInt64>.self)
    }

    deinit {
        free(memory)
    }
}
