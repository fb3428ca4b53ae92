// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A growing list of trivial values that starts in memory of the caller, usually on its stack.
///
/// Evaluations collect secondary exposures and remember nested gates in such lists. Nearly all lists stay short, and a short
/// list allocates nothing.
package struct ScratchVector<Element: BitwiseCopyable>: ~Copyable {
    private var base: UnsafeMutablePointer<Element>
    private var capacity: Int
    private var isOnHeap = false
    package private(set) var count = 0

    /// - Parameters:
    ///   - base: Uninitialised memory that outlives the list.
    ///   - capacity: How many elements fit there.
    package init(_ base: UnsafeMutablePointer<Element>, capacity: Int) {
        self.base = base
        self.capacity = capacity
    }

    deinit {
        if isOnHeap { base.deallocate() }
    }

    @inline(__always)
    package subscript(index: Int) -> Element {
        get { base[index] }
        set { base[index] = newValue }
    }

    package var elements: UnsafeBufferPointer<Element> { UnsafeBufferPointer(start: base, count: count) }

    @inline(__always)
    package mutating func append(_ element: Element) {
        if count == capacity { grow(to: count + 1) }
        (base + count).initialize(to: element)
        count &+= 1
    }

    package mutating func append(contentsOf elements: UnsafeBufferPointer<Element>) {
        guard let source = elements.baseAddress else { return }
        if count + elements.count > capacity { grow(to: count + elements.count) }
        (base + count).initialize(from: source, count: elements.count)
        count += elements.count
    }

    @inline(__always)
    package mutating func truncate(to newCount: Int) {
        count = newCount
    }

    @inline(never)
    private mutating func grow(to needed: Int) {
        let newCapacity = max(needed, capacity * 2, 16)
        let newBase = UnsafeMutablePointer<Element>.allocate(capacity: newCapacity)
        newBase.initialize(from: base, count: count)
        if isOnHeap { base.deallocate() }
        base = newBase
        capacity = newCapacity
        isOnHeap = true
    }
}
