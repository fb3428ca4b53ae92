// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Benchmark
import Dispatch
import GatehouseEvaluation
import Workload

/// Registers the benchmark of a million checks that several threads share, each for a user of its own.
func registerThroughput(threadCount: Int) {
    let configuration = Benchmark.Configuration(
        metrics: [.wallClock, .throughput], scalingFactor: .mega, maxDuration: .seconds(3))
    let name = threadCount == 1 ? "throughput_1_thread" : "throughput_\(threadCount)_threads"
    Benchmark(name, configuration: configuration) { benchmark, setup in
        let share = benchmark.scaledIterations.count / threadCount
        DispatchQueue.concurrentPerform(iterations: threadCount) { thread in
            blackHole(setup.project.checkMixture(count: share, for: setup.users[thread]))
        }
    } setup: {
        // Copies of one user would share its storage, and so a count of references that every thread changes.
        ThroughputSetup(
            project: try LoadedProject.small(),
            users: (0..<threadCount).map { UserShape.five.user(UserRing.id($0)) })
    }
}

private struct ThroughputSetup: Sendable {
    let project: LoadedProject
    let users: [User]
}
