// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Counts from any thread.
final class Tally: Sendable {
    private let value = Atomic(0)

    var count: Int { value.load(ordering: .sequentiallyConsistent) }

    func add(_ number: Int = 1) {
        value.wrappingAdd(number, ordering: .sequentiallyConsistent)
    }
}
