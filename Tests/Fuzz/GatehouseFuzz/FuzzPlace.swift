// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Where the run is: which iteration, with what in hand.
struct FuzzPlace: Sendable {
    let seed: UInt64
    let iteration: UInt64
    var document: [UInt8] = []
    /// What the document replaces.
    var previous: [UInt8] = []
    var user: [UInt8] = []
}
