// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Gatehouse
import Synchronization

/// A thread that asks a client without pause and knows the answers.
final class SoakChecker: Sendable {
    private struct Counts: ~Copyable {
        let checks = Atomic(0)
        let failures = Atomic(0)
        let isStopped = Atomic(false)
        let hasEnded = Atomic(false)
    }

    private let counts = Counts()

    init(_ client: GatehouseClient, _ project: SoakProject, seed: Int) {
        Thread.detachNewThread { [self] in
            check(client, project.expectations, from: seed)
        }
    }

    var count: Int { counts.checks.load(ordering: .relaxed) }
    var failures: Int { counts.failures.load(ordering: .relaxed) }

    func stop() {
        counts.isStopped.store(true, ordering: .releasing)
        while !counts.hasEnded.load(ordering: .acquiring) { usleep(1_000) }
    }

    private func check(_ client: GatehouseClient, _ expectations: [SoakProject.Expectation], from seed: Int) {
        var index = seed
        while !counts.isStopped.load(ordering: .acquiring) {
            let expectation = expectations[index % expectations.count]
            index += 1
            var failures = 0
            for (name, value) in expectation.gates where client.checkGate(name, for: expectation.user) != value {
                failures += 1
            }
            for (name, json) in expectation.configs
            where client.dynamicConfig(name, for: expectation.user).json != json {
                failures += 1
            }
            counts.checks.add(expectation.gates.count + expectation.configs.count, ordering: .relaxed)
            counts.failures.add(failures, ordering: .relaxed)
        }
        counts.hasEnded.store(true, ordering: .releasing)
    }
}
