// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// SplitMix64, which makes the same numbers of a seed on all platforms.
struct FuzzRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// The generator of one iteration.
    init(seed: UInt64, iteration: UInt64) {
        var mixer = FuzzRandom(seed: seed ^ iteration &* 0x9E37_79B9_7F4A_7C15)
        state = mixer.next()
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// A number from 0 up to but not including `bound`.
    mutating func below(_ bound: Int) -> Int {
        Int.random(in: 0..<max(bound, 1), using: &self)
    }

    /// True once in `count` times.
    mutating func once(in count: Int) -> Bool { below(count) == 0 }

    /// One of the elements, or the fallback when there are none.
    mutating func pick<C: Collection>(_ elements: C, or fallback: C.Element) -> C.Element {
        elements.randomElement(using: &self) ?? fallback
    }

    mutating func pick(_ elements: [String]) -> String { pick(elements, or: "") }
}
