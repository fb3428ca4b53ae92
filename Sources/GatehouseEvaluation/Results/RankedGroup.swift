// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A group of an autotune with what has been learnt about it for a user (Evaluation §12).
public struct RankedGroup: Sendable, Equatable {
    /// The group's name.
    public let name: String
    /// The rule id to log for it, with the suffix `:explore` where the user explores.
    public let ruleID: String
    /// The expected outcome; what counts as better is the autotune's choice.
    public let score: Double
    /// The group's value, `nil` unless it is an object.
    public let value: Object?

    /// The score while nothing has been learnt.
    static let unknownScore = 0.0001

    init(_ row: AutotuneRow.Group, ruleIDSuffix: String, score: Double) {
        name = row.name.string
        ruleID = row.id.string + ruleIDSuffix
        self.score = score
        value = row.returns.kind == .object ? Value(json: row.returns.json)?.object : nil
    }
}
