// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Benchmark
import BenchmarkSupport
import GatehouseEvaluation
import Workload

let benchmarks: @Sendable () -> Void = {
    for scenario in Scenario.idLists { scenario.register(for: .seconds(3)) }
    registerMemory()
}

/// Registers the benchmark of the memory that a list of a million members takes.
private func registerMemory() {
    guard HeapGrowth.isKnown else { return }
    let metric = BenchmarkMetric.custom("Heap bytes per 100 members", useScalingFactor: false)
    Benchmark("id_list_memory_1M", configuration: HeapGrowth.configuration([metric])) { benchmark, content in
        let growth = HeapGrowth.of { IDList(content: content) }
        benchmark.measurement(metric, growth.byteCount * 100 / growth.result.count)
        blackHole(growth.result)
    } setup: {
        IDListContent.bytes(memberCount: 1_000_000)
    }
}
