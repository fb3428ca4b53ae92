// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The inline flags (`(?ims…)`) in force at a point of the pattern.
struct PatternFlags: OptionSet {
    let rawValue: UInt8

    static let caseless = PatternFlags(rawValue: 1)
    static let multiline = PatternFlags(rawValue: 2)
    static let dotMatchesNewline = PatternFlags(rawValue: 4)
    static let swapGreed = PatternFlags(rawValue: 8)
    static let ignoreSpace = PatternFlags(rawValue: 16)
}
