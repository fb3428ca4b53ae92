// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Benchmark
import BenchmarkSupport
import Workload

let benchmarks: @Sendable () -> Void = {
    for scenario in Scenario.users { scenario.register() }
}
