// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Benchmark
import BenchmarkSupport
import Workload

let benchmarks: @Sendable () -> Void = {
    for scenario in Scenario.load + Scenario.document { scenario.register(for: .seconds(5)) }
    for size in ProjectDocument.Size.allCases {
        registerMemory("memory_\(size.rawValue)") { ProjectDocument(size).bytes }
    }
    if ExternalDocument.path != nil { registerMemory("document_memory", ExternalDocument.bytes) }
}
