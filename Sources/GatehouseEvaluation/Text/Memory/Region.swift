// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Memory for one compiled spec: filled once by the compiler, read-only afterwards, freed as a whole.
///
/// Rows and texts of a spec point into its region, so a reader follows plain pointers and counts no references; the
/// ruleset retains the region. Only trivial types may be stored, because the region deinitializes nothing.
package final class Region {
    private var chunks: [UnsafeMutableRawPointer] = []
    private var next: UnsafeMutableRawPointer
    private var remaining: Int
    private var finalizers: [() -> Void] = []

    /// The address of an object that users of the region share and that one of them makes; it frees it in ``onFree(_:)``.
    package var attachment: UnsafeMutableRawPointer?

    /// The bytes allocated from the heap.
    package private(set) var byteCount: Int

    private static let alignment = 16

    /// - Parameter capacity: The expected size in bytes; the region grows when it doesn't suffice.
    package init(capacity: Int) {
        let size = max(capacity, 64)
        next = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: Region.alignment)
        remaining = size
        byteCount = size
        chunks.append(next)
    }

    deinit {
        for finalizer in finalizers { finalizer() }
        for chunk in chunks { chunk.deallocate() }
    }

    /// Runs `action` when the region is freed, to free memory that a row owns outside of the region.
    package func onFree(_ action: @escaping () -> Void) {
        finalizers.append(action)
    }

    // Inlinable, because another module compiles documents and generics aren't specialized across modules.

    /// Allocates uninitialized memory for `count` values.
    @inlinable
    package func allocate<T: BitwiseCopyable>(_ type: T.Type, count: Int) -> UnsafeMutablePointer<T> {
        let raw = room(byteCount: count * MemoryLayout<T>.stride, alignment: MemoryLayout<T>.alignment)
        return raw.bindMemory(to: T.self, capacity: count)
    }

    /// A copy of `values`, in order.
    @inlinable
    package func store<T: BitwiseCopyable>(_ values: [T]) -> UnsafeBufferPointer<T> {
        guard !values.isEmpty else { return UnsafeBufferPointer(start: nil, count: 0) }
        let pointer = allocate(T.self, count: values.count)
        values.withUnsafeBufferPointer { source in
            if let base = source.baseAddress { pointer.initialize(from: base, count: source.count) }
        }
        return UnsafeBufferPointer(start: pointer, count: values.count)
    }

    /// A copy of `value`.
    @inlinable
    package func store<T: BitwiseCopyable>(_ value: T) -> UnsafePointer<T> {
        let pointer = allocate(T.self, count: 1)
        pointer.initialize(to: value)
        return UnsafePointer(pointer)
    }

    /// A copy of the bytes; unlike the missing text, an empty text has an address.
    package func text(_ bytes: UnsafeBufferPointer<UInt8>) -> Text {
        let pointer = allocate(UInt8.self, count: max(bytes.count, 1))
        if let source = bytes.baseAddress { pointer.initialize(from: source, count: bytes.count) }
        return Text(base: pointer, count: bytes.count)
    }

    package func text(_ bytes: [UInt8]) -> Text {
        bytes.withUnsafeBufferPointer { text($0) }
    }

    @usableFromInline
    package func room(byteCount count: Int, alignment: Int) -> UnsafeMutableRawPointer {
        let padding = (alignment - Int(bitPattern: next) & (alignment - 1)) & (alignment - 1)
        if padding + count > remaining {
            let size = max(count + Region.alignment, min(self.byteCount, 1 << 20), 256)
            next = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: Region.alignment)
            remaining = size
            self.byteCount += size
            chunks.append(next)
            return advance(by: count, padding: 0)
        }
        return advance(by: count, padding: padding)
    }

    private func advance(by count: Int, padding: Int) -> UnsafeMutableRawPointer {
        let result = next + padding
        next += padding + count
        remaining -= padding + count
        return result
    }
}

/// 128 unused bytes that separate the memory before and behind them into different cache lines.
///
/// The last member of a class separates the object from the next one on the heap. 128 bytes are two cache lines, because
/// processors fetch them in pairs.
package struct CacheLinePadding: Sendable {
    /// The distance in bytes at which writes of two threads don't slow each other down.
    package static let byteCount = 128

    package init() {}

    private let bytes = (SIMD64<UInt8>(), SIMD64<UInt8>())
}
