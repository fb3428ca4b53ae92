// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension Duration {
    /// The duration in whole ms, rounded up, from 0 to a thousand years.
    package var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let millisecond: Int64 = 1_000_000_000_000_000
        return min(seconds, 31_556_952_000) * 1_000 + (attoseconds + millisecond - 1) / millisecond
    }
}
