// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import CXXHash

/// XXH3 with 64 bits: for names, sets and change detection, and for buckets of documents that select it.
package enum XXH3 {
    package static func hash(_ bytes: Span<UInt8>) -> UInt64 {
        // The library needs an address even for no bytes.
        bytes.withUnsafeBufferPointer { XXH3_64bits($0.baseAddress ?? StaticString("").utf8Start, $0.count) }
    }

    /// The hash of a text, in the hot path without the closure that a span needs.
    @inline(__always)
    package static func hash(_ text: Text) -> UInt64 {
        XXH3_64bits(text.base ?? StaticString("").utf8Start, text.count)
    }

    /// The hash of two texts joined.
    package static func hash(_ first: Span<UInt8>, _ second: Span<UInt8>) -> UInt64 {
        let count = first.count + second.count
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count + 1) { joined in
            for index in first.indices { joined[index] = first[index] }
            for index in second.indices { joined[first.count + index] = second[index] }
            return hash(UnsafeBufferPointer(start: joined.baseAddress, count: count).span)
        }
    }

    /// The hash of a string's UTF-8.
    package static func hash(_ text: String) -> UInt64 { text.withTextBytes { hash($0) } }

    /// A hash of two hashes in their order.
    @inlinable
    @inline(__always)
    package static func combined(_ first: UInt64, _ second: UInt64) -> UInt64 {
        let product = (first ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: second ^ 0xE703_7ED1_A0B4_28DB)
        return product.high ^ product.low
    }
}
