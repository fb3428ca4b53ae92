// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// What the random parts of a test follow from; a test that fails says which it was.
///
/// `GATEHOUSE_TEST_SEEDS="7 8"` stands for those instead of three old ones and a new one.
struct Seed: Sendable, CustomTestStringConvertible {
    let number: UInt64

    static let some: [Seed] = {
        let named = ProcessInfo.processInfo.environment["GATEHOUSE_TEST_SEEDS"]?.split(separator: " ").compactMap {
            UInt64($0)
        }
        return (named ?? [1, 2, 3, .random(in: 4...999_999_999)]).map { Seed(number: $0) }
    }()

    var random: SeededRandom { SeededRandom(seed: number) }

    var testDescription: String { "seed \(number)" }
}
