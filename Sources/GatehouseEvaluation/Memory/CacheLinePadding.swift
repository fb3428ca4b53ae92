// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// 128 bytes of nothing, which keep what lies before and behind them off each other's cache lines.
///
/// As the last member of a class they do so for the object and whatever comes next on the heap. 128 are two lines, since
/// processors fetch these in pairs.
package struct CacheLinePadding: Sendable {
    /// The distance in bytes at which two threads' writes don't disturb each other.
    package static let byteCount = 128

    package init() {}

    private let bytes = (SIMD64<UInt8>(), SIMD64<UInt8>())
}
