// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Durations by ns: exact up to 16 µs, then in steps of a power of two.
///
/// Adding one allocates nothing.
struct Histogram: Sendable {
    private var exact = [UInt32](repeating: 0, count: 1 << 14)
    private var coarse = [UInt32](repeating: 0, count: 64)
    private(set) var count = 0
    private(set) var maximum = 0

    @inline(__always)
    mutating func add(_ duration: Int64) {
        let duration = Int(max(duration, 0))
        count &+= 1
        if duration > maximum { maximum = duration }
        if duration < exact.count {
            exact[duration] &+= 1
        } else {
            coarse[Int.bitWidth - duration.leadingZeroBitCount] &+= 1
        }
    }

    mutating func add(_ other: Histogram) {
        for index in exact.indices { exact[index] &+= other.exact[index] }
        for index in coarse.indices { coarse[index] &+= other.coarse[index] }
        count += other.count
        maximum = max(maximum, other.maximum)
    }

    /// The duration that `fraction` of all don't exceed: ns, above 16 µs the next power of two.
    func quantile(_ fraction: Double) -> Int {
        var left = Int((Double(count) * fraction).rounded(.up))
        for (duration, number) in exact.enumerated() {
            left -= Int(number)
            if left <= 0 { return duration }
        }
        for (bits, number) in coarse.enumerated() {
            left -= Int(number)
            if left <= 0 { return min(1 << bits, maximum) }
        }
        return maximum
    }
}
