// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Something to measure: a name, what it means, and an operation that can be made any number of times.
public struct Scenario: Sendable {
    /// Makes the operation this many times, one after the other, and returns how many of them said yes.
    ///
    /// What is returned has to be used somehow, so that the compiler can't leave anything out.
    public typealias Operations = (_ count: Int) throws -> Int

    /// How long one operation takes, about.
    public enum Length: Sendable {
        /// Microseconds at most: too short to be timed alone.
        case short
        /// Up to milliseconds.
        case long
        /// So long that it isn't in the budget, where everything takes fifty times as long.
        case veryLong
    }

    /// An identifier, by which it is called everywhere.
    public let name: String
    /// What one operation is.
    public let summary: String
    /// How long one operation takes.
    public let length: Length
    /// Whether the budget limits it.
    public let isInBudget: Bool
    /// Makes everything that isn't to be measured, and checks that the operation does what its name says.
    public let prepare: @Sendable () throws -> Operations

    /// How many operations to measure together.
    public var batch: Int { length == .short ? 1_024 : 2 }

    init(
        _ name: String, _ length: Length, isInBudget: Bool? = nil, _ summary: String,
        prepare: @escaping @Sendable () throws -> Operations
    ) {
        self.name = name
        self.length = length
        self.isInBudget = isInBudget ?? (length != .veryLong)
        self.summary = summary
        self.prepare = prepare
    }

    /// All scenarios, in the order of the documentation.
    public static var all: [Scenario] { evaluation + clientResponse + hostile + users + load + idLists + document }
}
