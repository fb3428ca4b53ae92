// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// IDs that no call has seen before, the same that the other side makes from the same number.
struct FreshIDs {
    /// Made at once, so that making them stays out of the timing.
    static let blockSize = 1024

    private var number: UInt64

    init(first: UInt64) {
        number = first
    }

    mutating func next(_ count: Int) -> [String] {
        (0..<count).map { _ in
            defer { number &+= 1 }
            let digits = String(number, radix: 16)
            return "user_" + String(repeating: "0", count: 16 - digits.count) + digits
        }
    }
}
