// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Benchmark
import BenchmarkSupport
import GatehouseEvaluation
import GatehouseSpec
import Workload

/// Registers the benchmark of the memory that a loaded document takes, its text included.
func registerMemory(_ name: String, _ document: @escaping () throws -> [UInt8]) {
    let tables = BenchmarkMetric.custom("Ruleset kB per document MB", useScalingFactor: false)
    let heap = BenchmarkMetric.custom("Heap kB per document MB", useScalingFactor: false)
    let metrics = HeapGrowth.isKnown ? [tables, heap] : [tables]
    Benchmark(name, configuration: HeapGrowth.configuration(metrics)) { benchmark in
        var documentByteCount = 0
        let growth = try HeapGrowth.of {
            let bytes = try document()
            documentByteCount = bytes.count
            return try Ruleset(document: bytes)
        }
        benchmark.measurement(tables, growth.result.memoryByteCount * 1_000 / documentByteCount)
        benchmark.measurement(heap, growth.byteCount * 1_000 / documentByteCount)
        blackHole(growth.result)
    }
}
