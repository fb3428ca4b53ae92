// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// How much processor time calls took.
struct Timing: Encodable {
    private(set) var nanoseconds: Int64 = 0
    private(set) var calls = 0
    /// Something made of the results, so that none of them is optimised away.
    private(set) var checksum = 0

    // Reading the clock takes some 0.3 µs, which is nothing to this.
    private static let shortestBlock: Int64 = 1_000_000

    init() {}

    /// Repeats a pass until a time is over, looking at the clock about once per ms.
    ///
    /// - Parameters:
    ///   - seconds: The time.
    ///   - callCount: The calls of one pass.
    ///   - pass: Makes them and returns their part of the checksum.
    init(seconds: Double, callCount: Int, pass: () -> Int) {
        var passCount = 1
        while nanoseconds < Int64(seconds * 1e9) {
            let elapsed = add(calls: passCount * callCount) {
                var sum = 0
                for _ in 0..<passCount { sum &+= pass() }
                return sum
            }
            if elapsed < Timing.shortestBlock { passCount *= 2 }
        }
    }

    /// Runs some calls, adds them, and returns the ns that they took.
    @discardableResult
    mutating func add(calls callCount: Int, run: () -> Int) -> Int64 {
        let start = Clocks.threadNanoseconds
        checksum &+= run()
        let elapsed = Clocks.threadNanoseconds - start
        nanoseconds += elapsed
        calls += callCount
        return elapsed
    }
}
