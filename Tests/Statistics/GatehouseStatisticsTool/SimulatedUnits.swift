// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// SplitMix64: a small generator whose numbers depend on its seed alone.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// A number from 0 to 1, without both.
    mutating func fraction() -> Double { (Double(next() >> 11) + 0.5) * 0x1p-53 }

    /// A number of the standard normal distribution (Box and Muller).
    mutating func normal() -> Double {
        (-2 * log(fraction())).squareRoot() * cos(2 * .pi * fraction())
    }
}

/// What the units of simulated experiments do.
enum SimulatedMetric: String, CaseIterable {
    /// Normal values with mean 10 and standard deviation 2.
    case normal
    /// Skewed values above 0, such as amounts of money: log-normal with σ = 0.8 and mean 10.
    case skewed
    /// 0 or 1, with a share of 0.3.
    case conversion

    /// The true mean of the control group.
    var mean: Double { self == .conversion ? 0.3 : 10 }

    /// A unit's value, where the mean is changed by the share `change`.
    func value(_ change: Double, _ random: inout SeededRandom) -> Double {
        switch self {
        case .normal: mean * (1 + change) + 2 * random.normal()
        case .skewed: mean * (1 + change) * exp(0.8 * random.normal() - 0.32)
        case .conversion: random.fraction() < mean * (1 + change) ? 1 : 0
        }
    }
}
