// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Counts objects that are alive: each snapshot's context holds a ``Member`` by its clock.
final class Census: Sendable {
    private let count = Atomic(0)

    /// How many members are alive.
    var population: Int { count.load(ordering: .sequentiallyConsistent) }

    /// Something that is counted from its making to its end.
    final class Member: Sendable {
        private let census: Census
        private let farewell: @Sendable () -> Void

        init(of census: Census, farewell: @escaping @Sendable () -> Void) {
            self.census = census
            self.farewell = farewell
            census.count.add(1, ordering: .sequentiallyConsistent)
        }

        deinit {
            census.count.subtract(1, ordering: .sequentiallyConsistent)
            farewell()
        }
    }
}
