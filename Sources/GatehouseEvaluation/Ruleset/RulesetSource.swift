// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// What a ruleset was made from: it owns the memory that the ruleset's program points into.
package protocol RulesetSource: AnyObject, Sendable {
    /// The bytes of heap memory that it holds.
    var memoryByteCount: Int { get }
}
