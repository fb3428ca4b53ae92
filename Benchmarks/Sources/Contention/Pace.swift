// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// How fast threads asked in one round.
struct Pace: Sendable {
    var callsPerSecond = 0.0
    /// The share of the time that the thread had a processor; of several threads the smallest.
    var share = 1.0

    /// Whether nothing else took a processor from a thread.
    var isUndisturbed: Bool { share > 0.97 }

    static func + (left: Pace, right: Pace) -> Pace {
        Pace(callsPerSecond: left.callsPerSecond + right.callsPerSecond, share: min(left.share, right.share))
    }
}
