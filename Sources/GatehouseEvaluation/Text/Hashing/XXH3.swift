// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import CXXHash

/// XXH3 with 64 bits: for names, sets and change detection, and for buckets of documents that select it.
package enum XXH3 {
    package static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        // The library needs an address even for no bytes.
        XXH3_64bits(bytes.baseAddress ?? StaticString("").utf8Start, bytes.count)
    }

    /// The hash of two texts joined.
    package static func hash(_ first: UnsafeBufferPointer<UInt8>, _ second: UnsafeBufferPointer<UInt8>) -> UInt64 {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: first.count + second.count + 1) { joined in
            var count = 0
            for part in [first, second] {
                for byte in part {
                    joined[count] = byte
                    count += 1
                }
            }
            return hash(UnsafeBufferPointer(start: joined.baseAddress, count: count))
        }
    }

    /// The hash of a string's UTF-8.
    package static func hash(_ text: String) -> UInt64 { text.withTextBytes { hash($0.bytes) } }

    /// A hash of two hashes in their order.
    @inlinable
    @inline(__always)
    package static func combined(_ first: UInt64, _ second: UInt64) -> UInt64 {
        let product = (first ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: second ^ 0xE703_7ED1_A0B4_28DB)
        return product.high ^ product.low
    }
}
