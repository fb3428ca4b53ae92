// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Testing

/// A pattern with subjects it matches and subjects it doesn't.
struct PatternCase: Sendable, CustomTestStringConvertible {
    let pattern: String
    let matching: [String]
    let failing: [String]

    init(_ pattern: String, _ matching: [String], _ failing: [String]) {
        self.pattern = pattern
        self.matching = matching
        self.failing = failing
    }

    var testDescription: String { pattern }
}
