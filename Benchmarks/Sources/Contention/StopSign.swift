// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A flag that one thread sets for others.
final class StopSign: Sendable {
    private let flag = Atomic(false)

    var isSet: Bool { flag.load(ordering: .relaxed) }

    func set(_ value: Bool = true) {
        flag.store(value, ordering: .relaxed)
    }
}
