// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import Benchmark
internal import CAllocationCounter

/// How much memory something takes that stays, as a benchmark measures it.
public enum HeapGrowth {
    /// Whether it can be known here.
    public static var isKnown: Bool { allocation_bytes_in_use() >= 0 }

    /// The bytes that the process has more of, once `body` has returned and as long as what it returned lives.
    public static func of<Result>(_ body: () throws -> Result) rethrows -> (byteCount: Int, result: Result) {
        let before = allocation_bytes_in_use()
        let result = try body()
        return (Int(allocation_bytes_in_use() - before), result)
    }

    /// The configuration of a benchmark whose figures are the same each time.
    ///
    /// - Parameter metrics: What it measures.
    /// - Returns: The configuration.
    public static func configuration(_ metrics: [BenchmarkMetric]) -> Benchmark.Configuration {
        Benchmark.Configuration(metrics: metrics, warmupIterations: 0, maxDuration: .seconds(1), maxIterations: 1)
    }
}
