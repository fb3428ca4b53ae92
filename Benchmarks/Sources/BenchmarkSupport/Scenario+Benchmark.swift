// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Benchmark
internal import CAllocationCounter
public import Workload

extension Scenario {
    /// Makes the scenario a benchmark of the benchmark tool.
    ///
    /// Measured are the time and, where they can be counted, the allocations of the thread; both are shown per operation.
    ///
    /// - Parameter duration: How long to measure at most; a single operation may take longer.
    public func register(for duration: Duration = .seconds(1)) {
        // The tool's own count of allocations reads zero here, hence one by CAllocationCounter.
        let allocations = BenchmarkMetric.custom("Allocations")
        let counts = allocation_count() >= 0
        // Short operations are made a thousand at a time: the clock alone takes as long as one of them.
        let scale: BenchmarkScalingFactor = length == .short ? .kilo : .one
        let configuration = Benchmark.Configuration(
            metrics: [.wallClock, .throughput] + (counts ? [allocations] : []), scalingFactor: scale,
            maxDuration: duration)
        let prepare = prepare
        Benchmark(name, configuration: configuration) { benchmark, prepared in
            let before = allocation_count()
            blackHole(try prepared.operations(scale.rawValue))
            if counts { benchmark.measurement(allocations, Int(allocation_count() - before)) }
        } setup: {
            Prepared(operations: try prepare())
        }
    }
}

/// What a scenario needs, in a form that the tool can keep.
private struct Prepared {
    let operations: Scenario.Operations
}
