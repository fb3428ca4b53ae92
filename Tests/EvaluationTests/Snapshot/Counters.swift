// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Synchronization
import TestSupport

/// A counter for any number of threads.
final class AtomicCounter: Sendable {
    private let value = Atomic(0)

    var count: Int { value.load(ordering: .sequentiallyConsistent) }

    func add(_ number: Int = 1) {
        value.wrappingAdd(number, ordering: .sequentiallyConsistent)
    }
}

/// Counts the tokens that are alive: each snapshot's context holds one by its clock.
final class LiveCounter: Sendable {
    private let value = Atomic(0)

    /// The number of tokens that are alive.
    var count: Int { value.load(ordering: .sequentiallyConsistent) }

    /// An object that is counted from its initialization to its deinitialization.
    final class Token: Sendable {
        private let counter: LiveCounter
        private let onDeinit: @Sendable () -> Void

        init(_ counter: LiveCounter, onDeinit: @escaping @Sendable () -> Void) {
            self.counter = counter
            self.onDeinit = onDeinit
            counter.value.add(1, ordering: .sequentiallyConsistent)
        }

        deinit {
            counter.value.subtract(1, ordering: .sequentiallyConsistent)
            onDeinit()
        }
    }
}
